/* Giving a plan back. Works on a half-built one. */
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

static void free_pairs(struct plan_pair *pairs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(pairs[i].name);
        free(pairs[i].value);
    }
    free(pairs);
}

static void free_target(struct plan_target *t)
{
    for (size_t i = 0; t->argv && t->argv[i]; i++)
        free(t->argv[i]);
    free(t->argv);
    free(t->url);
    free_pairs(t->env, t->n_env);
    free(t->cwd);
    free(t->ready.path);
    free(t->ready.log);
    free(t->health_ready);
    free(t->health_live);
}

static void free_process(struct plan_process *p)
{
    free(p->name);
    free_target(&p->target);
    free_pairs(p->files, p->n_files);
    free(p->servers);
}

static void free_expect(struct plan_expect *e)
{
    for (size_t i = 0; i < e->steps.n; i++) {
        free(e->steps.at[i].name);
        free(e->steps.at[i].regex);
    }
    free(e->steps.at);
    free(e->text);
    free(e->output.regex);
}

static void free_load(struct plan_load *l)
{
    free(l->name);
    free(l->method);
    free(l->path);
    free(l->then_path);
    free_pairs(l->headers.at, l->headers.n);
    free(l->users.frontend);
    free(l->users.witness);
}

static void free_signal(struct plan_signal *s)
{
    free(s->when.regex);
    free(s->when.path);
    free(s->text);
}

void plan_free(struct plan *plan)
{
    free(plan->checklist.pprof);
    free(plan->checklist.metrics);
    free(plan->checklist.registry);
    free(plan->checklist.pool_log);
    free(plan->platform.profile);
    free(plan->name);
    free(plan->about);
    free(plan->from.file);
    free(plan->from.source);
    free(plan->target_name);
    free(plan->registry);
    free_target(&plan->target);
    for (size_t i = 0; i < plan->others.n; i++)
        free_process(&plan->others.at[i]);
    free(plan->others.at);
    for (size_t i = 0; i < plan->n_loads; i++)
        free_load(&plan->loads[i]);
    free(plan->loads);
    for (size_t i = 0; i < plan->n_signals; i++)
        free_signal(&plan->signals[i]);
    free(plan->signals);
    for (size_t i = 0; i < plan->n_expects; i++)
        free_expect(&plan->expects[i]);
    free(plan->expects);
    memset(plan, 0, sizeof *plan);
}
