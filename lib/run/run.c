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

/* --- the end --- */

static void close_handles(struct run *r)
{
    uv_close((uv_handle_t *)&r->timeout, NULL);
    uv_close((uv_handle_t *)&r->ticker, NULL);
    uv_close((uv_handle_t *)&r->pulse, NULL);
    uv_close((uv_handle_t *)&r->turn, NULL);
    for (size_t i = 0; i < ARRAY_LEN(r->interrupts); i++)
        uv_close((uv_handle_t *)&r->interrupts[i], NULL);
    announce_close(r);
    moments_close(r);
    schedule_close(r);
}

static void target_closed(void *arg)
{
    struct run *r = arg;
    r->target = NULL;
    looks_end(r->looks);
    ledger_copy(r);
    journal_add(r->journal, &(struct event){.kind = EVENT_RUN_END, .run_end = r->ended});
    close_handles(r);
}

static void loads_closed(void *arg)
{
    struct run *r = arg;
    r->loads = NULL;
    if (r->target)
        target_close(r->target, target_closed, r);
    else
        target_closed(r);
}

static void finish(struct run *r, enum run_end why)
{
    if (r->stage == STAGE_ENDING)
        return;
    r->stage = STAGE_ENDING;
    r->ended = why;
    if (!r->interrupted)
        announce_mark(r, !r->loads          ? RUN_NOT_READY
                         : r->target_exited ? RUN_TARGET_GONE
                                            : RUN_NO_MOMENT);
    if (r->loads)
        loads_abort(r->loads);
    if (r->target && target_running(r->target) && plan_owns_target(r->plan))
        journal_add(r->journal,
                    &(struct event){.kind = EVENT_TARGET_KILL, .pid = target_pid(r->target)});
    if (r->loads)
        loads_free(r->loads, loads_closed, r);
    else
        loads_closed(r);
}

static void fail(struct run *r, const struct error *err)
{
    journal_add(r->journal,
                &(struct event){.kind = EVENT_ERROR, .text = err->text, .why = err->hint});
    finish(r, RUN_END_ERROR);
}

/* The target is gone: loads with no end of their own end here. Those that have one go on, to see
 * what a client sees then; without any signal sent the run is void, and all end. */
static void stop_endless(struct run *r, bool all)
{
    for (size_t i = 0; i < r->plan->n_loads; i++)
        if (all || r->plan->loads[i].requests < 0 || run_waits_in_vain(r, i))
            loads_stop(r->loads, (int)i, "target-exited");
}

/* A run without signals is over with its loads. When a person stopped loads that had an end of
 * their own, it is less than was asked for. */
static void finish_control(struct run *r)
{
    bool own_end = false;
    for (size_t i = 0; i < r->plan->n_loads; i++)
        own_end =
            own_end || r->plan->loads[i].requests >= 0 || r->plan->loads[i].stop.after_ns >= 0;
    if (r->stopped_by && own_end)
        r->interrupted = r->stopped_by;
    finish(r, r->interrupted ? RUN_END_INTERRUPTED : RUN_END_COMPLETE);
}

/* Is there nothing left to wait for? Then finish. */
static void check_complete(struct run *r)
{
    if (r->stage != STAGE_RUNNING && r->stage != STAGE_DRAINING)
        return;
    if (run_moment_is_overdue(r)) {
        announce_mark(r, RUN_OVERDUE);
        finish(r, RUN_END_NO_MOMENT);
    } else if (r->loads && !loads_all_ended(r->loads)) {
        if (run_only_endless_left(r))
            finish(r, RUN_END_NO_MOMENT);
        else if (run_only_silent_left(r))
            finish(r, RUN_END_COMPLETE);
    } else if (r->target_exited)
        finish(r, RUN_END_COMPLETE);
    else if (!r->loads)
        return;
    else if (r->plan->n_signals == 0)
        finish_control(r);
    else if (moments_hopeless(r))
        finish(r, RUN_END_NO_MOMENT);
}

/* --- what the target and the loads tell --- */

static void on_failed(void *arg, const struct error *err)
{
    struct run *r = arg;
    /* it was told to stop while it started, and it is gone: that is what was asked for */
    if (r->stage == STAGE_DRAINING && !target_running(r->target))
        finish(r, RUN_END_COMPLETE);
    else
        fail(r, err);
}

static void on_line(void *arg, int stream, const char *text)
{
    (void)stream;
    moments_line(arg, text);
}

