/* A listening socket that drainctl holds (the plan's socket_activation). A client that waits in
 * its queue while no process of the target is there is neither refused nor reset, and the next
 * start serves it. */
#include "judge/facts.h"

/* When the last process that was there let go of the socket, and how many of them have not exited.
 */
struct last_hold {
    int64_t left_ns; /* 0: it has it still, or none was seen */
    int64_t running;
    bool orphans; /* a process of it that was left behind may have it */
};

static struct last_hold hold_of(const struct run_facts *f, const char *process)
{
    struct last_hold hold = {0};
    for (size_t i = 0; i < f->h->count; i++) {
        const struct event *e = &f->h->events[i];
        if (!event_is_of_process(e->kind) || !is_of_process(e, process))
            continue;
        hold.running += (e->kind == EVENT_TARGET_START) - (e->kind == EVENT_TARGET_EXIT);
        hold.orphans |= e->kind == EVENT_ORPHAN;
        if (e->kind == EVENT_TARGET_START || (e->kind == EVENT_LISTENER && e->sockets > 0))
            hold.left_ns = 0;
        else if (e->kind == EVENT_LISTENER && !hold.left_ns)
            hold.left_ns = e->t_ns;
    }
    return hold;
}

/* Connected when no process could accept any more, or never accepted by a process that is gone: its
 * exit would have ended the connection. */
static bool waits(const struct attempt *a, const struct last_hold *hold)
{
    bool open = a->outcome == OUTCOME_UNFINISHED && a->end && a->connected_ns && !a->first_ns;
    bool gone = hold->running == 0 && !hold->orphans && !a->conn.reused;
    return open && hold->left_ns && a->end_ns >= hold->left_ns &&
           (a->connected_ns >= hold->left_ns || gone);
}

void attempts_waiting(struct run_verdict *v, const struct run_facts *f)
{
    for (size_t p = 0; p < plan_process_count(f->plan); p++) {
        if (!plan_process(f->plan, p)->socket_activation)
            continue;
        struct last_hold hold = hold_of(f, p ? plan_process_name(f->plan, p) : "");
        for (size_t i = 0; i < v->n_attempts; i++) {
            struct attempt *a = &v->attempts[i];
            const struct plan_load *load = &f->plan->loads[a->load];
            if (load->to.process == (int)p && !load->to.via && waits(a, &hold))
                a->reason = REASON_WAITS_IN_QUEUE;
        }
    }
}

/* The life before was over when this one began: what connected before this one was ready, and was
 * answered after its start, lay in the queue until then. */
void waiting_served(struct process_verdict *p, const struct run_verdict *v, size_t process,
                    int64_t start_ns, int64_t ready_ns)
{
    for (size_t i = 0; i < v->n_attempts; i++) {
        const struct attempt *a = &v->attempts[i];
        const struct plan_load *load = &v->plan.loads[a->load];
        if (load->to.process != (int)process || load->to.via || !a->answer.whole ||
            a->conn.reused || !a->connected_ns || a->connected_ns >= ready_ns ||
            a->first_ns < start_ns)
            continue;
        double ms = ms_between(a->connected_ns, a->first_ns);
        p->waited++;
        p->waited_ms = ms > p->waited_ms ? ms : p->waited_ms;
    }
}
