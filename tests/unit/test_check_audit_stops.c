/* What foreign servers taught the rules about stop signals and limits: each test is the trace of
 * one of them, by hand. */
#include "audit_one.h"

static void owner_is(const char *name)
{
    for (size_t i = 0; i < b.n; i++)
        find_event(&b, i, EVENT_TARGET_LISTEN)->text = name;
}

static void signal_is(const char *run, int signo)
{
    b.fakes[run_of(&b, run)].sent[0].signo = signo;
}

static bool is_fine(const char *id)
{
    for (size_t i = 0; i < a.n_fine; i++)
        if (strcmp(a.fine_of[i]->id, id) == 0)
            return true;
    return false;
}

/* --- what stands in front of the server --- */

static void wrap(const char *run, const char *command)
{
    size_t at = run_of(&b, run);

    find_event(&b, at, EVENT_TARGET_LISTEN)->owner = 101;
    find_event(&b, at, EVENT_TARGET_START)->text = command;
}

/* It exited, and what it had started was still there, but had closed its listener. */
static void a_shell_that_leaves_a_server_that_drains(void **state)
{
    struct event *e;

    (void)state;
    wrap("check-main", "bash run.sh");
    e = fake_event(&b, 0, EVENT_ORPHAN, 1502);
    e->pid = 101;
    e->text = "node server.js";
    must_find("wrapper-leaves-early");
    assert_null(found(&a, "shell-wrapper-swallows"));
    assert_null(found(&a, "workers-orphaned"));
}

static void a_shell_that_forwards_and_waits(void **state)
{
    (void)state;
    view_for("wrapper-leaves-early");
    assert_false(is_fine("wrapper-leaves-early")); /* there is none */
    wrap("check-main", "bash run.sh");
    assert_null(view_for("wrapper-leaves-early"));
    assert_true(is_fine("wrapper-leaves-early"));
}

/* Outside of a container all are answered; as PID 1 the exit takes the server along. */
static void what_the_exit_of_pid_1_cuts(void **state)
{
    (void)state;
    set_exit(&b, "check-main", 5, 0, 0);
    cut(&b, "check-pid1", "waiting", -1, 6, REASON_RESET_BEFORE_RESPONSE);
    set_exit(&b, "check-pid1", 5, 0, 0);
    assert_int_equal(must_find("workers-orphaned")->count > 0, 1);
    assert_false(is_fine("pid1-no-handler"));
    wrap("check-main", "bash run.sh");
    wrap("check-pid1", "bash run.sh");
    must_find("wrapper-leaves-early");
    assert_false(is_fine("pid1-no-handler"));
}

/* --- a signal that means something else --- */

static size_t unrelated_run(const int *signals, const enum disposition *is, size_t n)
{
    static struct signal_verdict sent[4];
    size_t run = begin_run(&b, "check-unrelated-signal");

    memset(sent, 0, sizeof sent);
    for (size_t i = 0; i < n; i++) {
        struct event *e = fake_event(&b, run, EVENT_DISPOSITION, 200.0 * (double)i);

        sent[i].signo = (int)(e->signo = signals[i]);
        sent[i].t_ns = T0 + MS(200) * (int64_t)i;
        e->role = ROLE_MAIN;
        e->disposition = is[i];
    }
    b.runs[run].signals = sent;
    b.runs[run].n_signals = n;
    find_event(&b, run, EVENT_LISTENER)->t_ns = T0 + MS(450);
    set_killed(&b, "check-unrelated-signal", 800);
    return run;
}

static const int winch_urg[] = {SIGWINCH, SIGURG};

static void the_signal_with_a_handler_is_the_cause(void **state)
{
    static const enum disposition is[] = {DISPOSITION_CAUGHT, DISPOSITION_DEFAULT};

    (void)state;
    unrelated_run(winch_urg, is, 2);
    assert_string_equal(must_find("unrelated-signal-stops")->evidence,
                        "1 of 2 signals; SIGWINCH came, and its listener was closed "
                        "(check-unrelated-signal)");
    assert_int_equal(found(&a, "unrelated-signal-stops")->severity, SEVERITY_MEDIUM);
}

