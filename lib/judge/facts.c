/* One pass over the history for what concerns the target, the signals and the run itself. */
#include "judge/facts.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "journal/note.h"
#include "judge/dependencies.h"
#include "words/acts.h"

double ms_between(int64_t from_ns, int64_t to_ns)
{
    return ((double)to_ns - (double)from_ns) / (double)NS_PER_MS;
}

static void on_exit_event(struct run_facts *f, const struct event *e)
{
    if (!f->exit.own && !f->kill_ns)
        f->exit.own = e;
}

static void on_kill(struct run_facts *f, const struct event *e)
{
    if (!f->kill_ns && !f->exit.own)
        f->kill_ns = e->t_ns;
}

static void on_listen(struct run_facts *f, const struct event *e)
{
    (void)e;
    f->listener.seen = true;
    f->queue.lost = 0; /* until a change is seen, no client waits */
}

/* The last depth seen is the number of connections that the close resets (sock_diag(7)). */
static void on_listener(struct run_facts *f, const struct event *e)
{
    if (f->listener.gone_ns || f->kill_ns)
        return;
    if (e->sockets > 0 || e->depth > 0) {
        f->listener.seen = f->listener.seen || e->sockets > 0;
        f->queue.lost = f->whose.holds_socket ? 0 : e->depth; /* held, it loses none */
    }
    if (e->sockets == 0 && f->listener.seen && f->t0_ns && e->t_ns >= f->t0_ns) {
        bool forced = f->forced_ns > f->t0_ns && e->t_ns >= f->forced_ns;
        f->listener.gone_ns = e->t_ns;
        f->listener.closed_ns = forced ? 0 : e->t_ns; /* what follows a kill is its doing */
    }
}

