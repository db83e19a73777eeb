/* Which processes are there, and what waits in their queues. */
#include "run/internal.h"

struct target *member_target(const struct run *r, size_t index)
{
    return r->members && r->members[index].now ? r->members[index].now->target : NULL;
}

bool member_running(const struct member *m)
{
    return m->now && !m->now->exited && target_running(m->now->target);
}

/* The proxy that the load goes through; NULL: none. */
static const struct plan_process *proxy_of(const struct run *r, int load)
{
    const struct plan_load *p = &r->plan->loads[load];
    const struct plan_process *to =
        p->to.process > 0 ? &r->plan->others.at[p->to.process - 1] : NULL;
    return to && to->proxy && !p->to.via ? to : NULL;
}

static bool goes_through(const struct run *r, int load, size_t process)
{
    const struct plan_load *p = &r->plan->loads[load];
    const struct plan_process *proxy = proxy_of(r, load);
    for (size_t i = 0; proxy && i < proxy->n_servers; i++)
        if (proxy->servers[i] == (int)process)
            return true;
    return p->to.via || p->to.process == (int)process;
}

bool run_is_before_proxy(const struct run *r, int load, int64_t n)
{
    const struct plan_process *proxy = proxy_of(r, load);
    int64_t behind = 0;
    for (size_t i = 0; proxy && i < proxy->n_servers; i++) {
        struct target *t = member_target(r, (size_t)proxy->servers[i]);
        int one = t ? target_connections(t) : 0;
        if (one < 0)
            return false;
        behind += one;
    }
    return proxy && behind < n;
}

int64_t run_queue_depth(const struct run *r, int load)
{
    int64_t depth = 0;
    for (size_t i = 0; i < plan_process_count(r->plan); i++) {
        struct target *t = goes_through(r, load, i) ? member_target(r, i) : NULL;
        int64_t one = t ? target_queue_depth(t) : 0;
        depth += one > 0 ? one : 0;
    }
    return depth;
}
