/* What became of the files of an old page, in words: formats of its own, which read `skew` of the
 * report_input. */
#ifndef REPORT_SKEW_SKEW_REPORT_H
#define REPORT_SKEW_SKEW_REPORT_H

#include "report/report.h"
#include "skew/skew.h"

extern const struct report_format skew_formats[]; /* ends with a NULL name */

void skew_text(const struct report_input *in, struct buf *out);
void skew_json(const struct report_input *in, struct buf *out);

#endif
