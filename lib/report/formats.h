/* The formats, for the table in reports.c. Private to lib/report. */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include "report/report.h"

void report_text(const struct report_input *in, struct buf *out);
void report_json(const struct report_input *in, struct buf *out);
void report_junit(const struct report_input *in, struct buf *out);
void report_tap(const struct report_input *in, struct buf *out);

#endif
