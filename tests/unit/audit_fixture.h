/* A synthetic battery: the verdicts that a healthy server would leave, to be bent one way a test.
 * Static functions, so that each test program has its own. */
#ifndef AUDIT_FIXTURE_H
#define AUDIT_FIXTURE_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "check/audit.h"
#include "check/roles.h"
#include "judge/facts.h"
#include "journal/history.h"

#define FIXTURE __attribute__((unused))
#define MS(n)   ((int64_t)(n)*1000000)
#define T0      MS(10000)

enum { LOADS = 32, ATTEMPTS = 512, EVENTS = 64, RUNS = 40 };

struct fake_run {
    struct plan_load loads[LOADS];
    struct plan_signal signals[2];
    struct signal_verdict sent[1];
    struct attempt attempts[ATTEMPTS];
    struct event ends[ATTEMPTS];
    struct event events[EVENTS];
    struct history history;
};

struct battery {
    struct run_verdict runs[RUNS];
    struct fake_run fakes[RUNS];
    struct run_facts facts[RUNS];
    size_t n;
    const struct profile *profile;
};

static struct event *fake_event(struct battery *b, size_t run, enum event_kind kind, double ms)
{
    struct history *h = &b->fakes[run].history;
    struct event *e = &h->events[h->count++];

    assert_true(h->count <= EVENTS);
    memset(e, 0, sizeof *e);
    e->kind = kind;
    e->t_ns = T0 + (int64_t)(ms * 1e6);
    return e;
}

static struct event *find_event(struct battery *b, size_t run, enum event_kind kind)
{
    struct history *h = &b->fakes[run].history;

    for (size_t i = h->count; i-- > 0;)
        if (h->events[i].kind == kind)
            return &h->events[i];
    return NULL;
}

/* The run with this scenario's name. */
static size_t run_of(struct battery *b, const char *name)
{
    for (size_t i = 0; i < b->n; i++)
        if (strcmp(b->runs[i].scenario, name) == 0)
            return i;
    fail_msg("no run %s", name);
    return 0;
}

static void set_exit(struct battery *b, const char *name, double ms, int code, int signo)
{
    size_t run = run_of(b, name);
    struct event *e = find_event(b, run, EVENT_TARGET_EXIT);

    e->t_ns = T0 + (int64_t)(ms * 1e6);
    e->exit_code = signo ? -1 : code;
    e->exit_signal = signo;
    b->runs[run].target.exit_code = (int)e->exit_code;
    b->runs[run].target.exit_signal = signo;
    b->runs[run].target.exit_after_ms = ms;
}

/* drainctl had to kill it. */
static FIXTURE void set_killed(struct battery *b, const char *name, double ms)
{
    size_t run = run_of(b, name);

    fake_event(b, run, EVENT_TARGET_KILL, ms);
    set_exit(b, name, ms + 1, -1, SIGKILL);
}

static int64_t load_of(struct battery *b, size_t run, const char *name)
{
    struct plan *plan = &b->runs[run].plan;

    for (size_t i = 0; i < plan->n_loads; i++)
        if (strcmp(plan->loads[i].name, name) == 0)
            return (int64_t)i;
    assert_true(plan->n_loads < LOADS);
    plan->loads[plan->n_loads].name = (char *)(uintptr_t)name;
    return (int64_t)plan->n_loads++;
}

/* One whole answer of 200: started, first byte and last byte in ms since the signal. */
static struct attempt *add_attempt(struct battery *b, size_t run, const char *load, double start,
                                   double first, double end)
{
    struct run_verdict *v = &b->runs[run];
    struct attempt *a = &v->attempts[v->n_attempts];
    struct event *e = &b->fakes[run].ends[v->n_attempts++];

    assert_true(v->n_attempts <= ATTEMPTS);
    *a = (struct attempt){
        .id = (int64_t)v->n_attempts,
        .load = load_of(b, run, load),
        .client = (int64_t)v->n_attempts,
        .start_ns = T0 + (int64_t)(start * 1e6),
        .first_ns = T0 + (int64_t)(first * 1e6),
        .end_ns = T0 + (int64_t)(end * 1e6),
        .end = e,
        .outcome = OUTCOME_COMPLETED,
        .reason = REASON_STATUS,
        .status = 200,
        .answer.whole = true,
        .answer.told_to_close = end > 0,
    };
    a->connected_ns = a->start_ns + 1000;
    a->sent_ns = a->start_ns + 2000;
    a->phase = start > 0    ? PHASE_NOT_STARTED
               : end <= 0   ? PHASE_DONE
               : first <= 0 ? PHASE_RECEIVING
                            : PHASE_WAITING;
    *e = (struct event){.kind = EVENT_ATTEMPT_END,
                        .framing = FRAMING_LENGTH,
                        .header_done = 1,
                        .header_bytes = 100,
                        .length = 10,
                        .body_bytes = 10,
                        .status = 200};
    return a;
}

