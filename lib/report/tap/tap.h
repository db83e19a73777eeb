/* What the files of the TAP report share. Private to lib/report. */
#ifndef REPORT_TAP_H
#define REPORT_TAP_H

#include "report/report.h"

/* Foreign text on one line; bytes of `escaped` get a backslash. */
void tap_line(struct buf *out, const char *s);
/* Foreign text for a description; a line of a YAML block. */
void tap_text(struct buf *out, const char *s);
void tap_yaml(struct buf *out, const char *key, const char *value);

/* tap_check.c: the points of a check, "not ok N - …" and "ok N - …", numbered from `first`. A
 * defect that does not fail the check is marked TODO. */
void tap_check(struct buf *out, const struct audit *a, size_t first);
/* How many they are: the plan line is the caller's. */
size_t tap_check_points(const struct audit *a);

#endif
