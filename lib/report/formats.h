/* The formats, for the table in reports.c. Private to lib/report. */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include "report/report.h"

void report_text(const struct report_input *in, struct buf *out);
void report_json(const struct report_input *in, struct buf *out);
void report_junit(const struct report_input *in, struct buf *out);
void report_tap(const struct report_input *in, struct buf *out);
void report_har(const struct report_input *in, struct buf *out);
void report_csv(const struct report_input *in, struct buf *out);
void report_markdown(const struct report_input *in, struct buf *out);
void report_prometheus(const struct report_input *in, struct buf *out);
void report_otlp(const struct report_input *in, struct buf *out);
void report_html(const struct report_input *in, struct buf *out);

/* How they are sent. */
extern const struct report_push report_otlp_push, report_prometheus_push;

#endif
