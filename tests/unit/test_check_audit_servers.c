/* What foreign servers taught the rules about connections and the exit: each test is the trace of
 * one of them, by hand. */
#include "audit_one.h"

/* --- the exit --- */

/* Node's cluster: the primary has nothing left to do, and the workers answer for another while. */
static void the_main_process_may_leave_its_workers(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct attempt *one = nth(&b, "check-deadline", "outlasting", i);

        one->outcome = OUTCOME_COMPLETED;
        one->reason = REASON_STATUS;
        one->answer.whole = true;
        one->first_ns = one->end_ns = T0 + MS(8000);
    }
    set_exit(&b, "check-deadline", 12, 0, 0);
    assert_int_equal(must_find("workers-orphaned")->count, 3);
}

/* gunicorn's gevent workers wait for idle connections, which they close after two seconds. */
static void a_bounded_wait_for_idle_connections_is_a_choice(void **state)
{
    static const char *const silent[] = {"silent", "partial-head-silent"};
    struct attempt *one;

    (void)state;
    for (size_t i = 0; i < 2; i++)
        for (int k = 0; (one = nth(&b, "check-main", silent[i], k)); k++)
            one->end_ns = T0 + MS(10);
    set_exit(&b, "check-main", 3400, 0, 0);
    assert_int_equal(must_find("idle-after-close-stalls")->severity, SEVERITY_LOW);
    set_exit(&b, "check-main", 9400, 0, 0);
    assert_int_equal(must_find("idle-after-close-stalls")->severity, SEVERITY_MEDIUM);
}

/* The last answer came at 1.3 s. */
static void idle_ones_close(double ms)
{
    size_t run = run_of(&b, "check-main");

    for (int i = 0; i < 3; i++)
        fake_event(&b, run, EVENT_CONN_CLOSED, ms)->load = load_of(&b, run, "idle-unused");
}

/* gunicorn's gevent workers look once a second whether all is done. */
static void idle_connections_that_were_closed_hold_nothing_up(void **state)
{
    (void)state;
    set_exit(&b, "check-main", 3700, 0, 0);
    idle_ones_close(1400);
    assert_null(view_for("idle-after-close-stalls"));
}

/* h2o: silent ones and idle ones are open to the end, and it waits for the idle ones. */
static void either_of_two_kinds_may_hold_the_exit(void **state)
{
    struct attempt *one;

    (void)state;
    for (int k = 0; (one = nth(&b, "check-main", "silent", k)); k++)
        one->end_ns = T0 + MS(4200);
    set_exit(&b, "check-main", 4200, 0, 0);
    assert_non_null(strstr(must_find("silent-conn-stalls")->evidence, "it may be these"));
    idle_ones_close(5);
    assert_null(strstr(must_find("silent-conn-stalls")->evidence, "it may be these"));
}

/* fasthttp closes what is silent at its read timeout, and looks every 100 ms whether all is closed:
 * it was not the idle ones that it waited for. */
static void a_silent_connection_may_end_just_before_the_exit(void **state)
{
    struct attempt *one;

    (void)state;
    for (int k = 0; (one = nth(&b, "check-main", "silent", k)); k++)
        one->end_ns = T0 + MS(3600);
    set_exit(&b, "check-main", 4212, 0, 0);
    assert_int_equal(must_find("silent-conn-stalls")->severity, SEVERITY_LOW);
    assert_int_equal(found(&a, "silent-conn-stalls")->count, 3);
    assert_null(found(&a, "idle-after-close-stalls"));
}

/* --- connections --- */

/* RFC 9112 section 9.6: a server that has said close must not process what follows. */
static void a_pair_may_end_with_close(void **state)
{
    struct attempt *second;

    (void)state;
    second = nth(&b, "check-main", "pipelined", 1);
    second->first_ns = 0;
    second->outcome = OUTCOME_CUT_OFF;
    second->reason = REASON_CLOSED_BEFORE_RESPONSE;
    second->answer.whole = false;
    assert_int_equal(must_find("pipelined-dropped")->severity, SEVERITY_INFO);
    nth(&b, "check-main", "pipelined", 0)->answer.told_to_close = false;
    assert_int_equal(must_find("pipelined-dropped")->severity, SEVERITY_MEDIUM);
}

/* The arrivals from this one on: connected, and reset. */
static void reset_arrivals(int from, int n, double connected, double end_ms)
{
    for (int i = from; i < from + n; i++) {
        struct attempt *one = nth(&b, "check-main", "arrivals", i);

        one->outcome = OUTCOME_CUT_OFF;
        one->reason = REASON_RESET_BEFORE_RESPONSE;
        one->answer.whole = one->answer.told_to_close = false;
        one->first_ns = 0;
        one->connected_ns = one->sent_ns = T0 + (int64_t)(connected * 1e6);
        one->end_ns = T0 + (int64_t)(end_ms * 1e6);
    }
}

/* The kernel reset it as the listener closed (at 2 ms); the client looked 8 ms later, and the
 * queue had been polled before it came. Apache does so. */
static void a_reset_that_the_close_explains_is_no_race(void **state)
{
    (void)state;
    reset_arrivals(10, 1, 10, 16);
    cut(&b, "check-accept-queue", "frozen", 7, 3, REASON_RESET_BEFORE_RESPONSE);
    assert_null(view_for("accept-vs-shutdown-race"));
    must_find("accept-queue-reset");
}

/* The queue is proved to be emptied, so that this was taken. */
static void a_reset_that_the_close_does_not_explain_is_one(void **state)
{
    (void)state;
    reset_arrivals(10, 1, 10, 16);
    must_find("accept-vs-shutdown-race");
    assert_null(found(&a, "accept-queue-reset"));
}

