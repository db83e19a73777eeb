/* What the files of the JUnit report share. Private to lib/report. */
#ifndef REPORT_JUNIT_H
#define REPORT_JUNIT_H

#include "report/report.h"

/* Foreign text for an attribute or an element. */
void junit_text(struct buf *out, const char *s);

struct junit_counts {
    size_t tests, failures, errors, skipped;
};

/* junit_check.c: a whole <testsuite>: a case for each defect found (failed; skipped when it is in
 * the baseline or below what a check fails for), and one for each thing that was fine (passed). */
void junit_check(struct buf *out, const struct audit *a);
/* The numbers of its cases. */
struct junit_counts junit_check_counts(const struct audit *a);

#endif
