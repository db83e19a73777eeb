/* What a report says about a note (journal/note.h). */
#ifndef JUDGE_REMARKS_H
#define JUDGE_REMARKS_H

#include "base/buf.h"
#include "journal/event.h"
#include "plan/plan.h"

/* Append the sentence for an event of kind EVENT_NOTE, without a full stop. `plan` is the run's; a
 * note of an old journal is its own sentence. */
void remark_add(struct buf *out, const struct plan *plan, const struct event *e);

#endif