/* Closed, not reset: a process had taken it (Node's stoppable). */
static void a_close_is_always_a_race(void **state)
{
    (void)state;
    reset_arrivals(10, 1, 1, 6);
    nth(&b, "check-main", "arrivals", 10)->reason = REASON_CLOSED_BEFORE_RESPONSE;
    cut(&b, "check-accept-queue", "frozen", 7, 3, REASON_RESET_BEFORE_RESPONSE);
    must_find("accept-vs-shutdown-race");
}

/* From before the signal until the close. */
static void queue_of(int64_t depth)
{
    for (size_t i = 0; i < b.fakes[0].history.count; i++)
        if (b.fakes[0].events[i].kind == EVENT_LISTENER && b.fakes[0].events[i].sockets > 0)
            b.fakes[0].events[i].depth = depth;
}

/* The queue was seen to be empty long after they had come: they were taken, and dropped. */
static void what_came_before_the_queue_was_empty_was_taken(void **state)
{
    (void)state;
    b.runs[0].target.queue_lost = 10;
    cut(&b, "check-main", "upload", -1, 2, REASON_RESET_WHILE_SENDING);
    for (int i = 0; i < 3; i++) {
        nth(&b, "check-main", "upload", i)->first_ns = 0;
        nth(&b, "check-main", "upload", i)->connected_ns = T0 - MS(300);
        nth(&b, "check-main", "upload", i)->sent_ns = 0;
    }
    assert_int_equal(must_find("upload-cut")->count, 3);
    assert_null(found(&a, "accept-queue-reset"));
    queue_of(3);
    must_find("accept-queue-reset");
    assert_null(found(&a, "upload-cut"));
}

/* Ten die as the listener closes, and its queue held nine: the oldest was being worked on. */
static void no_more_than_the_queue_held_were_in_it(void **state)
{
    const struct finding *f;

    (void)state;
    b.runs[0].target.queue_lost = 9;
    queue_of(9);
    cut(&b, "check-main", "waiting", -1, 2, REASON_RESET_BEFORE_RESPONSE);
    for (int i = 0; i < 10; i++) {
        struct attempt *one = nth(&b, "check-main", "waiting", i);

        one->connected_ns = T0 - MS(200 - i);
        one->first_ns = 0;
    }
    f = must_find("inflight-killed-at-signal");
    assert_int_equal(f->count, 1);
    assert_int_equal(f->attempts[0], nth(&b, "check-main", "waiting", 0)->id);
    must_find("accept-queue-reset");
}

/* http-terminator takes each new connection and destroys it, on a busy machine 60 ms later; the
 * listener closes at the end of the drain. */
static void what_is_taken_and_dropped_was_accepted(void **state)
{
    struct attempt *one;
    size_t run = run_of(&b, "check-main");

    (void)state;
    find_event(&b, run, EVENT_LISTENER)->t_ns = T0 + MS(1400);
    for (int i = 13; (one = nth(&b, "check-main", "arrivals", i)); i++) {
        double ms = (double)(one->start_ns - T0) / 1e6;

        reset_arrivals(i, 1, ms + 0.1, ms + 60.2);
    }
    assert_null(view_for("listener-open-nobody-accepts"));
    for (int i = 13; (one = nth(&b, "check-main", "arrivals", i)); i++)
        one->end_ns = T0 + MS(1400);
    must_find("listener-open-nobody-accepts");
}

/* --- answers --- */

static void turn_away(struct attempt *one, int64_t sent_ms)
{
    one->outcome = OUTCOME_REFUSED;
    one->status = 503;
    one->connected_ns = one->sent_ns = T0 + MS(sent_ms);
    one->first_ns = one->end_ns = T0 + MS(190);
}

/* Jetty on a busy machine reads what came just before the signal after it, and turns it away like
 * what comes then. */
static void what_comes_just_before_may_be_turned_away(void **state)
{
    struct attempt *one;

    (void)state;
    for (int i = 1; (one = nth(&b, "check-main", "waiting", i)); i++)
        turn_away(one, -9);
    assert_null(view_for("deps-closed-first"));
    for (int i = 1; (one = nth(&b, "check-main", "waiting", i)); i++)
        turn_away(one, -90);
    assert_non_null(view_for("deps-closed-first"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_main_process_may_leave_its_workers, begin, end),
        cmocka_unit_test_setup_teardown(a_bounded_wait_for_idle_connections_is_a_choice, begin,
                                        end),
        cmocka_unit_test_setup_teardown(idle_connections_that_were_closed_hold_nothing_up, begin,
                                        end),
        cmocka_unit_test_setup_teardown(either_of_two_kinds_may_hold_the_exit, begin, end),
        cmocka_unit_test_setup_teardown(a_silent_connection_may_end_just_before_the_exit, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_pair_may_end_with_close, begin, end),
        cmocka_unit_test_setup_teardown(a_reset_that_the_close_explains_is_no_race, begin, end),
        cmocka_unit_test_setup_teardown(a_reset_that_the_close_does_not_explain_is_one, begin, end),
        cmocka_unit_test_setup_teardown(a_close_is_always_a_race, begin, end),
        cmocka_unit_test_setup_teardown(what_came_before_the_queue_was_empty_was_taken, begin, end),
        cmocka_unit_test_setup_teardown(no_more_than_the_queue_held_were_in_it, begin, end),
        cmocka_unit_test_setup_teardown(what_is_taken_and_dropped_was_accepted, begin, end),
        cmocka_unit_test_setup_teardown(what_comes_just_before_may_be_turned_away, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