static void add_refused(struct battery *b, size_t run, const char *load, double start)
{
    struct attempt *a = add_attempt(b, run, load, start, start, start + 0.1);

    a->connected_ns = a->sent_ns = a->first_ns = 0;
    a->outcome = OUTCOME_REFUSED;
    a->reason = REASON_CONNECT_REFUSED;
    a->answer.whole = a->answer.told_to_close = false;
    a->status = 0;
}

static struct attempt *nth(struct battery *b, const char *name, const char *load, int n)
{
    size_t run = run_of(b, name);

    for (size_t i = 0; i < b->runs[run].n_attempts; i++) {
        struct attempt *a = &b->runs[run].attempts[i];

        if (strcmp(b->runs[run].plan.loads[a->load].name, load) == 0 && n-- == 0)
            return a;
    }
    return NULL;
}

/* Bend the first `count` attempts of a load (-1: all): cut at `ms`, with or without a first byte.
 */
static void cut(struct battery *b, const char *name, const char *load, int count, double ms,
                enum reason reason)
{
    struct attempt *a;

    for (int i = 0; (count < 0 || i < count) && (a = nth(b, name, load, i)); i++) {
        if (a->end_ns <= T0 && a->phase == PHASE_DONE)
            continue;
        a->outcome = OUTCOME_CUT_OFF;
        a->reason = reason;
        a->answer.whole = a->answer.told_to_close = false;
        a->end_ns = T0 + (int64_t)(ms * 1e6);
        if (a->first_ns > T0)
            a->first_ns = 0;
    }
}

static size_t begin_run(struct battery *b, const char *name)
{
    size_t run = b->n++;
    struct run_verdict *v = &b->runs[run];
    struct fake_run *f = &b->fakes[run];
    struct event *e;

    f->history.events = f->events;
    v->scenario = name;
    v->history = &f->history;
    v->first.t_ns = T0;
    v->attempts = f->attempts;
    v->plan.loads = f->loads;
    v->plan.signals = f->signals;
    v->plan.n_signals = 1;
    f->signals[0].signo = f->sent[0].signo = SIGTERM;
    v->signals = f->sent;
    v->n_signals = 1;
    v->plan.target.health_ready = (char *)(uintptr_t) "/ready";
    v->plan.target.health_live = (char *)(uintptr_t) "/live";
    fake_event(b, run, EVENT_PLAN, -900);
    fake_event(b, run, EVENT_TARGET_START, -800)->pid = 100;
    e = fake_event(b, run, EVENT_TARGET_LISTEN, -700);
    e->owner = 100;
    e->text = "server";
    fake_event(b, run, EVENT_LISTENER, -600)->sockets = 1;
    e = fake_event(b, run, EVENT_SIGNAL, 0);
    e->signo = SIGTERM;
    fake_event(b, run, EVENT_LISTENER, 2)->sockets = 0;
    fake_event(b, run, EVENT_TARGET_EXIT, 1502);
    v->target.exited = true;
    v->target.exit_after_ms = 1502;
    return run;
}

static void add_many(struct battery *b, size_t run, const char *load, int n, double start,
                     double first, double end)
{
    while (n--)
        add_attempt(b, run, load, start, first, end);
}

static void add_health(struct battery *b, size_t run)
{
    static const struct {
        const char *path;
        double ms;
        int64_t status;
    } seen[] = {{"/ready", -100, 200},
                {"/live", -100, 200},
                {"/ready", 4, 503},
                {"/ready", 12, 0},
                {"/live", 12, 0}};

    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
        struct event *e = fake_event(b, run, EVENT_HEALTH, seen[i].ms);

        e->text = seen[i].path;
        e->status = seen[i].status;
    }
}

static void silent_ends(struct battery *b, size_t run, const char *load, int n, double end)
{
    while (n--) {
        struct attempt *a = add_attempt(b, run, load, -100, 0, end);

        a->first_ns = a->sent_ns = 0;
        a->outcome = OUTCOME_REFUSED, a->reason = REASON_CLOSED_BEFORE_SENT;
        a->phase = PHASE_SENDING;
        a->answer.whole = a->answer.told_to_close = false;
    }
}

static void sending(struct battery *b, size_t run, const char *load, int n, double end)
{
    while (n--)
        add_attempt(b, run, load, -50, end - 1, end)->phase = PHASE_SENDING;
}

