/* The audit in machine formats: parts that the JSON, JUnit and TAP reports put into theirs. */
#ifndef REPORT_DEFECTS_H
#define REPORT_DEFECTS_H

#include "base/json_out.h"
#include "judge/audit.h"
#include "report/report.h"

/* Keys "grade", "grade_why", "profile", "defects", "looked_for", "fine" and "untested" of the
 * object that is open. */
void report_defects_json(struct json_out *j, const struct report_input *in);
/* A whole <testsuite>: a case for each defect found (failed; skipped when it is in the baseline or
 * below what a check fails for), and one for each thing that was fine (passed). */
void report_defects_junit(struct buf *out, const struct report_input *in);
/* Lines "not ok N - …" and "ok N - …", numbered from `first`; returns the next number. What
 * does not fail the check is marked TODO. The plan line is the caller's: report_defects_count
 * more. */
int report_defects_tap(struct buf *out, const struct report_input *in, int first);
size_t report_defects_count(const struct audit *a);

/* The score card, for people: what `drainctl check` prints. */
void score_text_write(struct buf *out, const struct report_input *in);

#endif
