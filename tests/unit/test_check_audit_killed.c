/* Whatever had to be killed is a defect, and lateness counts from the last answer: a listener that
 * stays open and accepts no client, or only says 503, keeps nothing alive. */
#include "audit_one.h"

static const char *const stopped[] = {
    "check-main",           "check-accept-queue",    "check-keepalive-race",
    "check-second-term-1",  "check-second-term-100", "check-int",
    "check-second-int-100", "check-group",           "check-pid1",
};

/* Its listener is open until it is killed or has exited. */
static void keep_listening(const char *run, double until)
{
    find_event(&b, run_of(&b, run), EVENT_LISTENER)->t_ns = T0 + (int64_t)((until + 1) * 1e6);
}

static void kill_run(const char *run, double ms)
{
    struct event *e = fake_event(&b, run_of(&b, run), EVENT_SIGNAL, ms);

    e->signo = SIGKILL;
    set_exit(&b, run, ms + 0.5, 0, SIGKILL);
    keep_listening(run, ms);
}

static void say_503_until(const char *run, double ms)
{
    for (double at = 1600; at < ms; at += 100) {
        struct attempt *one = add_attempt(&b, run_of(&b, run), "steady", at, at + 1, at + 1.5);

        one->outcome = OUTCOME_REFUSED;
        one->status = 503;
    }
}

static void one_that_says_503_and_never_exits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof stopped / sizeof *stopped; i++)
        kill_run(stopped[i], 10000);
    say_503_until("check-main", 10000);
    must_find("exit-never");
    assert_int_equal(found(&a, "exit-never")->severity, SEVERITY_HIGH);
    assert_true(a.grade >= 'D');
    for (size_t i = 0; i < a.n_fine; i++)
        assert_null(strstr(a.fine[i], "it obeys the signal"));
    b.n = 1; /* and with --quick */
    must_find("exit-never");
    assert_null(found(&a, "silent-conn-stalls"));
}

static void one_that_holds_its_socket_while_a_hook_runs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof stopped / sizeof *stopped; i++) {
        set_exit(&b, stopped[i], 6300, 0, 0);
        keep_listening(stopped[i], 6300);
    }
    must_find("exit-late");
    assert_non_null(strstr(found(&a, "exit-late")->evidence, "5.00 s"));
    assert_null(found(&a, "silent-conn-stalls"));
    for (size_t i = 0; i < a.n_fine; i++)
        assert_null(strstr(a.fine[i], "as soon as its last answer"));
}

/* It waits for its load balancer, and serves as long as its listener is open. */
static void a_delay_is_not_late(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof stopped / sizeof *stopped; i++) {
        set_exit(&b, stopped[i], 6302, 0, 0);
        keep_listening(stopped[i], 6299);
    }
    for (double at = 1600; at < 6300; at += 100)
        add_attempt(&b, 0, "steady", at, at + 1, at + 1.5);
    assert_null(view_for("exit-late"));
}

static void a_signal_that_is_ignored_needs_no_witness(void **state)
{
    struct event *e;

    (void)state;
    for (size_t i = 0; i < sizeof stopped / sizeof *stopped; i++)
        kill_run(stopped[i], 10000);
    e = fake_event(&b, 0, EVENT_DISPOSITION, -1);
    e->role = ROLE_MAIN;
    e->disposition = DISPOSITION_IGNORED;
    e->signo = SIGTERM;
    must_find("signal-ignored");
    assert_null(found(&a, "exit-never"));
}

/* A master that still forks its workers may not have a handler yet. */
static void nothing_is_ignored_by_a_target_that_still_starts(void **state)
{
    struct event *e;

    (void)state;
    for (size_t i = 0; i < sizeof stopped / sizeof *stopped; i++)
        kill_run(stopped[i], 10000);
    e = fake_event(&b, 0, EVENT_DISPOSITION, -1);
    e->role = ROLE_MAIN;
    e->disposition = DISPOSITION_IGNORED;
    fake_event(&b, 0, EVENT_NOTE, -1)->why = "unsettled";
    assert_null(view_for("signal-ignored"));
    assert_non_null(found(&a, "exit-never"));
    for (size_t i = 0; i < a.untested.n; i++)
        if (strstr(a.untested.at[i], "a server at rest") && strstr(a.untested.at[i], "in 1 of"))
            return;
    fail_msg("it is not named as untested");
}

