/* The judge's order of work. A run is judged from its journal alone: the plan comes out of the
 * journal's first line. */
#include "judge/facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void judge_history(struct run_verdict *v, const struct history *h)
{
    struct run_facts *f = v->facts = mem_zero(1, sizeof *f);
    facts_gather(f, h, &v->plan);
    v->history = h;
    v->cut = h->cut;
    v->first.t_ns = f->t0_ns;
    v->duration_ms = ms_between(f->course.first_ns, f->course.last_ns);
    v->scenario = v->plan.name ? v->plan.name : "";
    const char *file = h->count && h->events[0].kind == EVENT_PLAN ? h->events[0].file : NULL;
    v->file = file && *file ? file : NULL;
    attempts_assemble(v, f);
    attempts_classify(v, f);
    attempts_proxied(v);
    attempts_witness(v, f);
    queue_reconcile(v, f);
    facts_gather_each(f);
    for (size_t i = 0; f->of && i < plan_process_count(f->plan); i++) {
        f->of[i].attempts = f->attempts; /* borrowed until they are released */
        queue_reconcile(v, &f->of[i]);
    }
    told_reconcile(v, f);
    loads_tally(v, f);
    proxied_tally(v);
    users_judge(v, f);
    storms_judge(v, f);
    drain_judge(v, f);
    processes_judge(v, f);
    facts_of_attempts(f, v);
    checklist_judge(v, f);
    expects_judge(v, f);
    verdict_form(v, f);
    facts_release(f);
}

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

void run_verdict_free(struct run_verdict *v)
{
    for (size_t i = 0; i < v->n_loads; i++)
        free(v->loads[i].reasons), free(v->loads[i].users.all), free(v->loads[i].storm.bins),
            free(v->loads[i].proxied);
    for (size_t i = 0; i < v->expectations.n; i++) {
        free(v->expectations.at[i].expected);
        free(v->expectations.at[i].observed);
        free(v->expectations.at[i].attempts);
    }
    free(v->loads);
    free(v->expectations.at);
    free(v->attempts);
    free(v->signals);
    free(v->processes.at);
    free(v->target.argv);
    free(v->target.orphans);
    free(v->target.said);
    free(v->because.why);
    free(v->because.hint);
    facts_free(v->facts);
    plan_free(&v->plan);
    *v = (struct run_verdict){0};
}

enum verdict_value judge_overall(const struct run_verdict *runs, size_t count)
{
    enum verdict_value worst = count ? VERDICT_PASSED : VERDICT_INCONCLUSIVE;
    for (size_t i = 0; i < count; i++) {
        if (runs[i].value == VERDICT_FAILED)
            return VERDICT_FAILED;
        if (runs[i].value == VERDICT_INCONCLUSIVE)
            worst = VERDICT_INCONCLUSIVE;
    }
    return worst;
}