static bool same_path(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static void on_health(struct run_facts *f, const struct event *e)
{
    const struct plan_target *target = f->whose.target;
    f->health.open_after_turn |=
        f->health.not_ready_ns && e->at >= f->health.not_ready_ns && e->status > 0;
    if (same_path(e->text, target->health_ready)) {
        /* a poll that is refused or cut is the close, and tells nothing of readiness */
        bool not_ready = e->status > 0 && (e->status < 200 || e->status >= 300);
        f->health.ready_seen = true;
        if (not_ready && !f->health.not_ready_ns && f->t0_ns && e->t_ns >= f->t0_ns) {
            f->health.not_ready_ns = e->t_ns;
            f->health.not_ready_status = e->status;
        }
    }
    if (same_path(e->text, target->health_live) && e->status > 0) {
        f->health.live_answers++;
        if (e->status != 200 && !f->health.live_broken)
            f->health.live_broken = e;
    }
}

static void on_freeze(struct run_facts *f, const struct event *e)
{
    f->freeze.at_ns = e->t_ns;
    f->freeze.thaw_ns = 0;
    f->freeze.held = e->queued > 0 ? e->queued : 0;
    if (e->buffered > 0 && e->buffered < INT64_MAX - f->freeze.held)
        f->freeze.held += e->buffered;
}

static void on_thaw(struct run_facts *f, const struct event *e)
{
    f->freeze.thaw_ns = e->t_ns;
}

static void on_ledger(struct run_facts *f, const struct event *e)
{
    (void)e;
    f->ledger.any = true;
}

static void on_error(struct run_facts *f, const struct event *e)
{
    if (!f->course.error)
        f->course.error = e;
}

static void on_run_end(struct run_facts *f, const struct event *e)
{
    f->course.end = e;
}

static void (*const on_event[EVENT_COUNT])(struct run_facts *, const struct event *) = {
    [EVENT_TARGET_EXIT] = on_exit_event,
    [EVENT_TARGET_KILL] = on_kill,
    [EVENT_TARGET_LISTEN] = on_listen,
    [EVENT_LISTENER] = on_listener,
    [EVENT_HEALTH] = on_health,
    [EVENT_FREEZE] = on_freeze,
    [EVENT_THAW] = on_thaw,
    [EVENT_LEDGER] = on_ledger,
    [EVENT_ERROR] = on_error,
    [EVENT_RUN_END] = on_run_end,
};

/* For a run it is the signal of any process; for one of several processes, its own. */
static void find_signal(struct run_facts *f, const struct event *e, bool run)
{
    if (is_told_by(e) && (run || is_about(f, e)) && (!f->t0_ns || e->t_ns < f->t0_ns))
        f->t0_ns = e->t_ns;
}

/* The first signal must be known before the rest is read: events of one instant may stand in the
 * journal in either order. */
static void find_times(struct run_facts *f, bool run)
{
    const struct history *h = f->h;
    for (size_t i = 0; i < h->count; i++) {
        const struct event *e = &h->events[i];
        if (i == 0 || e->t_ns < f->course.first_ns)
            f->course.first_ns = e->t_ns;
        if (i == 0 || e->t_ns > f->course.last_ns)
            f->course.last_ns = e->t_ns;
        find_signal(f, e, run);
        if (!is_about(f, e))
            continue;
        if (e->kind == EVENT_NOTE && note_find(e->why) == NOTE_SOCKET_SHUT)
            f->whose.holds_socket = false; /* no process has a use for it any more */
        if (e->kind == EVENT_TARGET_EXIT && !f->exit.any)
            f->exit.any = e;
        bool kills = e->kind == EVENT_TARGET_KILL ||
                     (e->kind == EVENT_SIGNAL && e->os_errno == 0 && e->signo == SIGKILL);
        if (kills && (!f->forced_ns || e->t_ns < f->forced_ns))
            f->forced_ns = e->t_ns;
    }
    if (f->exit.any &&
        f->forced_ns >= f->exit.any->t_ns) /* it came after the exit, and killed no process */
        f->forced_ns = 0;
}

static void conclude(struct run_facts *f)
{
    int64_t end_ns = f->exit.any ? f->exit.any->t_ns : 0;
    f->course.interrupted = f->course.end && f->course.end->run_end == RUN_END_INTERRUPTED;
    f->course.partial = f->h->cut || f->course.interrupted || f->course.error;
    /* a server that was killed may have had entries that it never got to write */
    f->ledger.complete = f->ledger.any && !f->course.partial && f->exit.own &&
                         f->exit.own->exit_signal == 0 &&
                         !f->plan->others.n; /* of several, another one may have had it */
    f->course.usable = !f->h->cut && !f->course.error && !(f->t0_ns && end_ns && end_ns < f->t0_ns);
    f->exit.by_itself =
        f->t0_ns && end_ns >= f->t0_ns && !f->forced_ns && f->exit.any->exit_signal != SIGKILL;
}

/* The facts about process `index`; `run`: of the whole run, seen from its first target. */
static void gather(struct run_facts *f, const struct history *h, const struct plan *plan,
                   size_t index, int64_t life, bool run)
{
    *f = (struct run_facts){.h = h,
                            .plan = plan,
                            .queue.lost = -1,
                            .freeze.held = -1,
                            .queue.reset_from_ns = INT64_MAX};
    f->whose.life = life;
    f->whose.target = plan_process(plan, index);
    f->whose.holds_socket = f->whose.target->socket_activation;
    f->whose.process = index ? plan_process_name(plan, index) : "";
    find_times(f, run);
    for (size_t i = 0; i < h->count; i++) {
        const struct event *e = &h->events[i];
        bool about = is_about(f, e) || (run && e->kind == EVENT_LEDGER);
        if (on_event[e->kind] && about)
            on_event[e->kind](f, e);
    }
    conclude(f);
    facts_of_processes(f);
    facts_of_queue(f);
}

void facts_gather(struct run_facts *f, const struct history *h, const struct plan *plan)
{
    gather(f, h, plan, 0, 0, true);
    facts_of_dependencies(f);
}

void facts_gather_each(struct run_facts *f)
{
    if (!f->plan->several)
        return;
    f->of = mem_zero(plan_process_count(f->plan), sizeof *f->of);
    for (size_t i = 0; i < plan_process_count(f->plan); i++)
        gather(&f->of[i], f->h, f->plan, i, 0, false);
}

void facts_gather_life(struct run_facts *out, const struct run_facts *run, size_t process,
                       int64_t life)
{
    gather(out, run->h, run->plan, process, life, false);
}

void facts_free(struct run_facts *f)
{
    if (f) {
        free(f->of);
        free(f->dependencies.at);
    }
    free(f);
}

void facts_release(struct run_facts *f)
{
    free(f->attempts);
    free(f->load_started);
    f->attempts = NULL;
    f->load_started = NULL;
}
