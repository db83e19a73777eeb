/* What became of the files of an old page, in words: formats of its own, which read `skew` of the
 * report_input. */
#ifndef REPORT_SKEW_SKEW_REPORT_H
#define REPORT_SKEW_SKEW_REPORT_H

#include "report/report.h"
#include "skew/skew.h"

extern const struct report_format skew_formats[]; /* ends with a NULL name */

void skew_text(const struct report_input *in, struct buf *out);
void skew_json(const struct report_input *in, struct buf *out);

/* skew_remarks.c: what else is worth knowing, a sentence each: Cache-Control, other hosts, names
 * made at run time, what was missing already. `said` is called with each. */
void skew_remarks(const struct skew *s, void (*said)(void *arg, const char *sentence), void *arg);

#endif
