/* A listener that closes a second and more after the signal, as is recommended: what becomes of
 * those that connect until then, and in that instant. */
#include "audit_one.h"

enum { CLOSE_MS = 2500 };

/* It serves until CLOSE_MS, in every run; then no process listens. */
static void delay_the_close(void)
{
    for (size_t i = 0; i < b.n; i++) {
        struct event *e = find_event(&b, i, EVENT_LISTENER);

        if (e->sockets == 0)
            e->t_ns = T0 + MS(CLOSE_MS);
        set_exit(&b, b.runs[i].scenario, CLOSE_MS + 5, 0, 0);
    }
    for (int ms = 0; ms < CLOSE_MS + 100; ms += 20)
        if (ms < CLOSE_MS)
            add_attempt(&b, 0, "arrivals-later", ms, ms + 1, ms + 1.2);
        else
            add_refused(&b, 0, "arrivals-later", ms);
}

static int begin_late(void **state)
{
    begin(state);
    delay_the_close();
    return 0;
}

/* The later arrival that began at `ms`. */
static struct attempt *came_at(int ms)
{
    return nth(&b, "check-main", "arrivals-later", ms / 20);
}

static void lose(int ms, enum reason reason, double end_ms)
{
    struct attempt *one = came_at(ms);

    one->outcome = OUTCOME_CUT_OFF;
    one->reason = reason;
    one->answer.whole = one->answer.told_to_close = false;
    one->first_ns = 0;
    one->end_ns = T0 + (int64_t)(end_ms * 1e6);
}

static bool is_fine(const char *id)
{
    for (size_t i = 0; i < a.n_fine; i++)
        if (strcmp(a.fine_of[i]->id, id) == 0)
            return true;
    return false;
}

static bool none_was_seen_lost(void)
{
    for (size_t i = 0; i < a.untested.n; i++)
        if (strstr(a.untested.at[i], "connections made around the signal") &&
            strstr(a.untested.at[i], "with a loss in 0 of 2 tries"))
            return true;
    return false;
}

static void a_delay_that_serves_is_fine(void **state)
{
    (void)state;
    assert_null(view_for("accept-vs-shutdown-race"));
    assert_null(found(&a, "accept-queue-reset"));
    assert_null(found(&a, "listener-open-nobody-accepts"));
    assert_true(none_was_seen_lost());
}

/* It served for as long as it had its listener: something else keeps it alive. */
static void a_delay_that_never_ends_is_not_a_signal_ignored(void **state)
{
    (void)state;
    set_killed(&b, "check-main", 12000);
    assert_null(view_for("signal-ignored"));
    assert_null(found(&a, "term-means-reload"));
}

/* The freeze at the signal says nothing of a queue that is reset two seconds later. */
static void a_reset_at_the_late_close_is_the_queues(void **state)
{
    (void)state;
    lose(CLOSE_MS - 20, REASON_RESET_BEFORE_RESPONSE, CLOSE_MS + 0.2);
    assert_int_equal(must_find("accept-queue-reset")->severity, SEVERITY_LOW);
    assert_non_null(strstr(found(&a, "accept-queue-reset")->evidence, "2.50 s after the signal"));
    assert_null(found(&a, "accept-vs-shutdown-race"));
    assert_false(is_fine("accept-queue-reset"));
}

static void a_close_without_a_word_is_the_race(void **state)
{
    (void)state;
    lose(CLOSE_MS - 20, REASON_CLOSED_BEFORE_RESPONSE, CLOSE_MS + 0.2);
    assert_int_equal(must_find("accept-vs-shutdown-race")->severity, SEVERITY_LOW);
    assert_null(found(&a, "accept-queue-reset"));
}

/* Half a second before the close the load balancer may still send. */
static void what_is_dropped_through_the_delay_is_high(void **state)
{
    (void)state;
    for (int ms = 1500; ms < CLOSE_MS; ms += 20)
        lose(ms, REASON_CLOSED_BEFORE_RESPONSE, ms + 0.3);
    assert_int_equal(must_find("accept-vs-shutdown-race")->severity, SEVERITY_HIGH);
    assert_int_equal(found(&a, "accept-vs-shutdown-race")->count, 50);
}

static void what_hangs_through_the_delay_is_accepted_by_nobody(void **state)
{
    (void)state;
    for (int ms = 1500; ms < CLOSE_MS - 100; ms += 20)
        lose(ms, REASON_RESET_BEFORE_RESPONSE, CLOSE_MS + 0.2);
    must_find("listener-open-nobody-accepts");
    assert_null(found(&a, "accept-vs-shutdown-race"));
}

static void refused_after_the_close_is_no_loss(void **state)
{
    (void)state;
    for (int ms = CLOSE_MS; ms < CLOSE_MS + 100; ms += 20)
        assert_int_equal(came_at(ms)->outcome, OUTCOME_REFUSED);
    assert_null(view_for("accept-vs-shutdown-race"));
    assert_int_equal(a.counts[SEVERITY_HIGH], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_delay_that_serves_is_fine, begin_late, end),
        cmocka_unit_test_setup_teardown(a_delay_that_never_ends_is_not_a_signal_ignored, begin_late,
                                        end),
        cmocka_unit_test_setup_teardown(a_reset_at_the_late_close_is_the_queues, begin_late, end),
        cmocka_unit_test_setup_teardown(a_close_without_a_word_is_the_race, begin_late, end),
        cmocka_unit_test_setup_teardown(what_is_dropped_through_the_delay_is_high, begin_late, end),
        cmocka_unit_test_setup_teardown(what_hangs_through_the_delay_is_accepted_by_nobody,
                                        begin_late, end),
        cmocka_unit_test_setup_teardown(refused_after_the_close_is_no_loss, begin_late, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
