/* One run from its first event to its last. */
#include "run/run.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/unix_address.h"
#include "run/internal.h"

enum { TICK_MS = 100, PULSE_MS = 10, STALL_MS = 20 };

static const int interrupt_signals[] = {SIGINT, SIGTERM, SIGHUP};

/* A run without signals is over with its loads. When a person stopped loads that had an end of
 * their own, it is less than was asked for. */
static void finish_control(struct run *r)
{
    bool own_end = false;
    for (size_t i = 0; i < r->plan->n_loads; i++)
        own_end =
            own_end || r->plan->loads[i].requests >= 0 || r->plan->loads[i].stop.after_ns >= 0;
    if (r->stop.gently_by && own_end)
        r->stop.by = r->stop.gently_by;
    run_finish(r, r->stop.by ? RUN_END_INTERRUPTED : RUN_END_COMPLETE);
}

/* Each process that was told to go is gone, and what was begun with a process is over. */
static bool is_settled(const struct run *r)
{
    for (size_t i = 0; i < plan_process_count(r->plan); i++) {
        if (r->members[i].busy >= 0)
            return false;
        for (const struct life *l = r->members[i].now; l; l = l->before)
            if (l->told && !l->exited)
                return false;
    }
    return true;
}

/* As with one target: what goes to a process that is gone for good, and has no end, ends. */
static void stop_of_gone(struct run *r)
{
    for (size_t i = 0; i < r->plan->n_loads; i++) {
        const struct plan_load *p = &r->plan->loads[i];
        bool was_there = r->members[p->to.process].lives > 0;
        if (p->requests < 0 && !p->to.via && was_there && moments_gone_for_good(r, p->to.process))
            loads_stop(r->loads, (int)i, "target-exited");
    }
}

/* With several processes, not all go away: the run is over when all has been done, each that was
 * told to go is gone, and the loads have ended; those without an end of their own end then. */
static void check_several(struct run *r)
{
    if (r->loads)
        stop_of_gone(r);
    if (!r->loads || moments_pending(r) || !is_settled(r))
        return;
    for (size_t i = 0; r->plan->n_signals && i < r->plan->n_loads; i++)
        if (r->plan->loads[i].requests < 0 || run_waits_in_vain(r, i))
            loads_stop(r->loads, (int)i, "stop");
    if ((!loads_all_ended(r->loads) && !run_only_waiting_left(r)) || !rest_is_over(r) ||
        !page_is_over(r))
        return;
    if (r->plan->n_signals == 0)
        finish_control(r);
    else
        run_finish(r, moments_hopeless(r) ? RUN_END_NO_MOMENT : RUN_END_COMPLETE);
}

/* Is there nothing left to wait for? Then finish. */
static void check_complete(struct run *r)
{
    if (r->stage != STAGE_RUNNING && r->stage != STAGE_DRAINING)
        return;
    if (r->plan->several) {
        check_several(r);
        return;
    }
    if (run_moment_is_overdue(r)) {
        announce_mark(r, RUN_OVERDUE);
        run_finish(r, RUN_END_NO_MOMENT);
    } else if (r->loads && !loads_all_ended(r->loads)) {
        if (run_only_endless_left(r))
            run_finish(r, RUN_END_NO_MOMENT);
        else if (run_only_silent_left(r) || run_only_waiting_left(r))
            run_finish(r, RUN_END_COMPLETE);
    } else if (r->end.target_exited)
        run_finish(r, RUN_END_COMPLETE);
    else if (!r->loads)
        return;
    else if (r->plan->n_signals == 0)
        finish_control(r);
    else if (moments_hopeless(r))
        run_finish(r, RUN_END_NO_MOMENT);
}

/* --- handles of the run itself --- */

static void on_timeout(uv_timer_t *timer)
{
    run_finish(timer->data, RUN_END_TIMEOUT);
}

static void on_tick(uv_timer_t *timer)
{
    static const char *const names[] = {"starting", "running", "draining", "ending"};
    struct run *r = timer->data;
    struct run_progress p = {.stage = names[r->stage],
                             .elapsed_ns = clock_ns() - r->progress.began_ns,
                             .stopping = r->stop.gently_by != 0};
    for (size_t i = 0; r->loads && i < r->plan->n_loads; i++) {
        struct load_counts c = loads_counts(r->loads, (int)i);
        p.started += c.started;
        p.done += c.done;
        p.in_flight += c.in_flight;
    }
    struct target *first = member_target(r, 0);
    if (r->plan->n_loads == 0 && first) {
        p.listening = target_queue_depth(first) >= 0;
        p.connections = target_connections(first);
    }
    r->options->progress(r->options->arg, &p);
}

