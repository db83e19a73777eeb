/* What was lost because of the moment, and what was answered otherwise than before the signal. */
#include "audit_one.h"

static void answer_with(const char *load, int status)
{
    struct attempt *one;

    for (int i = 0; (one = nth(&b, "check-main", load, i)); i++) {
        one->status = status;
        one->end_ns = T0 + MS(4);
        one->first_ns = T0 + MS(3);
    }
}

/* 499 is no server error, but the path says 200 when the server is not stopped. */
static void another_status_than_before(void **state)
{
    (void)state;
    answer_with("waiting", 499);
    must_find("request-context-cancelled");
    for (size_t i = 0; i < a.n_fine; i++)
        assert_string_not_equal(a.fine_of[i]->id, "inflight-killed-at-signal");
}

static void a_status_that_it_always_has_is_its_own(void **state)
{
    struct attempt *one;

    (void)state;
    answer_with("waiting", 404);
    for (int i = 0; (one = nth(&b, "check-control", "waiting", i)); i++)
        one->status = 404;
    assert_null(view_for("request-context-cancelled"));
}

static void fail_in(const char *run)
{
    struct attempt *one;

    for (int i = 0; (one = nth(&b, run, "waiting", i)); i++) {
        one->status = 500;
        one->outcome = OUTCOME_FAILED;
    }
}

static bool is_fine(const char *id)
{
    for (size_t i = 0; i < a.n_fine; i++)
        if (strcmp(a.fine_of[i]->id, id) == 0)
            return true;
    return false;
}

/* The pool is closed in the handler of one signal only: a 500 is a loss of that run. */
static void an_error_is_a_loss_of_any_run(void **state)
{
    static const struct {
        const char *run, *id;
    } rows[] = {{"check-int", "sigint-not-drained"},
                {"check-group", "group-signal-kills-workers"},
                {"check-second-term-100", "platform-double-signal"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        healthy(&b);
        fail_in(rows[i].run);
        assert_int_equal(must_find(rows[i].id)->count, 5);
        assert_false(is_fine("deps-closed-first"));
    }
}

static void where_all_fail_no_drain_is_clean(void **state)
{
    (void)state;
    view_for("deps-closed-first");
    assert_true(is_fine("exit-code-ambiguous"));
    fail_in("check-main");
    fail_in("check-group");
    must_find("deps-closed-first");
    assert_false(is_fine("exit-code-ambiguous"));
    assert_false(is_fine("group-signal-kills-workers"));
    assert_null(found(&a, "group-signal-kills-workers"));
}

/* Ten came 3 ms before the signal and were dropped; all that was older came through. */
static void drop_the_youngest(double before_ms)
{
    struct attempt *one;

    cut(&b, "check-main", "waiting", -1, 2, REASON_RESET_BEFORE_RESPONSE);
    for (int i = 0; (one = nth(&b, "check-main", "waiting", i)); i++) {
        one->start_ns = T0 - (int64_t)(before_ms * 1e6);
        one->connected_ns = one->start_ns + 1000;
        one->sent_ns = one->start_ns + 2000;
    }
}

static void accepted_but_not_read_is_the_race_at_the_signal(void **state)
{
    (void)state;
    drop_the_youngest(3);
    must_find("accept-vs-shutdown-race");
    assert_null(found(&a, "inflight-killed-at-signal"));
    drop_the_youngest(150); /* those had been read long before */
    must_find("inflight-killed-at-signal");
}

/* A server that is held up has not read what came 60 ms before the signal. Requests for its fast
 * path show it: they get no answer either. */
static void a_server_that_is_held_up_reads_late(void **state)
{
    struct attempt *one;

    (void)state;
    drop_the_youngest(40);
    for (int i = 0; (one = nth(&b, "check-main", "arrivals", i)); i++)
        if (one->connected_ns > T0 - MS(60) && one->connected_ns < T0) {
            one->outcome = OUTCOME_CUT_OFF;
            one->reason = REASON_RESET_BEFORE_RESPONSE;
            one->answer.whole = false;
            one->first_ns = 0;
            one->end_ns = T0 + MS(2);
        }
    must_find("accept-vs-shutdown-race");
    assert_null(found(&a, "inflight-killed-at-signal"));
    add_attempt(&b, 0, "arrivals", -5, -4, -3)->connected_ns = T0 - MS(5);
    must_find("inflight-killed-at-signal"); /* it read that one */
}

static void with_an_older_one_lost_it_is_the_drain(void **state)
{
    (void)state;
    drop_the_youngest(3);
    cut(&b, "check-main", "kept", 1, 2, REASON_RESET_BEFORE_RESPONSE);
    must_find("inflight-killed-at-signal");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_status_than_before, begin, end),
        cmocka_unit_test_setup_teardown(a_status_that_it_always_has_is_its_own, begin, end),
        cmocka_unit_test_setup_teardown(an_error_is_a_loss_of_any_run, begin, end),
        cmocka_unit_test_setup_teardown(where_all_fail_no_drain_is_clean, begin, end),
        cmocka_unit_test_setup_teardown(a_server_that_is_held_up_reads_late, begin, end),
        cmocka_unit_test_setup_teardown(accepted_but_not_read_is_the_race_at_the_signal, begin,
                                        end),
        cmocka_unit_test_setup_teardown(with_an_older_one_lost_it_is_the_drain, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
