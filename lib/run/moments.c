/* When each planned signal is due. One row a kind of moment: what it needs when the loads start,
 * and whether it can still come once the loads have ended. */
#include "run/internal.h"

#include <stdlib.h>

#include "base/clock.h"
#include "journal/note.h"
#include "base/mem.h"

enum {
    FREEZE_POLL_MS = 1,
    QUEUE_CHECK_MS = 1,
    QUEUE_PATIENCE_MS = 400,
    STILL_CHECK_MS = 20,
    STILL_PATIENCE_MS = 2000,
    GROWTH_PATIENCE_MS = 10000
};

static void on_timer(uv_timer_t *timer);

void moments_start_timer(struct pending_signal *s, int64_t ns)
{
    uint64_t ms = (uint64_t)((ns + NS_PER_MS - 1) / NS_PER_MS);
    uv_update_time(&s->run->loop);
    uv_timer_start(&s->timer, on_timer, ms, 0);
}

/* Signals, and the instants of loads, that come some time after this one begin to wait. */
static void after_sent(struct pending_signal *s)
{
    struct run *r = s->run;
    s->state = SIGNAL_SENT;
    struct life *l = r->members[s->plan->process].now;
    if (r->stage < STAGE_DRAINING)
        r->stage = STAGE_DRAINING;
    announce_mark(r, RUN_SIGNALLED);
    if (l && l->told && !l->watched && !l->plan.health_early) {
        l->watched = true;
        target_watch_health(l->target);
    }
    for (size_t i = 0; i < r->plan->n_signals; i++) {
        struct pending_signal *next = &r->signals[i];
        if (next->state == SIGNAL_WAITING && next->plan->when.kind == WHEN_AFTER &&
            next->plan->when.of == s->index)
            moments_start_timer(next, next->plan->when.at_ns);
    }
    schedule_signal_sent(r, s->index);
    r->end.check = true;
}

static void on_freeze_look(uv_timer_t *timer)
{
    struct pending_signal *s = timer->data;
    if (s->run->stage == STAGE_ENDING || !freeze_look(s))
        return;
    uv_timer_stop(timer);
    after_sent(s);
}

static void on_freeze(uv_timer_t *timer)
{
    struct pending_signal *s = timer->data;
    if (s->run->stage == STAGE_ENDING || s->state != SIGNAL_DUE)
        return;
    uv_timer_start(timer, on_freeze_look, FREEZE_POLL_MS, FREEZE_POLL_MS);
    freeze_begin(s);
}

/* From the loop, never from inside a callback of the load: a freeze lets clients go on. */
static void freeze_if_held(struct pending_signal *s)
{
    if (loads_counts(s->run->loads, s->plan->freeze).held)
        uv_timer_start(&s->timer, on_freeze, 0, 0);
    /* else moments_held calls again once all its clients wait */
}

static bool is_possible(const struct pending_signal *s)
{
    const struct run *r = s->run;
    if (s->plan->act != ACT_SIGNAL)
        return action_is_possible(r, (size_t)s->index);
    return r->plan->several ? member_running(&r->members[s->plan->process]) : !r->end.target_exited;
}

/* Its moment came. A target that is gone already gets no signal: the judge sees what is missing. */
static void due(struct pending_signal *s)
{
    struct run *r = s->run;
    if (r->stage == STAGE_ENDING || s->state >= SIGNAL_DUE || !is_possible(s))
        return;
    s->state = SIGNAL_DUE;
    journal_add(r->journal, &(struct event){.kind = EVENT_MOMENT, .index = s->index});
    if (s->plan->freeze >= 0) {
        freeze_if_held(s);
        return;
    }
    if (s->plan->act == ACT_SIGNAL) {
        struct life *l = r->members[s->plan->process].now;
        l->told = true;
        target_signal(l->target, s->index, s->plan->signo, s->plan->to);
    } else {
        action_begin(r, (size_t)s->index);
    }
    after_sent(s);
}

static void arm_at(struct pending_signal *s)
{
    moments_start_timer(s, s->plan->when.at_ns);
}

static void on_status(void *arg)
{
    due(arg);
}

static void arm_status(struct pending_signal *s)
{
    struct target *t = member_target(s->run, (size_t)s->plan->when.process);
    if (t)
        target_watch_status(t, s->plan->when.path, s->plan->when.status, on_status, s);
}

/* Processes that come and go need not ever rest; those that only become more do. */
static int64_t patience_ns(const struct pending_signal *s)
{
    bool grows =
        target_grown_ns(member_target(s->run, (size_t)s->plan->process)) < s->plan->when.still_ns;
    return (grows ? GROWTH_PATIENCE_MS : STILL_PATIENCE_MS) * NS_PER_MS;
}