/* One that is blocked may be read from a signalfd(2). */
static void a_blocked_signal_may_be_the_cause(void **state)
{
    static const enum disposition is[] = {DISPOSITION_DEFAULT, DISPOSITION_BLOCKED};

    (void)state;
    unrelated_run(winch_urg, is, 2);
    assert_non_null(strstr(must_find("unrelated-signal-stops")->evidence, "SIGURG came"));
}

static void a_documented_stop_is_a_remark(void **state)
{
    static const enum disposition is[] = {DISPOSITION_CAUGHT, DISPOSITION_CAUGHT};

    (void)state;
    unrelated_run(winch_urg, is, 2);
    owner_is("apache2");
    assert_int_equal(must_find("unrelated-signal-stops")->severity, SEVERITY_INFO);
    assert_non_null(strstr(found(&a, "unrelated-signal-stops")->evidence,
                           "SIGWINCH is its graceful stop, and its listener was closed"));
    assert_int_equal(a.grade, 'A');
}

static void a_listener_that_comes_back_is_no_stop(void **state)
{
    static const enum disposition is[] = {DISPOSITION_CAUGHT, DISPOSITION_DEFAULT};
    size_t run;

    (void)state;
    run = unrelated_run(winch_urg, is, 2);
    fake_event(&b, run, EVENT_LISTENER, 500)->sockets = 1;
    assert_null(view_for("unrelated-signal-stops"));
}

/* --- stop signals --- */

static void lighttpd_has_a_fast_stop(void **state)
{
    (void)state;
    owner_is("lighttpd");
    cut(&b, "check-main", "waiting", -1, 3, REASON_CLOSED_BEFORE_RESPONSE);
    assert_string_equal(must_find("wrong-signal-fast-stop")->fix->stack, "lighttpd");
    assert_non_null(strstr(a.findings[0].evidence, "SIGINT lets requests finish"));
    assert_int_equal(a.n_findings, 1);
}

static void a_second_int_may_force(void **state)
{
    (void)state;
    cut(&b, "check-second-term-100", "waiting", -1, 102, REASON_CLOSED_BEFORE_RESPONSE);
    assert_int_equal(must_find("platform-double-signal")->severity, SEVERITY_HIGH);
    signal_is("check-second-term-100", SIGINT);
    assert_int_equal(must_find("platform-double-signal")->severity, SEVERITY_INFO);
}

/* One worker, which a silent client of check-main held: nothing was in flight there. */
static void nothing_in_flight(const char *run)
{
    static const char *const loads[] = {"waiting", "waiting-post", "kept", "streaming"};
    struct attempt *one;

    for (size_t i = 0; i < sizeof loads / sizeof *loads; i++)
        for (int k = 0; (one = nth(&b, run, loads[i], k)); k++)
            if (one->end_ns > T0)
                one->phase = PHASE_NOT_STARTED;
}

static void dies_at_once(const char *run)
{
    cut(&b, run, "waiting", 1, 3, REASON_CLOSED_BEFORE_RESPONSE);
    for (int k = 1; nth(&b, run, "waiting", k); k++)
        nth(&b, run, "waiting", k)->phase = PHASE_NOT_STARTED;
    set_exit(&b, run, 4, 0, SIGTERM);
}

static void a_run_without_requests_excuses_nobody(void **state)
{
    static const char *const runs[] = {"check-second-term-1", "check-second-term-100",
                                       "check-group", "check-int"};

    (void)state;
    nothing_in_flight("check-main");
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        dies_at_once(runs[i]);
    set_exit(&b, "check-main", 4, 0, SIGTERM);
    assert_int_equal(must_find("inflight-killed-at-signal")->count, 1);
    assert_null(found(&a, "sigint-not-drained"));
    assert_null(found(&a, "platform-double-signal"));
    assert_null(found(&a, "group-signal-kills-workers"));
}

