/* What was planned and did not come: a signal or an action that was not carried out, or that came
 * when its process had gone. Private to lib/judge. */
#ifndef JUDGE_MISSING_H
#define JUDGE_MISSING_H

#include "base/buf.h"
#include "judge/facts.h"

struct ground_text {
    struct buf why, hint;
};

/* Is it missing that signal or action `index` of the plan was not carried out? */
bool missing_signal(const struct run_facts *f, size_t index);
/* ... that it was not, and why. */
void missing_add(const struct run_facts *f, size_t index, struct ground_text *t);
/* Is there anything in the plan that ends a process? One that only starts processes and runs
 * commands is a control run. */
bool missing_is_possible(const struct plan *plan);
/* Among several targets, one exited that had not been told to. */
bool missing_gone_untold(const struct run_facts *f, struct ground_text *t);
/* "exited with code 3", "died of SIGSEGV" */
void missing_add_exit(struct buf *out, const struct event *exit);

#endif