/* What the clients saw late is not the server's lateness: the judge must know how late we were. */
static void on_pulse(uv_timer_t *timer)
{
    struct run *r = timer->data;
    int64_t now = clock_ns();
    if (r->clock.pulse_due_ns && now - r->clock.pulse_due_ns > STALL_MS * NS_PER_MS)
        journal_add(r->journal,
                    &(struct event){.kind = EVENT_STALL, .t_ns = now, .at = r->clock.pulse_due_ns});
    r->clock.pulse_due_ns = now + PULSE_MS * NS_PER_MS;
    r->end.check |= run_is_silence_over(r) || run_moment_is_overdue(r) || run_only_waiting_left(r);
}

/* Once a turn of the loop: a killed run leaves all but its last turn, and the end, which closes
 * loads and target, never comes from inside a callback of theirs. */
static void on_turn(uv_prepare_t *prepare)
{
    struct run *r = prepare->data;
    if (r->end.check) {
        r->end.check = false;
        check_complete(r);
    }
    if (journal_flush(r->journal) < 0)
        run_finish(r, RUN_END_JOURNAL_FAILED);
}

static bool stop_gently(struct run *r)
{
    if (!r->options->gentle || r->stage != STAGE_RUNNING || r->stop.gently_by)
        return false;
    r->stop.gently_by = SIGINT;
    for (size_t i = 0; i < r->plan->n_loads; i++)
        loads_stop(r->loads, (int)i, "stop");
    r->end.check = true;
    return true;
}

static void on_interrupt(uv_signal_t *handle, int signo)
{
    struct run *r = handle->data;
    if (signo == SIGINT && stop_gently(r))
        return;
    if (r->stop.by) { /* the second one is immediate; the keeper sees to what is left */
        members_kill(r);
        folder_remove(r->place.folder);
        _exit(128 + signo);
    }
    r->stop.by = signo;
    run_finish(r, RUN_END_INTERRUPTED);
}

static void init_handles(struct run *r)
{
    uv_loop_init(&r->loop);
    uv_timer_init(&r->loop, &r->clock.timeout);
    uv_timer_init(&r->loop, &r->clock.ticker);
    uv_timer_init(&r->loop, &r->clock.pulse);
    uv_prepare_init(&r->loop, &r->clock.turn);
    r->clock.timeout.data = r->clock.ticker.data = r->clock.pulse.data = r->clock.turn.data = r;
    uv_timer_start(&r->clock.pulse, on_pulse, PULSE_MS, PULSE_MS);
    uv_timer_start(&r->clock.timeout, on_timeout, (uint64_t)(r->plan->timeout_ns / NS_PER_MS), 0);
    if (r->options->progress)
        uv_timer_start(&r->clock.ticker, on_tick, TICK_MS, TICK_MS);
    uv_prepare_start(&r->clock.turn, on_turn);
    for (size_t i = 0; i < ARRAY_LEN(r->stop.on); i++) {
        uv_signal_init(&r->loop, &r->stop.on[i]);
        r->stop.on[i].data = r;
        uv_signal_start(&r->stop.on[i], on_interrupt, interrupt_signals[i]);
    }
    announce_init(r);
    moments_init(r);
    schedule_init(r);
}

static void journal_head(struct run *r)
{
    char wall[32];
    clock_wall(wall, sizeof wall);
    journal_add(r->journal, &(struct event){.kind = EVENT_PLAN,
                                            .format = 1,
                                            .version = DRAINCTL_VERSION,
                                            .wall = wall,
                                            .file = r->plan->from.file,
                                            .seed = (int64_t)r->plan->seed,
                                            .plan = r->plan->from.source});
}

static void start(struct run *r)
{
    struct error err = {0};
    if (members_init(r, &err) < 0) {
        run_fail(r, &err);
        return;
    }
    members_start_next(r);
}

int run_execute(const struct plan *plan, struct journal *journal, const struct run_options *options)
{
    struct run r = {.plan = plan, .journal = journal, .options = options, .events = &run_events};
    r.progress.began_ns = clock_ns();
    outputs_wanted_open(&r);
    journal_head(&r);
    init_handles(&r);
    start(&r);
    uv_run(&r.loop, UV_RUN_DEFAULT);
    uv_loop_close(&r.loop);
    looks_free(r.beside.looks);
    rest_free(&r);
    page_free(&r);
    outputs_wanted_close(&r);
    journal_flush(journal);
    members_free(&r);
    free(r.signals);
    free(r.timers);
    return r.stop.by;
}
