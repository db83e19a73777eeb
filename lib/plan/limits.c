/* What a plan asks of the machine. */
#include "plan/plan.h"

/* For the journal, the loops, the target's pipes, its probes and the reports. */
enum { SPARE = 64, OF_PROCESS = 16 };

/* One for each client that can have a connection at a time, and the clock of an open loop. */
static int64_t of_load(const struct plan_load *l)
{
    int64_t n = l->clients;
    if (l->requests >= 0 && n > l->requests)
        n = l->requests;
    /* A page may have some attempts at a time: its request clicked again, its queue, its poll. */
    if (l->users.frontend)
        n *= 2 + (l->users.frontend->impatient.after && !l->users.frontend->disable_button
                      ? l->users.frontend->impatient.clicks
                      : 0);
    /* ... and the preflights of these. */
    if (l->users.frontend && *l->users.frontend->origin.at)
        n *= 2;
    return n + (l->rate > 0);
}

const char *plan_page(const struct plan *plan)
{
    for (size_t i = 0; i < plan->n_signals; i++)
        if (plan->signals[i].when.kind == WHEN_PAGE)
            return plan->signals[i].when.path;
    return NULL;
}

bool plan_is_replaced(const struct plan *plan, size_t process)
{
    for (size_t i = 0; i < plan->n_signals; i++)
        if (plan->signals[i].act == ACT_REPLACE && plan->signals[i].process == (int)process)
            return true;
    return false;
}

int64_t plan_descriptors(const struct plan *plan)
{
    /* pipes, ledger, keeper and probes of each process beside the first */
    int64_t n = SPARE + OF_PROCESS * (int64_t)plan->others.n;
    for (size_t i = 0; i < plan->n_loads; i++)
        n += of_load(&plan->loads[i]);
    return n;
}
