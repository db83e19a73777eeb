/* Two kinds of streams: one that must be finished, and one that never ends (a subscription). */
#include "audit_one.h"

static void subscriptions_end(double ms, enum outcome outcome)
{
    struct attempt *one;

    for (int i = 0; (one = nth(&b, "check-main", "subscribed", i)); i++) {
        one->end_ns = T0 + (int64_t)(ms * 1e6);
        one->outcome = outcome;
        one->reason = outcome == OUTCOME_COMPLETED ? REASON_STATUS : REASON_CLOSED_MID_RESPONSE;
        one->answer.whole = outcome == OUTCOME_COMPLETED;
    }
}

static bool is_fine(const char *id)
{
    for (size_t i = 0; i < a.n_fine; i++)
        if (strcmp(a.fine_of[i]->id, id) == 0)
            return true;
    return false;
}

static void a_server_that_ends_them_is_praised_for_it(void **state)
{
    (void)state;
    assert_null(view_for("stream-stalls-drain"));
    assert_true(is_fine("stream-stalls-drain"));
}

/* Its own limit ends them: it costs time, and no request. */
static void its_own_limit_is_no_critical_defect(void **state)
{
    (void)state;
    subscriptions_end(4500, OUTCOME_CUT_OFF);
    set_exit(&b, "check-main", 4502, 1, 0); /* as one whose drain was cut short may */
    assert_int_equal(must_find("stream-stalls-drain")->severity, SEVERITY_LOW);
    assert_non_null(strstr(found(&a, "stream-stalls-drain")->evidence, "3.15 s"));
    assert_int_equal(a.n_findings, 1);
    assert_false(is_fine("exit-late"));
    subscriptions_end(9000, OUTCOME_CUT_OFF);
    set_exit(&b, "check-main", 9002, 0, 0);
    assert_int_equal(must_find("stream-stalls-drain")->severity, SEVERITY_MEDIUM);
    assert_null(found(&a, "deadline-ignored"));
    assert_null(found(&a, "main-exits-early"));
}

static void crowd(int streams, double end_ms, double exit_ms)
{
    size_t run = begin_run(&b, "check-crowd");
    struct attempt *one;

    for (int i = 0; i < streams; i++)
        add_attempt(&b, run, "crowd", -200, -190, end_ms);
    for (int i = 0; (one = nth(&b, "check-crowd", "crowd", i)); i++) {
        one->outcome = OUTCOME_CUT_OFF;
        one->reason = REASON_CLOSED_MID_RESPONSE;
        one->answer.whole = false;
    }
    set_exit(&b, "check-crowd", exit_ms, 0, 0);
}

/* Requests take as long as its limit on streams: who held it, only a run without any tells. */
static void beside_requests_they_may_hide(void **state)
{
    (void)state;
    subscriptions_end(1600, OUTCOME_CUT_OFF);
    set_exit(&b, "check-main", 1601, 0, 0);
    assert_null(view_for("stream-stalls-drain"));
    assert_false(is_fine("stream-stalls-drain"));
    crowd(20, 3000, 3400);
    assert_int_equal(must_find("stream-stalls-drain")->severity, SEVERITY_LOW);
    assert_int_equal(found(&a, "stream-stalls-drain")->count, 20);
    healthy(&b);
    crowd(20, 5, 10);
    assert_null(view_for("stream-stalls-drain"));
    assert_true(is_fine("stream-stalls-drain"));
}

/* A check of a process that runs already has one run, which cannot tell the two apart. */
static void what_they_may_hide_is_not_praised(void **state)
{
    struct attempt *one;

    (void)state;
    b.n = 1;
    view_for("silent-conn-stalls");
    assert_true(is_fine("silent-conn-stalls"));
    subscriptions_end(4500, OUTCOME_CUT_OFF);
    set_exit(&b, "check-main", 4502, 1, 0);
    for (int i = 0; (one = nth(&b, "check-main", "silent", i)); i++)
        one->end_ns = T0 + MS(4501);
    must_find("stream-stalls-drain");
    assert_false(is_fine("silent-conn-stalls"));
    for (size_t i = 0; i < a.untested.n; i++)
        if (strstr(a.untested.at[i], "check once without --subscription"))
            return;
    fail_msg("it is not named as untested");
}

