/* A comparison of two runs (compare/compare.h) in words: formats of its own, which read
 * `comparison` of the report_input. */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

#include "compare/compare.h"
#include "report/report.h"

extern const struct report_format compare_formats[]; /* ends with a NULL name */

/* The formats, for the table in compare_formats.c. */
void compare_text(const struct report_input *in, struct buf *out);
void compare_json(const struct report_input *in, struct buf *out);
void compare_markdown(const struct report_input *in, struct buf *out);
/* The same within `most` bytes, if that is not 0: without the table when the whole is longer. */
void compare_markdown_within(const struct report_input *in, struct buf *out, size_t most);

/* --- compare_words.c: sentences that the formats share; bytes of names as they are --- */
/* "2 regressions, 1 improvement, 14 unchanged", "no difference: 14 unchanged" */
void compare_verdict(struct buf *out, const struct comparison *c);
/* "long: cut-off", "'long: 100% completed'", "accept-queue-reset (high)" */
void compare_label(struct buf *out, const struct compare_row *row);
/* "0 of 20 → 19 of 20 queued connections" */
void compare_values(struct buf *out, const struct compare_row *row);
/* "+95 points (71 to 99), p < 0.0001"; "" when nothing was tested */
void compare_numbers(struct buf *out, const struct comparison *c, const struct compare_row *row);
void compare_points(struct buf *out, const struct contrast *t); /* the first part of it alone */
void compare_p(struct buf *out, double p);                      /* "< 0.0001", "0.012", "1" */
/* "waiting 0 → 50; status-200 50 → 0, keepalive-race 0 → 50" */
void compare_details(struct buf *out, const struct compare_row *row);
/* How to read p, and what to be careful with; lines, each ending in a newline. */
void compare_footnotes(struct buf *out, const struct comparison *c);
/* "load 'x' of 's'" */
void compare_alone(struct buf *out, const struct compare_alone *a);
/* Where a scenario's rows begin: its name, or "check". */
const char *compare_group(const struct compare_row *row);

#endif
