/* The formats, for the table in reports.c. Private to lib/report. */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include "base/json_out.h"
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

/* The keys of a RUN (DESIGN.md, "The verdict") in the object that is open. */
void json_run_keys(struct json_out *j, const struct run_verdict *v);

/* Foreign text for an attribute or an element; for a TAP description; a line of a YAML block. */
void junit_text(struct buf *out, const char *s);
void tap_text(struct buf *out, const char *s);
void tap_yaml(struct buf *out, const char *key, const char *value);

#endif
