/* What the simulator saw (frontend/storm.h) in words and pictures: formats of its own, which read
 * `storm` of the report_input. */
#ifndef REPORT_STORM_H
#define REPORT_STORM_H

#include "frontend/storm.h"
#include "report/report.h"

struct storm_row {
    const char *policy; /* its name, or the JSON that was given */
    struct storm_plan plan;
    struct storm_result result;
};

struct storm_report {
    struct storm_row *rows;
    size_t count;
    double limit; /* the peak must not be higher, in times of the normal rate; 0: no limit */
};

extern const struct report_format storm_formats[]; /* ends with a NULL name */

void storm_text(const struct report_input *in, struct buf *out);
void storm_json(const struct report_input *in, struct buf *out);
void storm_markdown(const struct report_input *in, struct buf *out);

/* Arrivals over time, as bars of blocks; lines of at most `width` columns. */
void storm_picture(struct buf *out, const struct storm_row *row, int width);

/* --- storm_words.c --- */
double storm_wasted_share(const struct storm_result *r);
void storm_count_words(struct buf *out, uint64_t n);                   /* "12,991" */
void storm_peak_words(struct buf *out, const struct storm_row *row);   /* "8.6x" */
void storm_served_words(struct buf *out, const struct storm_row *row); /* "after 5.4 s" */
bool storm_over_limit(const struct storm_report *s, const struct storm_row *row);

#endif