/* Another run shows that one signal lets requests finish. */
static void another_run_may_stand_for_the_main_one(void **state)
{
    (void)state;
    nothing_in_flight("check-main");
    dies_at_once("check-int");
    must_find("sigint-not-drained");
    assert_null(found(&a, "inflight-killed-at-signal"));
}

static void cut_at_a_second(void)
{
    for (size_t i = 0; i < b.runs[0].plan.n_loads; i++)
        cut(&b, "check-main", b.runs[0].plan.loads[i].name, -1, 1000,
            REASON_CLOSED_BEFORE_RESPONSE);
    set_exit(&b, "check-main", 1001, 0, 0);
}

/* It waited for them, and leaves at once where no client has to be waited for; a main that returns
 * after a second does so in any case. */
static void a_limit_is_no_early_exit(void **state)
{
    static const char *const bare[] = {"check-accept-queue", "check-keepalive-race"};

    (void)state;
    cut_at_a_second();
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
        set_exit(&b, bare[i], 20, 0, 0);
    must_find("deadline-exceeds-platform");
    assert_null(found(&a, "main-exits-early"));
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
        set_exit(&b, bare[i], 1001, 0, 0);
    must_find("main-exits-early");
    assert_null(found(&a, "deadline-exceeds-platform"));
}

/* A stream holds the main run; that SIGTERM ends it the others show. */
static void what_only_sigint_does_not_end(void **state)
{
    (void)state;
    set_killed(&b, "check-main", 12000);
    set_killed(&b, "check-int", 12000);
    set_killed(&b, "check-second-int-100", 12000);
    must_find("sigint-not-drained");
    assert_null(found(&a, "exit-never"));
}

/* A server that answers at once, and whose path was not said to be slow: that it has no handler is
 * seen all the same. */
static void without_a_handler_nothing_survives(void **state)
{
    static const struct {
        enum disposition is;
        int64_t owner;
        bool found;
    } rows[] = {{DISPOSITION_DEFAULT, 100, true},
                {DISPOSITION_CAUGHT, 100, false},
                {DISPOSITION_DEFAULT, 101, false}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        healthy(&b);
        nothing_in_flight("check-main");
        set_exit(&b, "check-main", 4, 0, SIGTERM);
        struct event *e = fake_event(&b, run_of(&b, "check-main"), EVENT_DISPOSITION, -1);

        e->role = ROLE_MAIN;
        e->disposition = rows[i].is;
        find_event(&b, run_of(&b, "check-main"), EVENT_TARGET_START)->pid = 100;
        find_event(&b, run_of(&b, "check-main"), EVENT_TARGET_LISTEN)->owner = rows[i].owner;
        if (!view_for("inflight-killed-at-signal") == rows[i].found)
            fail_msg("row %zu", i);
    }
    healthy(&b);
}

static void the_evidence_without_a_handler_counts_nothing(void **state)
{
    (void)state;
    nothing_in_flight("check-main");
    set_exit(&b, "check-main", 4, 0, SIGTERM);
    struct event *e = fake_event(&b, run_of(&b, "check-main"), EVENT_DISPOSITION, -1);

    e->role = ROLE_MAIN;
    e->disposition = DISPOSITION_DEFAULT;
    find_event(&b, run_of(&b, "check-main"), EVENT_TARGET_LISTEN)->owner =
        find_event(&b, run_of(&b, "check-main"), EVENT_TARGET_START)->pid;
    assert_string_equal(must_find("inflight-killed-at-signal")->evidence,
                        "no request was in flight, but none would have lived: the process has no "
                        "handler for SIGTERM and died of it (check-main)");
}

/* --- limits --- */

static void no_limit_within(int64_t ms)
{
    size_t run = run_of(&b, "check-deadline");

    b.fakes[run].signals[1].when.at_ns = MS(ms);
    for (size_t i = 0; i < b.runs[run].n_attempts; i++)
        b.runs[run].attempts[i].end_ns = T0 + MS(ms + 1);
    set_killed(&b, "check-deadline", (double)ms);
}

