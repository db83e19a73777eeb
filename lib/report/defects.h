/* The audit in machine formats: parts that the JSON, JUnit and TAP reports put into theirs. */
#ifndef REPORT_DEFECTS_H
#define REPORT_DEFECTS_H

#include "base/json_out.h"
#include "judge/audit.h"
#include "report/report.h"

/* Keys "grade", "grade_rule", "defects" and "fine" of the object that is open. */
void report_defects_json(struct json_out *j, const struct audit_input *in, const struct audit *a);
/* A whole <testsuite>: one test case a row of the catalogue that had something to look at is
 * beyond a reader's patience, so: one for each defect found (failed), one for each thing that was
 * fine (passed). */
void report_defects_junit(struct buf *out, const struct audit *a);
/* Lines "not ok N - …" and "ok N - …", numbered from `first`; returns the next number. The plan
 * line is the caller's: report_defects_count more. */
int report_defects_tap(struct buf *out, const struct audit *a, int first);
size_t report_defects_count(const struct audit *a);

/* The score card, for people: what `drainctl check` prints. */
void score_text_write(struct buf *out, const struct audit_input *in, const struct audit *a,
                      const struct baseline *known, bool color, int width);

#endif