/* A master that still forks its workers, or opens its listeners, has not finished its start. */
static bool is_still(struct pending_signal *s)
{
    const struct plan_when *when = &s->plan->when;
    struct run *r = s->run;
    if (when->still_ns <= 0 ||
        target_unchanged_ns(member_target(r, (size_t)s->plan->process)) >= when->still_ns)
        return true;
    if (s->restless_ns == 0)
        s->restless_ns = clock_ns();
    int64_t waited_ns = clock_ns() - s->restless_ns - when->still_ns, patience = patience_ns(s);
    if (waited_ns < patience)
        return false;
    note_add(r->journal, NOTE_UNSETTLED, (struct event){.at = patience});
    return true;
}

static void on_timer(uv_timer_t *timer)
{
    struct pending_signal *s = timer->data;
    if (s->run->stage == STAGE_ENDING)
        return;
    if (s->plan->when.kind == WHEN_AT && !is_still(s))
        moments_start_timer(s, STILL_CHECK_MS * NS_PER_MS);
    else
        due(s);
}

/* Requests in flight are requests the server has: one that still lies in the accept queue, or with
 * the proxy before the server, has not reached it, and would be another test (see `freeze`). But a
 * server of few workers leaves the rest in the queue for good; a moment that waits for rest
 * (`still`) takes that for its rest. */
static bool is_queued(struct pending_signal *s)
{
    const struct plan_when *when = &s->plan->when;
    if (run_queue_depth(s->run, when->load) <= 0 &&
        !(when->kind == WHEN_IN_FLIGHT && run_is_before_proxy(s->run, when->load, when->n))) {
        s->queued_ns = 0;
        return false;
    }
    if (s->queued_ns == 0)
        s->queued_ns = clock_ns();
    if (when->still_ns <= 0 || clock_ns() < s->queued_ns + QUEUE_PATIENCE_MS * NS_PER_MS)
        return true;
    if (!s->few_noted)
        note_add(s->run->journal, NOTE_FEW_AT_A_TIME, (struct event){0});
    s->few_noted = true;
    return false;
}

static void check_in_flight(struct pending_signal *s);

static void on_queue_check(uv_timer_t *timer)
{
    struct pending_signal *s = timer->data;
    if (s->run->stage == STAGE_ENDING)
        return; /* loads and target may be gone */
    s->state = SIGNAL_WAITING;
    check_in_flight(s);
}

static void check_in_flight(struct pending_signal *s)
{
    const struct plan_when *when = &s->plan->when;
    if (s->state != SIGNAL_WAITING || loads_counts(s->run->loads, when->load).in_flight < when->n)
        return;
    bool queued = is_queued(s);
    if (queued || !is_still(s)) {
        s->state = SIGNAL_CHECKING;
        uv_timer_start(&s->timer, on_queue_check, queued ? QUEUE_CHECK_MS : STILL_CHECK_MS, 0);
        return;
    }
    due(s);
}

static void step_in_flight(struct pending_signal *s, int load, int64_t request, enum phase phase)
{
    (void)request;
    if (load == s->plan->when.load && phase == PHASE_WAITING)
        check_in_flight(s);
}

static void on_rest_check(uv_timer_t *timer);

/* The request is where it should be: with `still`, it waits for the target's rest. */
static void wait_for_rest(struct pending_signal *s)
{
    bool queued = s->plan->when.still_ns > 0 && is_queued(s);
    if (!queued && is_still(s)) {
        s->state = SIGNAL_WAITING;
        due(s);
        return;
    }
    s->state = SIGNAL_CHECKING;
    uv_timer_start(&s->timer, on_rest_check, queued ? QUEUE_CHECK_MS : STILL_CHECK_MS, 0);
}

static void on_rest_check(uv_timer_t *timer)
{
    wait_for_rest(timer->data);
}

static void step_request(struct pending_signal *s, int load, int64_t request, enum phase phase)
{
    const struct plan_when *when = &s->plan->when;
    if (load == when->load && request == when->n && phase == when->phase)
        wait_for_rest(s);
}

static const struct {
    void (*arm)(struct pending_signal *s); /* when the loads start */
    void (*step)(struct pending_signal *s, int load, int64_t request, enum phase phase);
    bool by_load; /* comes from a load's progress: never again once that load has ended */
} kinds[] = {
    [WHEN_AT] = {.arm = arm_at},
    [WHEN_IN_FLIGHT] = {.step = step_in_flight, .by_load = true},
    [WHEN_REQUEST] = {.step = step_request, .by_load = true},
    [WHEN_LOG] = {0},
    [WHEN_STATUS] = {.arm = arm_status},
    [WHEN_AFTER] = {0},
    [WHEN_LISTENER_CLOSED] = {0},
    [WHEN_STARTED] = {0},
    [WHEN_READY] = {0},
    [WHEN_EXITED] = {0},
    [WHEN_PAGE] = {0},
};

