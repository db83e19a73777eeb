/* The rows of the shutdown checklist in words. Private to lib/report. */
#ifndef REPORT_CHECKLIST_H
#define REPORT_CHECKLIST_H

#include "base/buf.h"
#include "base/json_out.h"
#include "judge/judge.h"

/* "✓", "✗" or "-". */
const char *checklist_mark(enum row_value value);
/* One sentence without its full stop; foreign bytes as they are. For a row that was not seen it
 * begins with "not seen, because". */
void checklist_say(const struct checklist_row *row, struct buf *out);
/* "checklist": a list of objects, with each row's facts and its sentence. Nothing when the plan has
 * none. */
void checklist_json(struct json_out *j, const struct checklist *c);

#endif
