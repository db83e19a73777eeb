/* What is left of a run, and whether it is worth waiting for. */
#include "run/internal.h"

#include "base/clock.h"

static bool never_comes(const struct run *r, const struct plan_instant *at)
{
    return at->after_ns >= 0 && at->of >= 0 && r->signals[at->of].state != SIGNAL_SENT;
}

/* Does this load wait for a signal that was not sent, and now never will be? */
bool run_waits_in_vain(const struct run *r, size_t load)
{
    const struct plan_load *p = &r->plan->loads[load];
    return (!loads_counts(r->loads, (int)load).begun && never_comes(r, &p->start)) ||
           never_comes(r, &p->resume.at);
}

/* No signal was sent and none can come any more, and the loads that are left would go on (or wait)
 * for ever: the run need not wait for its timeout to say so. */
bool run_only_endless_left(const struct run *r)
{
    if (r->stage != STAGE_RUNNING || r->end.target_exited || !moments_hopeless(r))
        return false;
    for (size_t i = 0; i < r->plan->n_loads; i++)
        if (!loads_counts(r->loads, (int)i).ended && r->plan->loads[i].requests >= 0 &&
            !r->plan->loads[i].resume.never && !run_waits_in_vain(r, i))
            return false;
    return true;
}

/* Longer than the patience with a target that grows (moments.c), and all that comes before. */
static const int64_t overdue_ns = 15 * NS_PER_S;

/* A check's moment has not come in this time, and will not come: no client can connect, say, or
 * those to be frozen wait for an answer that the target never gives. */
bool run_moment_is_overdue(const struct run *r)
{
    return r->plan->audit && r->stage == STAGE_RUNNING && r->plan->n_signals > 0 &&
           !r->end.target_exited && r->signals[0].state != SIGNAL_FROZEN &&
           clock_ns() - r->progress.loads_ns >= overdue_ns;
}

/* Long enough to see who still listens, and that a silent connection was not closed with its
 * server. */
static const int64_t silence_ns = 1500 * NS_PER_MS;

bool run_is_silence_over(const struct run *r)
{
    return r->plan->audit && r->end.exited_ns && clock_ns() - r->end.exited_ns >= silence_ns;
}

/* Is it gone for good, while drainctl holds the socket at which its clients connect? */
static bool is_held_in_vain(const struct run *r, int process)
{
    return plan_process(r->plan, (size_t)process)->socket_activation &&
           (r->plan->several ? moments_gone_for_good(r, process) : r->end.target_exited);
}

/* Long enough to see that who comes now waits. */
static const int64_t waiting_ns = 500 * NS_PER_MS;

/* All that is left are requests in the queue of a socket that no process will serve any more:
 * nothing has begun or ended for a while. */
bool run_only_waiting_left(struct run *r)
{
    int64_t moves = 0, left = 0;
    for (size_t i = 0; r->loads && i < r->plan->n_loads; i++) {
        const struct plan_load *p = &r->plan->loads[i];
        struct load_counts c = loads_counts(r->loads, (int)i);
        moves += c.started + c.done + c.ended;
        if (c.ended)
            continue;
        left++;
        if (p->to.via || !is_held_in_vain(r, p->to.process) ||
            (p->rate > 0 && c.started < p->requests))
            return false;
    }
    if (!left || moves != r->progress.moves) {
        r->progress.moves = moves;
        r->progress.moved_ns = clock_ns();
    }
    return left && clock_ns() - r->progress.moved_ns >= waiting_ns;
}

/* The target of a check is gone, and the clients that are left never send a word: whatever process
 * still holds their connections, there is nothing more to learn from them. */
bool run_only_silent_left(const struct run *r)
{
    if (!run_is_silence_over(r))
        return false;
    for (size_t i = 0; i < r->plan->n_loads; i++) {
        const struct plan_load *p = &r->plan->loads[i];
        if (!loads_counts(r->loads, (int)i).ended && p->shape != SHAPE_SILENT && !p->resume.never)
            return false;
    }
    return true;
}