static void killed_with_them_alone(void **state)
{
    (void)state;
    subscriptions_end(10001, OUTCOME_CUT_OFF);
    set_killed(&b, "check-main", 10000);
    find_event(&b, 0, EVENT_LISTENER)->t_ns = T0 + MS(10001); /* its master held the socket */
    assert_int_equal(must_find("stream-stalls-drain")->severity, SEVERITY_MEDIUM);
    assert_null(found(&a, "exit-never"));
    assert_false(is_fine("signal-ignored"));
}

/* The main run ends in a kill with subscriptions open, which hides what else may hold the exit. */
static void main_hides_the_others(void)
{
    subscriptions_end(10001, OUTCOME_CUT_OFF);
    set_killed(&b, "check-main", 10000);
}

static void silent_alone(double ms, bool killed)
{
    size_t run = begin_run(&b, "check-silent-alone");

    silent_ends(&b, run, "silent", 3, ms);
    silent_ends(&b, run, "partial-head-silent", 2, ms);
    if (killed)
        set_killed(&b, "check-silent-alone", ms);
    else
        set_exit(&b, "check-silent-alone", ms + 1, 0, 0);
}

static void silent_ones_are_seen_in_a_run_of_their_own(void **state)
{
    (void)state;
    main_hides_the_others();
    assert_null(view_for("silent-conn-stalls"));
    silent_alone(8000, true);
    assert_int_equal(must_find("silent-conn-stalls")->severity, SEVERITY_MEDIUM);
    assert_int_equal(found(&a, "silent-conn-stalls")->count, 5);
    assert_non_null(strstr(found(&a, "silent-conn-stalls")->evidence, "8.00 s from the signal"));
    assert_non_null(found(&a, "stream-stalls-drain"));
    assert_null(found(&a, "exit-never"));
}

static void a_bounded_wait_for_silent_ones_is_low(void **state)
{
    (void)state;
    main_hides_the_others();
    silent_alone(5200, false);
    assert_int_equal(must_find("silent-conn-stalls")->severity, SEVERITY_LOW);
    assert_int_equal(found(&a, "silent-conn-stalls")->count, 3);
}

static void silent_ones_that_hold_nothing(void **state)
{
    (void)state;
    main_hides_the_others();
    silent_alone(1100, false); /* as long as a second, in which others may be answered */
    assert_null(view_for("silent-conn-stalls"));
    assert_true(is_fine("silent-conn-stalls"));
}

/* What is late with nothing open is not late because of them. */
static void a_late_exit_is_not_the_silent_ones(void **state)
{
    static const char *const bare[] = {"check-accept-queue", "check-second-term-1",
                                       "check-second-term-100", "check-group"};

    (void)state;
    main_hides_the_others();
    silent_alone(6300, false);
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
        set_exit(&b, bare[i], 7600, 0, 0);
    assert_null(view_for("silent-conn-stalls"));
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++)
        set_killed(&b, bare[i], 10000);
    assert_null(view_for("silent-conn-stalls"));
    assert_false(is_fine("silent-conn-stalls"));
}

static void idle_ones_are_seen_in_a_run_of_their_own(void **state)
{
    size_t run;

    (void)state;
    main_hides_the_others();
    run = begin_run(&b, "check-idle-alone");
    add_many(&b, run, "waiting", 5, -200, 1300, 1301);
    add_many(&b, run, "idle-unused", 3, -300, -299, -298);
    assert_null(view_for("idle-after-close-stalls"));
    set_exit(&b, "check-idle-alone", 10000, 0, 0);
    assert_non_null(strstr(must_find("idle-after-close-stalls")->evidence, "check-idle-alone"));
    assert_null(found(&a, "silent-conn-stalls"));
}

/* A fixed wait that only shows where no answer ends it, as the JDK's HttpServer.stop has it. */
static void a_wait_with_no_client_connected(void **state)
{
    (void)state;
    begin_run(&b, "check-bare");
    set_exit(&b, "check-bare", 900, 0, 0);
    assert_null(view_for("exit-late"));
    set_exit(&b, "check-bare", 5000, 0, 0);
    assert_non_null(strstr(must_find("exit-late")->evidence, "no client connected (check-bare)"));
}

