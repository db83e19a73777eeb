/* The summary of runs that were judged just now, and what is common to both origins. */
#include "verdict/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool run_is_comparable(const struct run_summary *r)
{
    return r->value != VERDICT_INCONCLUSIVE || r->ground == GROUND_NOTHING_EXPECTED;
}

/* As the JSON report writes it, so that a journal and its JSON are alike to the last digit. */
static double to_microseconds(double ms)
{
    return round(ms * 1000) / 1000;
}

static const char *own(struct verdict_summary *s, char *text)
{
    MEM_GROW(s->owned, s->n_owned, s->owned_cap);
    return s->owned[s->n_owned++] = text;
}

static void take_load(struct verdict_summary *s, struct load_summary *out,
                      const struct load_verdict *l)
{
    char text[32];
    *out = (struct load_summary){.name = l->name,
                                 .attempts = l->attempts,
                                 .by_phase = true,
                                 .n_reasons = l->n_reasons,
                                 .p50_ms = to_microseconds(l->p50_ms),
                                 .p99_ms = to_microseconds(l->p99_ms)};
    out->users = (struct users_summary){.any = l->users.any,
                                        .intentions = l->users.intentions,
                                        .open = l->users.open,
                                        .seconds_lost = to_microseconds(l->users.seconds_lost)};
    memcpy(out->users.saw, l->users.saw, sizeof out->users.saw);
    memcpy(out->outcomes, l->outcomes, sizeof out->outcomes);
    memcpy(out->phases, l->phases, sizeof out->phases);
    out->reasons = mem_zero(l->n_reasons + 1, sizeof *out->reasons);
    for (size_t i = 0; i < l->n_reasons; i++) {
        const struct reason_count *r = &l->reasons[i];
        reason_text(r->reason, r->status, text, sizeof text);
        out->reasons[i] = (struct word_count){own(s, mem_strdup(text)), r->count};
    }
}

static struct target_summary target_of(const struct target_verdict *t)
{
    return (struct target_summary){
        .exited = t->exited,
        .killed = t->killed,
        .exit_code = t->exit_code,
        .exit_signal = t->exit_signal,
        .exit_after_ms = to_microseconds(t->exit_after_ms),
        .listener_closed_after_ms = to_microseconds(t->listener_closed_after_ms),
        .queue_lost = t->queue_lost,
        .orphans = (int64_t)t->n_orphans,
    };
}

static void take_run(struct verdict_summary *s, struct run_summary *out,
                     const struct run_verdict *v)
{
    *out = (struct run_summary){.scenario = v->scenario ? v->scenario : "",
                                .value = v->value,
                                .ground = v->because.ground,
                                .why = v->because.why,
                                .target = target_of(&v->target),
                                .n_loads = v->n_loads,
                                .n_expectations = v->expectations.n};
    for (size_t i = 0; i < v->n_signals; i++)
        out->sent |= UINT64_C(1) << (v->signals[i].signo & 63);
    out->loads = mem_zero(v->n_loads + 1, sizeof *out->loads);
    for (size_t i = 0; i < v->n_loads; i++)
        take_load(s, &out->loads[i], &v->loads[i]);
    out->expectations = mem_zero(v->expectations.n + 1, sizeof *out->expectations);
    for (size_t i = 0; i < v->expectations.n; i++) {
        const struct expectation_verdict *x = &v->expectations.at[i];
        bool counted = x->of > 0;
        out->expectations[i] = (struct expectation_summary){
            x->text, x->value, counted ? x->count : 0, counted ? x->of : 0};
    }
}

static void take_defects(struct verdict_summary *s, const struct audit *a)
{
    s->check = s->complete = true;
    s->grade = a->grade;
    s->defects = mem_zero(a->n_looked + 1, sizeof *s->defects);
    for (size_t i = 0; i < a->n_looked; i++) {
        const struct checked *l = &a->looked[i];
        struct defect_summary *d = &s->defects[s->n_defects++];
        *d = (struct defect_summary){l->defect->id, l->defect->unit, l->severity, l->listed,
                                     NULL,          l->n_seen};
        d->seen = mem_zero(l->n_seen + 1, sizeof *d->seen);
        memcpy(d->seen, l->seen, l->n_seen * sizeof *d->seen);
    }
}

void summary_of_runs(struct verdict_summary *s, const char *name, const struct run_verdict *runs,
                     size_t n, const struct audit *audit, enum verdict_value value)
{
    *s = (struct verdict_summary){
        .name = name, .version = DRAINCTL_VERSION, .value = value, .grade = '?', .n_runs = n};
    s->runs = mem_zero(n + 1, sizeof *s->runs);
    for (size_t i = 0; i < n; i++)
        take_run(s, &s->runs[i], &runs[i]);
    if (audit)
        take_defects(s, audit);
}

static void free_run(struct run_summary *r)
{
    for (size_t i = 0; i < r->n_loads; i++)
        free(r->loads[i].reasons);
    free(r->loads);
    free(r->expectations);
}

void summary_free(struct verdict_summary *s)
{
    for (size_t i = 0; i < s->n_runs; i++)
        free_run(&s->runs[i]);
    for (size_t i = 0; i < s->n_defects; i++)
        free(s->defects[i].seen);
    for (size_t i = 0; i < s->n_owned; i++)
        free(s->owned[i]);
    free(s->runs);
    free(s->defects);
    free(s->owned);
    json_doc_free(&s->doc);
    *s = (struct verdict_summary){0};
}