static void a_limit_may_be_longer_than_the_run(void **state)
{
    static const struct {
        int64_t ms;
        enum severity severity;
    } waits[] = {{8000, SEVERITY_LOW}, {12000, SEVERITY_LOW}, {35000, SEVERITY_MEDIUM}};

    (void)state;
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        healthy(&b);
        no_limit_within(waits[i].ms);
        assert_int_equal(must_find("no-deadline")->severity, waits[i].severity);
        assert_true(!strstr(found(&a, "no-deadline")->evidence, "--grace") ==
                    (waits[i].ms > 30000));
    }
}

/* Its client's patience was as long as the grace: that it ended then says nothing about it. */
static void a_client_that_gave_up_shows_no_limit(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct attempt *one = nth(&b, "check-deadline", "outlasting", i);

        one->outcome = OUTCOME_TIMED_OUT;
        one->reason = REASON_RESPONSE_TIMEOUT;
    }
    find_event(&b, run_of(&b, "check-deadline"), EVENT_TARGET_OUTPUT)->text = "bye";
    set_exit(&b, "check-deadline", 2002, 0, 0);
    assert_null(view_for("deadline-result-hidden"));
    for (size_t i = 0; i < a.n_fine; i++)
        assert_null(strstr(a.fine[i], "the drain has a limit"));
}

/* Java exits with 143 after a clean drain, and after one that was cut short. */
static void the_status_of_a_signal_hides_what_was_cut(void **state)
{
    static const struct {
        int code, signo;
        bool hidden;
    } ends[] = {{1, 0, false}, {0, 0, true}, {143, 0, true}, {137, 0, false}, {0, SIGTERM, true}};

    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        healthy(&b);
        find_event(&b, run_of(&b, "check-deadline"), EVENT_TARGET_OUTPUT)->text = "bye";
        set_exit(&b, "check-deadline", 2002, ends[i].code, ends[i].signo);
        if (!view_for("deadline-result-hidden") == ends[i].hidden)
            fail_msg("exit %d, signal %d", ends[i].code, ends[i].signo);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_shell_that_leaves_a_server_that_drains, begin, end),
        cmocka_unit_test_setup_teardown(a_shell_that_forwards_and_waits, begin, end),
        cmocka_unit_test_setup_teardown(what_the_exit_of_pid_1_cuts, begin, end),
        cmocka_unit_test_setup_teardown(the_signal_with_a_handler_is_the_cause, begin, end),
        cmocka_unit_test_setup_teardown(a_blocked_signal_may_be_the_cause, begin, end),
        cmocka_unit_test_setup_teardown(a_documented_stop_is_a_remark, begin, end),
        cmocka_unit_test_setup_teardown(a_listener_that_comes_back_is_no_stop, begin, end),
        cmocka_unit_test_setup_teardown(lighttpd_has_a_fast_stop, begin, end),
        cmocka_unit_test_setup_teardown(a_second_int_may_force, begin, end),
        cmocka_unit_test_setup_teardown(a_limit_is_no_early_exit, begin, end),
        cmocka_unit_test_setup_teardown(what_only_sigint_does_not_end, begin, end),
        cmocka_unit_test_setup_teardown(a_run_without_requests_excuses_nobody, begin, end),
        cmocka_unit_test_setup_teardown(another_run_may_stand_for_the_main_one, begin, end),
        cmocka_unit_test_setup_teardown(without_a_handler_nothing_survives, begin, end),
        cmocka_unit_test_setup_teardown(the_evidence_without_a_handler_counts_nothing, begin, end),
        cmocka_unit_test_setup_teardown(a_limit_may_be_longer_than_the_run, begin, end),
        cmocka_unit_test_setup_teardown(a_client_that_gave_up_shows_no_limit, begin, end),
        cmocka_unit_test_setup_teardown(the_status_of_a_signal_hides_what_was_cut, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