static void on_listener_closed(void *arg)
{
    moments_listener_closed(arg);
}

static void on_exited(void *arg, int code, int signo)
{
    struct run *r = arg;
    (void)code, (void)signo;
    r->target_exited = true;
    r->exited_ns = clock_ns();
    if (r->stage == STAGE_ENDING)
        return;
    if (r->loads)
        stop_endless(r, r->stage == STAGE_RUNNING);
    r->check = true;
}

/* Some requests are over, and not one was answered as HTTP is: is it HTTP? */
static void doubt_dialect(struct run *r)
{
    enum { SOME = 2 };
    struct load_counts all = {0};
    if (r->stage != STAGE_RUNNING || r->plan->target.kind == TARGET_REFERENCE)
        return;
    for (size_t i = 0; i < r->plan->n_loads; i++) {
        struct load_counts c = loads_counts(r->loads, (int)i);
        all.answered += c.answered;
        all.strange += c.strange;
    }
    if (all.answered == 0 && all.strange >= SOME)
        target_ask_dialect(r->target, NULL);
}

static void on_step(void *arg, int load, int64_t request, enum phase phase)
{
    struct run *r = arg;
    if (r->stage != STAGE_RUNNING && r->stage != STAGE_DRAINING)
        return;
    if (phase == PHASE_DONE)
        doubt_dialect(r);
    moments_step(r, load, request, phase);
    announce_step(r, phase);
}

static void on_held(void *arg, int load)
{
    moments_held(arg, load);
}

static void on_ended(void *arg, int load)
{
    struct run *r = arg;
    (void)load;
    r->check = true;
}

static void on_ready(void *arg)
{
    struct run *r = arg;
    struct error err = {0};
    r->looks = looks_begin(&r->loop, r->plan, r->journal, r->url, r->port, target_pid(r->target));
    struct loads_callbacks callbacks = {on_step, on_held, on_ended, r};
    r->loads = loads_new(&r->loop, r->plan, r->url, r->journal, &callbacks, &err);
    if (!r->loads) {
        fail(r, &err);
        return;
    }
    if (r->stage == STAGE_STARTING)
        r->stage = STAGE_RUNNING;
    r->loads_ns = clock_ns();
    journal_add(r->journal, &(struct event){.kind = EVENT_LOADS_START});
    if (r->plan->target.health_early)
        target_watch_health(r->target);
    moments_loads_started(r);
    schedule_loads_started(r);
    if (r->plan->n_signals == 0)
        announce_mark(r, RUN_SIGNALLED);
    r->check = true;
}

/* --- handles of the run itself --- */

static void on_timeout(uv_timer_t *timer)
{
    finish(timer->data, RUN_END_TIMEOUT);
}

static void on_tick(uv_timer_t *timer)
{
    static const char *const names[] = {"starting", "running", "draining", "ending"};
    struct run *r = timer->data;
    struct run_progress p = {.stage = names[r->stage],
                             .elapsed_ns = clock_ns() - r->began_ns,
                             .stopping = r->stopped_by != 0};
    for (size_t i = 0; r->loads && i < r->plan->n_loads; i++) {
        struct load_counts c = loads_counts(r->loads, (int)i);
        p.started += c.started;
        p.done += c.done;
        p.in_flight += c.in_flight;
    }
    if (r->plan->n_loads == 0 && r->target) {
        p.listening = target_queue_depth(r->target) >= 0;
        p.connections = target_connections(r->target);
    }
    r->options->progress(r->options->arg, &p);
}

/* What the clients saw late is not the server's lateness: the judge must know how late we were. */
static void on_pulse(uv_timer_t *timer)
{
    struct run *r = timer->data;
    int64_t now = clock_ns();
    if (r->pulse_due_ns && now - r->pulse_due_ns > STALL_MS * NS_PER_MS)
        journal_add(r->journal,
                    &(struct event){.kind = EVENT_STALL, .t_ns = now, .at = r->pulse_due_ns});
    r->pulse_due_ns = now + PULSE_MS * NS_PER_MS;
    r->check |= run_is_silence_over(r) || run_moment_is_overdue(r);
}

/* Once a turn of the loop: a killed run leaves all but its last turn, and the end, which closes
 * loads and target, never comes from inside a callback of theirs. */
static void on_turn(uv_prepare_t *prepare)
{
    struct run *r = prepare->data;
    if (r->check) {
        r->check = false;
        check_complete(r);
    }
    if (journal_flush(r->journal) < 0)
        finish(r, RUN_END_JOURNAL_FAILED);
}

