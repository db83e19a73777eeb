/* What the processes and the loads of a run tell, and what follows from it. */
#include "run/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/ending.h"
#include "load/registry.h"

/* --- the loads --- */

/* Some requests are over, and not one was answered as HTTP is: is it HTTP? */
static void doubt_dialect(struct run *r)
{
    enum { SOME = 2 };
    struct load_counts all = {0};
    struct target *first = member_target(r, 0);
    if (r->stage != STAGE_RUNNING || r->plan->target.kind == TARGET_REFERENCE || !first)
        return;
    for (size_t i = 0; i < r->plan->n_loads; i++) {
        struct load_counts c = loads_counts(r->loads, (int)i);
        if (r->plan->loads[i].to.process != 0)
            continue;
        all.answered += c.answered;
        all.strange += c.strange;
    }
    if (all.answered == 0 && all.strange >= SOME)
        target_ask_dialect(first, NULL);
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
    r->end.check = true;
}

/* Everybody is there: the clients come. */
static void start_loads(struct run *r)
{
    struct error err = {0};
    struct target *first = member_target(r, 0);
    char *registry = place_text(r, r->plan->checklist.registry);
    r->beside.looks = looks_begin(&r->loop, r->plan, r->journal, r->place.urls[0], registry,
                                  r->place.ports[0], first ? target_pid(first) : 0);
    free(registry);
    struct loads_places places = {.urls = r->place.urls, .registry = r->registry};
    struct loads_callbacks callbacks = {on_step, on_held, on_ended, r};
    r->loads = loads_new(&r->loop, r->plan, &places, r->journal, &callbacks, &err);
    if (!r->loads) {
        run_fail(r, &err);
        return;
    }
    if (r->stage == STAGE_STARTING)
        r->stage = STAGE_RUNNING;
    r->progress.loads_ns = clock_ns();
    journal_add(r->journal, &(struct event){.kind = EVENT_LOADS_START});
    for (size_t i = 0; i < plan_process_count(r->plan); i++)
        if (plan_process(r->plan, i)->health_early && r->members[i].now)
            target_watch_health(r->members[i].now->target);
    moments_loads_started(r);
    schedule_loads_started(r);
    page_begin(r);
    if (r->plan->n_signals == 0)
        announce_mark(r, RUN_SIGNALLED);
    r->end.check = true;
}

static void on_registry(void *arg, const char *why)
{
    struct run *r = arg;
    struct error err = {0};
    if (r->stage == STAGE_ENDING)
        return;
    if (!why) {
        start_loads(r);
        return;
    }
    error_set(&err, ERROR_RUN, "%s", why);
    run_fail(r, &err);
}

/* All processes are ready; those that a registry is to name must stand in it, too. */
static void await_registry(struct run *r)
{
    struct error err = {0};
    if (r->registry)
        return; /* which is waited for already */
    if (!r->plan->registry) {
        start_loads(r);
        return;
    }
    char *spec = place_text(r, r->plan->registry);
    r->registry = registry_watch(&r->loop, spec, r->journal, &err);
    free(spec);
    if (r->registry)
        registry_await(r->registry, place_count_entered(r->plan), on_registry, r);
    else
        run_fail(r, &err);
}

static void group_ready(struct run *r)
{
    if (members_start_next(r))
        await_registry(r);
}

/* --- the processes --- */

/* The target is gone: loads with no end of their own end here. Those that have one go on, to see
 * what a client sees then; without any signal sent the run is void, and all end. */
static void stop_endless(struct run *r, bool all)
{
    for (size_t i = 0; i < r->plan->n_loads; i++)
        if (all || r->plan->loads[i].requests < 0 || run_waits_in_vain(r, i))
            loads_stop(r->loads, (int)i, "target-exited");
}

static void target_exited(struct run *r)
{
    r->end.target_exited = true;
    r->end.exited_ns = clock_ns();
    if (r->stage == STAGE_ENDING)
        return;
    if (r->loads)
        stop_endless(r, r->stage == STAGE_RUNNING);
    r->end.check = true;
}

static void on_ready(void *arg)
{
    struct life *l = arg;
    struct run *r = l->of->run;
    l->ready = true;
    if (r->loads) {
        action_ready(l);
        moments_process(r, (int)l->of->index, WHEN_READY);
    } else if (r->stage < STAGE_ENDING) {
        group_ready(r);
    }
}

static void on_failed(void *arg, const struct error *err)
{
    struct life *l = arg;
    struct run *r = l->of->run;
    l->exited = !target_running(l->target);
    /* it was told to stop while it started, and it is gone: that is what was asked for */
    if (!r->plan->several && r->stage == STAGE_DRAINING && l->exited)
        run_finish(r, RUN_END_COMPLETE);
    else
        run_fail(r, err);
}

static void on_line(void *arg, int stream, const char *text)
{
    const struct life *l = arg;
    (void)stream;
    if (l->of->proxy)
        proxied_line(l, text);
    moments_line(l->of->run, (int)l->of->index, text);
}

/* It has asked the service manager for time. */
static void on_extended(void *arg, int64_t ns)
{
    struct life *l = arg;
    moments_extend(l->of->run, (int)l->of->index, ns);
}

static void on_listener_closed(void *arg)
{
    const struct life *l = arg;
    moments_process(l->of->run, (int)l->of->index, WHEN_LISTENER_CLOSED);
}

/* A service is needed to the end; a command of an action must succeed. */
static void fail_with_lines(struct life *l, int code, int signo, const char *when)
{
    struct error err = {0};
    char how[ENDING_SIZE];
    error_set(&err, ERROR_RUN, "%s %s%s", l->what, ending_say(how, sizeof how, code, signo), when);
    target_hint_lines(l->target, &err);
    run_fail(l->of->run, &err);
}

static void on_exited(void *arg, int code, int signo)
{
    struct life *l = arg;
    struct run *r = l->of->run;
    l->exited = true;
    if (r->stage == STAGE_ENDING) {
        if (l->quitting)
            life_close(l);
        return;
    }
    if (!r->plan->several) {
        target_exited(r);
        return;
    }
    if (l->of->action ? code != 0 : l->of->service && !l->told) {
        fail_with_lines(l, code, signo, l->of->service ? ", and had not been told to" : "");
        return;
    }
    moments_process(r, (int)l->of->index, WHEN_EXITED);
    action_exited(l, code, signo);
    r->end.check = true;
}

static void on_started(struct life *l)
{
    struct run *r = l->of->run;
    if (l->of->index == 0 && l->number == 0)
        moments_target_started(r);
    moments_arm_status(r, (int)l->of->index);
}

static void on_closed(struct member *m)
{
    if (m->run->stage == STAGE_ENDING)
        run_lives_closed(m->run);
    else
        action_closed(m);
}

const struct life_events run_events = {
    .started = on_started,
    .ready = on_ready,
    .failed = on_failed,
    .line = on_line,
    .listener_closed = on_listener_closed,
    .extended = on_extended,
    .exited = on_exited,
    .closed = on_closed,
    .broken = run_fail,
};