void moments_init(struct run *r)
{
    r->signals = mem_zero(r->plan->n_signals, sizeof *r->signals);
    for (size_t i = 0; i < r->plan->n_signals; i++) {
        struct pending_signal *s = &r->signals[i];
        *s = (struct pending_signal){.run = r, .plan = &r->plan->signals[i], .index = (int)i};
        uv_timer_init(&r->loop, &s->timer);
        s->timer.data = s;
        if (s->plan->when.kind == WHEN_LOG)
            s->has_regex = regcomp(&s->regex, s->plan->when.regex, REG_EXTENDED | REG_NOSUB) == 0;
    }
}

/* Signals during start-up do not wait for the target to be ready. */
void moments_target_started(struct run *r)
{
    for (size_t i = 0; i < r->plan->n_signals; i++)
        if (r->signals[i].plan->when.kind == WHEN_STARTED)
            moments_start_timer(&r->signals[i], r->signals[i].plan->when.at_ns);
}

void moments_loads_started(struct run *r)
{
    for (size_t i = 0; i < r->plan->n_signals; i++)
        if (kinds[r->signals[i].plan->when.kind].arm)
            kinds[r->signals[i].plan->when.kind].arm(&r->signals[i]);
}

void moments_step(struct run *r, int load, int64_t request, enum phase phase)
{
    for (size_t i = 0; i < r->plan->n_signals; i++) {
        struct pending_signal *s = &r->signals[i];
        if (s->state == SIGNAL_WAITING && kinds[s->plan->when.kind].step)
            kinds[s->plan->when.kind].step(s, load, request, phase);
    }
}

void moments_held(struct run *r, int load)
{
    for (size_t i = 0; i < r->plan->n_signals; i++)
        if (r->signals[i].state == SIGNAL_DUE && r->signals[i].plan->freeze == load)
            freeze_if_held(&r->signals[i]);
}

void moments_line(struct run *r, int process, const char *text)
{
    for (size_t i = 0; i < r->plan->n_signals; i++) {
        struct pending_signal *s = &r->signals[i];
        if (s->state == SIGNAL_WAITING && s->has_regex && s->plan->when.process == process &&
            regexec(&s->regex, text, 0, NULL, 0) == 0)
            due(s);
    }
}

void moments_process(struct run *r, int process, enum when_kind kind)
{
    for (size_t i = 0; i < r->plan->n_signals; i++) {
        struct pending_signal *s = &r->signals[i];
        if (s->state == SIGNAL_WAITING && s->plan->when.kind == kind &&
            s->plan->when.process == process)
            due(s);
    }
}

void moments_arm_status(struct run *r, int process)
{
    for (size_t i = 0; r->loads && i < r->plan->n_signals; i++) {
        struct pending_signal *s = &r->signals[i];
        if (s->state == SIGNAL_WAITING && s->plan->when.kind == WHEN_STATUS &&
            s->plan->when.process == process)
            arm_status(s);
    }
}

/* A signal waits in vain when its load has ended, or when it follows one that waits in vain. */
static bool hopeless(const struct run *r, size_t i)
{
    const struct pending_signal *s = &r->signals[i];
    if (s->state == SIGNAL_SENT)
        return false;
    if (s->plan->when.kind == WHEN_AFTER)
        return hopeless(r, (size_t)s->plan->when.of);
    return s->state <= SIGNAL_CHECKING && kinds[s->plan->when.kind].by_load &&
           loads_counts(r->loads, s->plan->when.load).ended;
}

bool moments_gone_for_good(const struct run *r, int process)
{
    const struct member *m = &r->members[process];
    if (member_running(m) || m->busy >= 0)
        return false;
    for (size_t k = 0; k < r->plan->n_signals; k++)
        if (r->signals[k].state < SIGNAL_SENT && r->signals[k].plan->act == ACT_START &&
            r->signals[k].plan->process == process)
            return false;
    return true;
}

/* A process that is gone gets no signal. */
static bool is_gone(const struct run *r, size_t i)
{
    const struct plan_signal *s = r->signals[i].plan;
    return s->act != ACT_RUN && s->act != ACT_START && moments_gone_for_good(r, s->process);
}

bool moments_pending(const struct run *r)
{
    for (size_t i = 0; i < r->plan->n_signals; i++)
        if (r->signals[i].state != SIGNAL_SENT && !hopeless(r, i) && !is_gone(r, i))
            return true;
    return false;
}

bool moments_hopeless(const struct run *r)
{
    bool waiting = false;
    for (size_t i = 0; i < r->plan->n_signals; i++) {
        if (r->signals[i].state == SIGNAL_SENT)
            continue;
        waiting = true;
        if (!hopeless(r, i))
            return false;
    }
    return waiting;
}

void moments_close(struct run *r)
{
    for (size_t i = 0; i < r->plan->n_signals; i++) {
        if (r->signals[i].state == SIGNAL_FROZEN)
            target_turns_end();
        free(r->signals[i].kept);
        uv_close((uv_handle_t *)&r->signals[i].timer, NULL);
        if (r->signals[i].has_regex)
            regfree(&r->signals[i].regex);
    }
}