static bool stop_gently(struct run *r)
{
    if (!r->options->gentle || r->stage != STAGE_RUNNING || r->stopped_by)
        return false;
    r->stopped_by = SIGINT;
    for (size_t i = 0; i < r->plan->n_loads; i++)
        loads_stop(r->loads, (int)i, "stop");
    r->check = true;
    return true;
}

static void on_interrupt(uv_signal_t *handle, int signo)
{
    struct run *r = handle->data;
    if (signo == SIGINT && stop_gently(r))
        return;
    if (r->interrupted) { /* the second one is immediate; the keeper sees to what is left */
        if (r->target)
            target_kill(r->target);
        _exit(128 + signo);
    }
    r->interrupted = signo;
    finish(r, RUN_END_INTERRUPTED);
}

static void init_handles(struct run *r)
{
    uv_loop_init(&r->loop);
    uv_timer_init(&r->loop, &r->timeout);
    uv_timer_init(&r->loop, &r->ticker);
    uv_timer_init(&r->loop, &r->pulse);
    uv_prepare_init(&r->loop, &r->turn);
    r->timeout.data = r->ticker.data = r->pulse.data = r->turn.data = r;
    uv_timer_start(&r->pulse, on_pulse, PULSE_MS, PULSE_MS);
    uv_timer_start(&r->timeout, on_timeout, (uint64_t)(r->plan->timeout_ns / NS_PER_MS), 0);
    if (r->options->progress)
        uv_timer_start(&r->ticker, on_tick, TICK_MS, TICK_MS);
    uv_prepare_start(&r->turn, on_turn);
    for (size_t i = 0; i < ARRAY_LEN(r->interrupts); i++) {
        uv_signal_init(&r->loop, &r->interrupts[i]);
        r->interrupts[i].data = r;
        uv_signal_start(&r->interrupts[i], on_interrupt, interrupt_signals[i]);
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
                                            .file = r->plan->file,
                                            .seed = (int64_t)r->plan->seed,
                                            .plan = r->plan->source});
}

/* The port that ${port} stands for: a free one, unless the URL names one. 0: there is none. */
static int choose_port(const struct plan *plan, int *claimed)
{
    if (!plan->target.url) /* a process that is only followed */
        return 0;
    if (strstr(plan->target.url, "${port}") || unix_address_is(plan->target.url))
        return target_free_port(claimed); /* for ${port} and PORT, also beside a Unix socket */
    const char *host = strstr(plan->target.url, "://");
    const char *colon = host ? strrchr(host + 3, ':') : NULL;
    int port = colon && colon[1] != '\0' ? (int)strtol(colon + 1, NULL, 10) : 0;
    return port > 0 ? port : 80;
}

static void start_target(struct run *r)
{
    struct error err = {0};
    if (r->port == 0 && r->plan->target.url) {
        error_set(&err, ERROR_RUN, "no free port could be found for ${port}");
        error_hint(&err, "name one in the target's url: http://127.0.0.1:8080");
        fail(r, &err);
        return;
    }
    struct target_options options = {
        .loop = &r->loop,
        .journal = r->journal,
        .plan = &r->plan->target,
        .program = r->options->program,
        .port = r->port,
        .ledger_fd = r->ledger_fd,
        .callbacks = {on_ready, on_failed, on_line, on_listener_closed, on_exited, r},
    };
    r->target = target_start(&options, &err);
    if (r->target)
        moments_target_started(r);
    else
        fail(r, &err);
}

int run_execute(const struct plan *plan, struct journal *journal, const struct run_options *options)
{
    struct run r = {
        .plan = plan, .journal = journal, .options = options, .ledger_fd = -1, .port_fd = -1};
    r.began_ns = clock_ns();
    r.port = choose_port(plan, &r.port_fd);
    r.url = plan->target.url ? plan_expand(plan->target.url, r.port) : NULL;
    if (plan->target.kind == TARGET_REFERENCE)
        r.ledger_fd = ledger_create();
    outputs_wanted_open(&r);
    journal_head(&r);
    init_handles(&r);
    start_target(&r);
    uv_run(&r.loop, UV_RUN_DEFAULT);
    uv_loop_close(&r.loop);
    looks_free(r.looks);
    outputs_wanted_close(&r);
    journal_flush(journal);
    if (r.port_fd >= 0)
        close(r.port_fd);
    free(r.signals);
    free(r.timers);
    free(r.url);
    return r.interrupted;
}
