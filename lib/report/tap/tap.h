/* What the files of the TAP report share. Private to lib/report. */
#ifndef REPORT_TAP_H
#define REPORT_TAP_H

#include "report/report.h"

/* Foreign text on one line; bytes of `escaped` get a backslash. */
void tap_line(struct buf *out, const char *s);
/* Foreign text for a description; a line of a YAML block. */
void tap_text(struct buf *out, const char *s);
void tap_yaml(struct buf *out, const char *key, const char *value);

/* Lines "not ok N - …" and "ok N - …", numbered from `first`; returns the next number. What
 * does not fail the check is marked TODO. The plan line is the caller's: report_defects_count
 * more. */
int report_defects_tap(struct buf *out, const struct report_input *in, int first);

#endif
