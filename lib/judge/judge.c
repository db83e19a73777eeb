/* Judging a run from its journal alone: the plan comes out of the journal's first line. */
#include "judge/facts.h"

#include <string.h>

int judge_run(const struct history *h, struct run_verdict *v, struct error *err)
{
    *v = (struct run_verdict){0};
    if (h->count == 0 || h->events[0].kind != EVENT_PLAN)
        return error_set(err, ERROR_USAGE, "a run without a plan cannot be judged");
    const struct event *head = &h->events[0];
    const char *file = head->file && *head->file ? head->file : "the journal's plan";
    const char *text = head->plan ? head->plan : "";
    if (plan_parse_text(file, text, strlen(text), &v->plan, err) < 0) {
        plan_free(&v->plan);
        *v = (struct run_verdict){0};
        return error_prefix(err, "the plan in this journal cannot be read");
    }
    judge_history(v, h);
    return 0;
}