static void healthy_main(struct battery *b)
{
    static const double delays[] = {0, 1, 5, 20, 100, 400};
    static const char *const idle[] = {"idle-0",  "idle-1",   "idle-5",
                                       "idle-20", "idle-100", "idle-400"};
    size_t run = begin_run(b, "check-main");

    add_many(b, run, "waiting", 10, -200, 1300, 1301);
    add_many(b, run, "waiting-post", 5, -200, 1300, 1301);
    for (int i = 0; i < 5; i++)
        add_attempt(b, run, "kept", -200, 1300, 1301)->conn.reused = true;
    add_many(b, run, "streaming", 3, -200, -190, 1100);
    add_many(b, run, "subscribed", 3, -200, -190, 5);
    sending(b, run, "upload", 3, 700);
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < 3; k++) {
            struct attempt *a =
                add_attempt(b, run, idle[i], delays[i], delays[i] + 1, delays[i] + 1.2);

            a->phase = PHASE_IDLE;
            a->conn.reused = true;
            if (delays[i] < 5)
                continue;
            a->outcome = OUTCOME_REFUSED;
            a->reason = REASON_CLOSED_BEFORE_SENT;
            a->answer.whole = a->answer.told_to_close = false;
            a->first_ns = a->sent_ns = a->connected_ns = 0;
        }
    add_many(b, run, "idle-unused", 3, -300, -299, -298);
    for (int ms = -200; ms < 1000; ms += 20)
        if (ms < 2)
            add_attempt(b, run, "arrivals", ms, ms + 1, ms + 1.2);
        else
            add_refused(b, run, "arrivals", ms);
    silent_ends(b, run, "silent", 3, 5);
    silent_ends(b, run, "partial-head-silent", 2, 60);
    sending(b, run, "partial-head", 3, 52);
    sending(b, run, "partial-head-late", 2, 502);
    sending(b, run, "expect", 2, 300);
    for (int i = 0; i < 4; i++)
        add_attempt(b, run, "pipelined", -100, 1350, 1351)->client = i / 2;
    for (int ms = -50; ms < 0; ms += 10)
        add_attempt(b, run, "steady", ms, ms + 1, ms + 1.2)->conn.reused = true;
    add_attempt(b, run, "steady", 1, 2, 2.2)->conn.reused = true;
    add_refused(b, run, "steady", 3);
    add_health(b, run);
}

static void simple_run(struct battery *b, const char *name, const char *load, int n)
{
    add_many(b, begin_run(b, name), load, n, -200, 1300, 1301);
}

static void healthy_deadline(struct battery *b)
{
    size_t run = begin_run(b, "check-deadline");
    struct event *e;

    b->fakes[run].signals[1] = (struct plan_signal){
        .signo = SIGKILL, .when = {.kind = WHEN_AFTER, .at_ns = MS(10000), .of = 0}};
    b->runs[run].plan.n_signals = 2;
    add_many(b, run, "outlasting", 3, -200, 1300, 1301);
    set_exit(b, "check-deadline", 2002, 1, 0);
    cut(b, "check-deadline", "outlasting", -1, 2000, REASON_CLOSED_BEFORE_RESPONSE);
    e = fake_event(b, run, EVENT_TARGET_OUTPUT, 2001);
    e->text = "drain timeout: 3 requests cut";
}

static void healthy_try(struct battery *b, const char *name)
{
    simple_run(b, name, "frozen", 20);
    for (int k = 0; strncmp(name, "check-keep", 10) == 0 && k < 20; k++)
        nth(b, name, "frozen", k)->conn.reused = true;
}

static void healthy(struct battery *b)
{
    size_t run;

    memset(b, 0, sizeof *b);
    healthy_main(b);
    for (int i = 0; i < RUN_ROLES; i++)
        if (ANY_TRY & UINT64_C(1) << i)
            healthy_try(b, run_name(UINT64_C(1) << i));
    healthy_deadline(b);
    simple_run(b, "check-second-term-1", "waiting", 5);
    simple_run(b, "check-second-term-100", "waiting", 5);
    begin_run(b, "check-startup");
    set_exit(b, "check-startup", 3, 0, 0);
    simple_run(b, "check-int", "waiting", 5);
    simple_run(b, "check-second-int-100", "waiting", 5);
    simple_run(b, "check-group", "waiting", 5);
    simple_run(b, "check-pid1", "waiting", 5);
    run = begin_run(b, "check-control");
    b->runs[run].first.t_ns = 0;
    b->runs[run].n_signals = 0;
    find_event(b, run, EVENT_SIGNAL)->kind = EVENT_NOTE;
    add_many(b, run, "waiting", 10, -200, 1300, 1301);
    add_many(b, run, "streaming", 3, -200, -190, 1100);
}

static FIXTURE const struct finding *found(const struct audit *a, const char *id)
{
    for (size_t i = 0; i < a->n_findings; i++)
        if (strcmp(a->findings[i].defect->id, id) == 0)
            return &a->findings[i];
    return NULL;
}

/* As the judge does it for a run of its own. */
static FIXTURE void gather_facts(struct battery *b)
{
    for (size_t i = 0; i < b->n; i++) {
        b->runs[i].facts = &b->facts[i];
        facts_gather(&b->facts[i], b->runs[i].history, &b->runs[i].plan);
        facts_of_attempts(&b->facts[i], &b->runs[i]);
    }
}

static FIXTURE void audit_battery(struct battery *b, struct audit *a)
{
    struct audit_input in = {b->runs, b->n, b->profile};

    gather_facts(b);

    audit_run(&in, a);
}

#endif