/* A listener that stays open while no client is served is no delay for a load balancer. */
static void an_idle_listener_is_no_work(void **state)
{
    (void)state;
    begin_run(&b, "check-bare");
    set_exit(&b, "check-bare", 2040, 0, 0);
    fake_event(&b, run_of(&b, "check-bare"), EVENT_LISTENER, 2039);
    assert_non_null(view_for("exit-late"));
}

/* What must be finished was cut, though plain requests were not. */
static void a_finite_one_that_is_cut(void **state)
{
    (void)state;
    cut(&b, "check-main", "streaming", -1, 4, REASON_RESET_MID_RESPONSE);
    assert_int_equal(must_find("stream-cut-at-signal")->severity, SEVERITY_HIGH);
    assert_null(found(&a, "inflight-killed-at-signal"));
    healthy(&b);
    cut(&b, "check-main", "streaming", -1, 800, REASON_CLOSED_MID_RESPONSE);
    assert_int_equal(must_find("stream-cut-at-signal")->severity, SEVERITY_MEDIUM);
    assert_non_null(strstr(found(&a, "stream-cut-at-signal")->evidence, "800 ms"));
}

static void streams_of(const char *run, int64_t bytes)
{
    struct attempt *one;

    for (int i = 0; (one = nth(&b, run, "streaming", i)); i++)
        ((struct event *)(uintptr_t)one->end)->body_bytes = bytes;
}

/* Its last parts are missing, and it ends in good order. */
static void a_cut_that_looks_complete(void **state)
{
    (void)state;
    streams_of("check-control", 1000);
    streams_of("check-main", 300);
    assert_int_equal(must_find("stream-cut-at-signal")->severity, SEVERITY_MEDIUM);
    assert_non_null(strstr(found(&a, "stream-cut-at-signal")->evidence, "looks complete"));
    assert_null(found(&a, "truncation-looks-complete"));
    assert_false(is_fine("stream-cut-at-signal"));
    streams_of("check-main", 990); /* a number with a digit less */
    assert_null(view_for("stream-cut-at-signal"));
    assert_true(is_fine("stream-cut-at-signal"));
}

static void one_that_never_ends_is_a_subscription(void **state)
{
    struct attempt *one;

    (void)state;
    for (int i = 0; (one = nth(&b, "check-control", "streaming", i)); i++) {
        one->outcome = OUTCOME_TIMED_OUT;
        one->reason = REASON_RESPONSE_TIMEOUT;
        one->answer.whole = false;
    }
    cut(&b, "check-main", "streaming", -1, 5, REASON_CLOSED_MID_RESPONSE);
    assert_null(view_for("stream-cut-at-signal"));
    assert_false(is_fine("stream-cut-at-signal"));
    for (size_t i = 0; i < a.untested.n; i++)
        if (strstr(a.untested.at[i], "give it as --subscription"))
            return;
    fail_msg("it is not told so");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_server_that_ends_them_is_praised_for_it, begin, end),
        cmocka_unit_test_setup_teardown(beside_requests_they_may_hide, begin, end),
        cmocka_unit_test_setup_teardown(its_own_limit_is_no_critical_defect, begin, end),
        cmocka_unit_test_setup_teardown(what_they_may_hide_is_not_praised, begin, end),
        cmocka_unit_test_setup_teardown(killed_with_them_alone, begin, end),
        cmocka_unit_test_setup_teardown(silent_ones_are_seen_in_a_run_of_their_own, begin, end),
        cmocka_unit_test_setup_teardown(a_bounded_wait_for_silent_ones_is_low, begin, end),
        cmocka_unit_test_setup_teardown(silent_ones_that_hold_nothing, begin, end),
        cmocka_unit_test_setup_teardown(a_late_exit_is_not_the_silent_ones, begin, end),
        cmocka_unit_test_setup_teardown(idle_ones_are_seen_in_a_run_of_their_own, begin, end),
        cmocka_unit_test_setup_teardown(a_wait_with_no_client_connected, begin, end),
        cmocka_unit_test_setup_teardown(an_idle_listener_is_no_work, begin, end),
        cmocka_unit_test_setup_teardown(a_finite_one_that_is_cut, begin, end),
        cmocka_unit_test_setup_teardown(a_cut_that_looks_complete, begin, end),
        cmocka_unit_test_setup_teardown(one_that_never_ends_is_a_subscription, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
