/* Writing the JSON verdict ("The verdict" in the design). summary.h reads it back; the two change
 * together. Keys are only ever added. */
#ifndef VERDICT_JSON_H
#define VERDICT_JSON_H

#include "base/json_out.h"
#include "check/audit.h"
#include "judge/judge.h"

/* The keys of a RUN in the object that is open. Times are milliseconds since the first signal. */
void verdict_json_run(struct json_out *j, const struct run_verdict *v);

/* Keys "grade", "grade_why", "profile", "defects", "looked_for", "fine", "untested", and when there
 * are any, "dependencies" of the object that is open. `audited` is what `a` was made of. */
void verdict_json_check(struct json_out *j, const struct audit *a,
                        const struct audit_input *audited);

#endif
