/* Who is there, and who waits before their doors. */
#include "run/internal.h"

struct target *member_target(const struct run *r, size_t index)
{
    return r->members && r->members[index].now ? r->members[index].now->target : NULL;
}

bool member_running(const struct member *m)
{
    return m->now && !m->now->exited && target_running(m->now->target);
}

int64_t run_queue_depth(const struct run *r, int load)
{
    const struct plan_load *p = &r->plan->loads[load];
    int64_t depth = 0;
    for (size_t i = 0; i < plan_process_count(r->plan); i++) {
        struct target *t = p->via || p->to == (int)i ? member_target(r, i) : NULL;
        int64_t one = t ? target_queue_depth(t) : 0;
        depth += one > 0 ? one : 0;
    }
    return depth;
}
