/* What the files of the JUnit report share. Private to lib/report. */
#ifndef REPORT_JUNIT_H
#define REPORT_JUNIT_H

#include "report/report.h"

/* Foreign text for an attribute or an element. */
void junit_text(struct buf *out, const char *s);

/* A whole <testsuite>: a case for each defect found (failed; skipped when it is in the baseline or
 * below what a check fails for), and one for each thing that was fine (passed). */
void report_defects_junit(struct buf *out, const struct report_input *in);

#endif
