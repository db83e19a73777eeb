/* The tests that every table of bent batteries goes through: each row is found, little else is, and
 * its near miss is not. */
#ifndef AUDIT_ROWS_H
#define AUDIT_ROWS_H

#include "audit_fixture.h"
#include "check/view.h"

static struct battery b;

/* New connections served for a second, and no end but by force. */
static FIXTURE void served_on_once(void)
{
    struct attempt *a;

    for (int i = 0; (a = nth(&b, "check-main", "arrivals", i)); i++) {
        a->outcome = OUTCOME_COMPLETED;
        a->answer.whole = true;
        a->connected_ns = a->start_ns + 1000;
        a->first_ns = a->end_ns;
    }
    set_killed(&b, "check-main", 5000);
    for (size_t i = 0; i < b.fakes[0].history.count; i++)
        if (b.fakes[0].events[i].kind == EVENT_LISTENER)
            b.fakes[0].events[i].sockets = 1;
}

/* ... in each run. */
static FIXTURE void served_on(void)
{
    served_on_once();
    set_killed(&b, "check-group", 5000);
    set_killed(&b, "check-accept-queue", 5000);
    set_killed(&b, "check-second-term-100", 5000);
}

struct row {
    const char *id;
    void (*bend)(void);
    const char *along;  /* what may be found with it; "" nothing else */
    void (*near)(void); /* a battery in which it must not be found, or NULL */
};

/* The including file's table, and the sections of the catalogue that it must cover. */
static const struct row *table(size_t *n, const char **sections);

static size_t main_run(void)
{
    return run_of(&b, "check-main");
}

static struct event *at(const char *run, enum event_kind kind, double ms, const char *text)
{
    struct event *e = fake_event(&b, run_of(&b, run), kind, ms);

    e->text = text;
    return e;
}

static void fail_with(const char *load, int status, double ms)
{
    struct attempt *a;

    for (int i = 0; (a = nth(&b, "check-main", load, i)); i++) {
        a->outcome = status == 503 ? OUTCOME_REFUSED : OUTCOME_FAILED;
        a->status = status;
        a->end_ns = T0 + (int64_t)(ms * 1e6);
        a->first_ns = a->end_ns - 1000;
    }
}

static FIXTURE void disposition(const char *run, enum disposition is)
{
    struct event *e = at(run, EVENT_DISPOSITION, -10, NULL);

    e->role = ROLE_MAIN;
    e->disposition = is;
}

static FIXTURE void wrapper(const char *command)
{
    size_t run = main_run();

    find_event(&b, run, EVENT_TARGET_LISTEN)->owner = 101;
    at("check-main", EVENT_PROCESS, -750, command)->pid = 100;
    at("check-main", EVENT_PROCESS, -740, "node server.js")->pid = 101;
}

static FIXTURE void survivor(const char *run, int64_t pid, int64_t status)
{
    struct event *e = at(run, EVENT_SURVIVOR, 1600, "node server.js");

    e->pid = pid;
    e->status = status;
}

static FIXTURE void orphan(const char *run, int64_t pid, const char *command)
{
    at(run, EVENT_ORPHAN, 1550, command)->pid = pid;
}

/* Restarted with its socket held. */
static FIXTURE void restart(double answered_ms)
{
    size_t run = begin_run(&b, "check-restart");

    for (size_t i = 0; i < b.n; i++)
        b.runs[i].plan.target.socket_activation = true;
    for (int ms = -100; ms < 1000; ms += 20)
        add_attempt(&b, run, "restarted", ms, ms + answered_ms, ms + answered_ms + 0.5);
}

static FIXTURE void restart_refuses(void)
{
    restart(1);
    for (int ms = 2; ms < 100; ms += 20)
        add_refused(&b, b.n - 1, "restarted", ms);
}

static FIXTURE void restart_waits(void)
{
    restart(300);
}