static void sigint_alone_that_does_not_end_it(void **state)
{
    (void)state;
    kill_run("check-int", 10000);
    must_find("sigint-not-drained");
    assert_non_null(strstr(found(&a, "sigint-not-drained")->evidence, "killed"));
    for (size_t i = 0; i < a.n_fine; i++)
        assert_null(strstr(a.fine[i], "SIGINT"));
}

/* Its own limit cuts what is in flight; SIGINT does so at once. */
static void sigint_that_has_no_limit(void **state)
{
    (void)state;
    cut(&b, "check-main", "waiting", -1, 1000, REASON_CLOSED_BEFORE_RESPONSE);
    cut(&b, "check-group", "waiting", -1, 1000, REASON_CLOSED_BEFORE_RESPONSE);
    cut(&b, "check-int", "waiting", -1, 1000, REASON_CLOSED_BEFORE_RESPONSE);
    assert_null(view_for("sigint-not-drained"));
    for (size_t i = 0; i < a.n_fine; i++)
        assert_null(strstr(a.fine[i], "SIGINT"));
    cut(&b, "check-int", "waiting", -1, 3, REASON_CLOSED_BEFORE_RESPONSE);
    must_find("sigint-not-drained");
}

/* Each run by itself: killed, it is never grade A. */
static void no_run_that_was_killed_is_grade_a(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof stopped / sizeof *stopped; i++) {
        healthy(&b);
        kill_run(stopped[i], 10000);
        view_for("exit-never");
        if (a.grade == 'A')
            fail_msg("%s was killed, and the grade is A", stopped[i]);
    }
    healthy(&b);
    set_killed(&b, "check-deadline", 4000);
    view_for("no-deadline");
    assert_int_not_equal(a.grade, 'A');
}

/* Jetty, whose handlers sleep on: it has a limit, and it is not the drain that lasts. */
static void a_limit_that_does_not_end_the_process(void **state)
{
    (void)state;
    b.fakes[run_of(&b, "check-deadline")].signals[1].when.at_ns = MS(12000);
    for (int i = 0; i < 3; i++)
        nth(&b, "check-deadline", "outlasting", i)->end_ns = T0 + MS(10000);
    set_killed(&b, "check-deadline", 12000);
    const struct finding *f = must_find("exit-never");
    assert_int_equal(f->severity, SEVERITY_MEDIUM);
    assert_non_null(strstr(f->evidence,
                           "its requests were cut 10.00 s after the signal, "
                           "and 2.00 s later it was killed (check-deadline); in 1 of "));
    assert_null(found(&a, "no-deadline"));
    assert_int_equal(a.grade, 'C');
}

/* Node's cluster: the main process leaves at once, and a worker works on beyond every grace. */
static void a_worker_that_is_left_behind_has_no_limit(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        nth(&b, "check-deadline", "outlasting", i)->end_ns = T0 + MS(16900);
    for (int i = 0; i < 3; i++)
        nth(&b, "check-deadline", "outlasting", i)->outcome = OUTCOME_COMPLETED;
    assert_string_equal(must_find("no-deadline")->evidence,
                        "16.90 s after the signal a process that it left behind answered a request "
                        "(check-deadline)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_that_says_503_and_never_exits, begin, end),
        cmocka_unit_test_setup_teardown(one_that_holds_its_socket_while_a_hook_runs, begin, end),
        cmocka_unit_test_setup_teardown(a_delay_is_not_late, begin, end),
        cmocka_unit_test_setup_teardown(a_signal_that_is_ignored_needs_no_witness, begin, end),
        cmocka_unit_test_setup_teardown(nothing_is_ignored_by_a_target_that_still_starts, begin,
                                        end),
        cmocka_unit_test_setup_teardown(sigint_alone_that_does_not_end_it, begin, end),
        cmocka_unit_test_setup_teardown(sigint_that_has_no_limit, begin, end),
        cmocka_unit_test_setup_teardown(a_limit_that_does_not_end_the_process, begin, end),
        cmocka_unit_test_setup_teardown(a_worker_that_is_left_behind_has_no_limit, begin, end),
        cmocka_unit_test_setup_teardown(no_run_that_was_killed_is_grade_a, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
