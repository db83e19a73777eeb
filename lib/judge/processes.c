/* Every life of every process, in a run of several. */
#include "judge/facts.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "words/acts.h"

const char *const process_role_words[] = {"target", "service", "command"};

static double since(const struct run_facts *run, int64_t t_ns)
{
    return run->t0_ns && t_ns ? ms_between(run->t0_ns, t_ns) : NAN;
}

/* The first event of a kind in this life; NULL: there is none. */
static const struct event *first_of(const struct run_facts *life, enum event_kind kind)
{
    for (size_t i = 0; i < life->h->count; i++)
        if (life->h->events[i].kind == kind && is_about(life, &life->h->events[i]))
            return &life->h->events[i];
    return NULL;
}

static int64_t notice_time(const struct run_facts *life)
{
    for (size_t i = 0; i < life->h->count; i++) {
        const struct event *e = &life->h->events[i];
        if (e->kind == EVENT_ACTION && e->act == ACT_NOTICE && is_about(life, e))
            return e->t_ns;
    }
    return 0;
}

static enum process_role role_of(const struct plan *plan, size_t index)
{
    const struct plan_process *p = index ? &plan->others.at[index - 1] : NULL;
    return !p           ? PROCESS_TARGET
           : p->service ? PROCESS_SERVICE
           : p->action  ? PROCESS_COMMAND
                        : PROCESS_TARGET;
}

/* `gone_ns`: when the life before it was over; 0: it was not, or there was none. */
static void judge_life(struct process_verdict *p, const struct run_verdict *v,
                       const struct run_facts *life, size_t index, int64_t gone_ns)
{
    const struct run_facts *run = v->facts;
    const struct event *start = first_of(life, EVENT_TARGET_START);
    const struct event *ready = first_of(life, EVENT_TARGET_READY);
    const struct event *handover = first_of(life, EVENT_HANDOVER);
    *p = (struct process_verdict){
        .name = plan_process_name(run->plan, index),
        .role = role_of(run->plan, index),
        .life = life->whose.life,
        .pid = start ? start->pid : 0,
        .start_ms = since(run, start ? start->t_ns : 0),
        .ready_ms = since(run, ready ? ready->t_ns : 0),
        .notice_ms = since(run, notice_time(life)),
        .handover_ms = since(run, handover ? handover->t_ns : 0),
        .not_ready_ms = since(run, life->health.not_ready_ns),
        .closed_ms = since(run, life->listener.closed_ns),
        .exit_ms = since(run, life->exit.own ? life->exit.own->t_ns : 0),
        .exited = life->exit.own != NULL,
        .killed = life->kill_ns != 0,
        .exit_code = life->exit.own ? (int)life->exit.own->exit_code : 0,
        .exit_signal = life->exit.own ? (int)life->exit.own->exit_signal : 0,
        .held = life->whose.target->socket_activation,
    };
    if (p->held && start && ready && gone_ns && gone_ns <= start->t_ns)
        waiting_served(p, v, index, start->t_ns, ready->t_ns);
}

int64_t facts_lives(const struct run_facts *run, const char *process)
{
    int64_t n = 0;
    for (size_t i = 0; i < run->h->count; i++)
        n += run->h->events[i].kind == EVENT_TARGET_START &&
             is_of_process(&run->h->events[i], process);
    return n;
}

void processes_judge(struct run_verdict *v, const struct run_facts *f)
{
    size_t cap = 0;
    struct run_facts *life = f->of ? MEM_NEW(struct run_facts) : NULL;
    for (size_t i = 0; life && i < plan_process_count(f->plan); i++) {
        int64_t lives = facts_lives(f, f->of[i].whose.process), gone_ns = 0;
        for (int64_t k = 0; k < lives; k++) {
            facts_gather_life(life, f, i, k);
            MEM_GROW(v->processes.at, v->processes.n, cap);
            judge_life(&v->processes.at[v->processes.n++], v, life, i, gone_ns);
            gone_ns = life->exit.any ? life->exit.any->t_ns : 0;
        }
    }
    free(life);
}