/* What must not be called fine beside a defect: of the rows on the right. */
static const struct {
    const char *found, *fine;
} contradictions[] = {
    {"inflight-killed-at-signal main-exits-early request-context-cancelled deps-closed-first "
     "truncation-looks-complete header-cut-looks-200 wrong-signal-fast-stop term-means-reload "
     "signal-handler-deadlock",
     "inflight-killed-at-signal"},
    {"request-context-cancelled deps-closed-first", "deps-closed-first"},
    {"exit-never signal-ignored signal-handler-deadlock stream-stalls-drain term-means-reload",
     "signal-ignored exit-late"},
    {"exit-never exit-late silent-conn-stalls idle-after-close-stalls stream-stalls-drain",
     "exit-late"},
    {"exit-never signal-ignored deadline-ignored no-deadline", "no-deadline"},
    {"silent-conn-stalls", "silent-conn-stalls"},
    {"workers-orphaned listener-fd-leaked shell-wrapper-swallows runner-swallows "
     "wrapper-leaves-early",
     "workers-orphaned"},
    {"listener-fd-leaked", "listener-fd-leaked"},
    {"health-still-200", "health-still-200"},
    {"listener-open-nobody-accepts", "listener-open-nobody-accepts accept-queue-reset"},
    {"unread-request-rst upload-cut", "upload-cut"},
    {"response-not-flushed truncation-looks-complete header-cut-looks-200", "response-not-flushed"},
    {"platform-double-signal", "platform-double-signal"},
    {"pid1-no-handler", "signal-ignored"},
    {"signal-during-startup", "signal-ignored"},
    {"prestop-eats-grace", "signal-ignored inflight-killed-at-signal exit-late"},
};

/* ✓ is a claim: nothing on the same card may say otherwise. */
static void no_claim_is_contradicted(const struct audit *a, const char *first, const char *second)
{
    for (size_t i = 0; i < a->n_fine; i++) {
        if (found(a, a->fine_of[i]->id))
            fail_msg("%s, %s: '%s' beside that very defect", first, second, a->fine[i]);
        for (size_t k = 0; k < sizeof contradictions / sizeof *contradictions; k++)
            for (size_t f = 0; f < a->n_findings; f++)
                if (name_in(a->fine_of[i]->id, contradictions[k].fine) &&
                    name_in(a->findings[f].defect->id, contradictions[k].found))
                    fail_msg("%s, %s: '%s' beside %s", first, second, a->fine[i],
                             a->findings[f].defect->id);
    }
}

/* Every row bent together with every other one. */
static void no_pair_is_contradicted(void **state)
{
    const char *sections;
    size_t n;
    const struct row *rows = table(&n, &sections);

    (void)state;
    for (size_t i = 0; i < n; i++)
        for (size_t k = i; k < n; k++) {
            struct audit a;

            healthy(&b);
            rows[i].bend();
            if (k != i)
                rows[k].bend();
            audit_battery(&b, &a);
            no_claim_is_contradicted(&a, rows[i].id, rows[k].id);
            audit_free(&a);
        }
}

static void each_is_found_and_little_else(void **state)
{
    const char *sections;
    size_t n;
    const struct row *rows = table(&n, &sections);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        struct audit a;
        const struct finding *f;

        healthy(&b);
        rows[i].bend();
        audit_battery(&b, &a);
        if (!(f = found(&a, rows[i].id)))
            fail_msg("row %zu: %s was not found", i, rows[i].id);
        assert_true(f->count > 0 && f->count <= f->of && f->evidence && *f->evidence);
        for (size_t k = 0; k < a.n_findings; k++)
            if (&a.findings[k] != f && !strstr(rows[i].along, a.findings[k].defect->id))
                fail_msg("%s: %s as well (%s)", rows[i].id, a.findings[k].defect->id,
                         a.findings[k].evidence);
        audit_free(&a);
    }
}

static void near_misses_are_silent(void **state)
{
    const char *sections;
    size_t n;
    const struct row *rows = table(&n, &sections);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        struct audit a;

        if (!rows[i].near)
            continue;
        healthy(&b);
        rows[i].near();
        audit_battery(&b, &a);
        if (found(&a, rows[i].id))
            fail_msg("%s is found where it must not be (%s)", rows[i].id,
                     found(&a, rows[i].id)->evidence);
        audit_free(&a);
    }
}

static void every_row_of_the_sections_is_tested(void **state)
{
    const char *sections;
    size_t n;
    const struct row *rows = table(&n, &sections);

    (void)state;
    for (size_t k = 0; k < defect_count(); k++) {
        bool tested = !strchr(sections, defect_at(k)->section);

        for (size_t i = 0; i < n; i++)
            tested |= strcmp(rows[i].id, defect_at(k)->id) == 0;
        if (!tested)
            fail_msg("%s is not tested", defect_at(k)->id);
    }
}

static int run_rows(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_found_and_little_else),
        cmocka_unit_test(near_misses_are_silent),
        cmocka_unit_test(no_pair_is_contradicted),
        cmocka_unit_test(every_row_of_the_sections_is_tested),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
