/* A battery with socket activation: drainctl holds the listening socket, and what lies in its queue
 * waits for the next start. */
#include "audit_fixture.h"

static struct battery b;

static void hold(void)
{
    healthy(&b);
    for (size_t i = 0; i < b.n; i++)
        b.runs[i].plan.target.socket_activation = true;
}

/* Connected, and no process took it until the run's end. */
static void wait_in_queue(struct attempt *a)
{
    a->outcome = OUTCOME_UNFINISHED;
    a->reason = REASON_WAITS_IN_QUEUE;
    a->answer.whole = a->answer.told_to_close = false;
    a->status = 0;
    a->connected_ns = a->start_ns + 1000;
    a->sent_ns = a->start_ns + 2000;
    a->first_ns = 0;
    a->end_ns = T0 + MS(3000);
}

static void all_wait(const char *run, const char *load, int64_t from_ns)
{
    struct attempt *a;

    for (int i = 0; (a = nth(&b, run, load, i)); i++)
        if (a->start_ns >= from_ns)
            wait_in_queue(a);
}

static bool says(char *const *sentences, size_t n, const char *part)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(sentences[i], part))
            return true;
    return false;
}

static bool is_fine(const struct audit *a, const char *id)
{
    for (size_t i = 0; i < a->n_fine; i++)
        if (strcmp(a->fine_of[i]->id, id) == 0)
            return true;
    return false;
}

static void nothing_is_found(const struct audit *a)
{
    for (size_t i = 0; i < a->n_findings; i++)
        fail_msg("%s: %s", a->findings[i].defect->id, a->findings[i].evidence);
}

/* Neither lost nor praised: the server had none of them. */
static void what_waits_is_not_lost(void **state)
{
    struct audit a;

    (void)state;
    hold();
    all_wait("check-accept-queue", "frozen", 0);
    all_wait("check-main", "arrivals", T0 + MS(2));
    all_wait("check-main", "silent", 0);
    wait_in_queue(nth(&b, "check-main", "waiting", 3));
    audit_battery(&b, &a);
    nothing_is_found(&a);
    assert_false(is_fine(&a, "accept-queue-reset"));
    assert_false(is_fine(&a, "listener-open-nobody-accepts"));
    assert_true(is_fine(&a, "inflight-killed-at-signal"));
    assert_true(says(a.untested.at, a.untested.n, "resets in the accept queue"));
    assert_true(says(a.untested.at, a.untested.n, "new connections during the drain"));
    assert_true(says(a.untested.at, a.untested.n, "only the whole check has one"));
    audit_free(&a);
}

/* The same of a listener that is the server's own. */
static void at_a_listener_of_its_own_they_hang(void **state)
{
    struct audit a;

    (void)state;
    healthy(&b);
    all_wait("check-main", "arrivals", T0 + MS(2));
    for (int i = 0; i < 60; i++) {
        struct attempt *one = nth(&b, "check-main", "arrivals", i);
        if (one && one->outcome == OUTCOME_UNFINISHED)
            one->reason = REASON_RUN_ENDED;
    }
    audit_battery(&b, &a);
    assert_non_null(found(&a, "listener-open-nobody-accepts"));
    assert_false(says(a.untested.at, a.untested.n, "drainctl holds"));
    audit_free(&a);
}

/* What it takes from the queue it must answer, as nothing forced it to take it. */
static void what_was_taken_and_dropped_is_lost(void **state)
{
    struct audit a;

    (void)state;
    hold();
    all_wait("check-accept-queue", "frozen", 0);
    all_wait("check-accept-queue-2", "frozen", 0);
    cut(&b, "check-accept-queue", "frozen", 6, 3, REASON_RESET_BEFORE_RESPONSE);
    audit_battery(&b, &a);
    assert_null(found(&a, "accept-queue-reset"));
    const struct finding *f = found(&a, "accept-vs-shutdown-race");
    assert_non_null(f);
    assert_int_equal(f->count, 6);
    assert_int_equal(f->of, 6); /* the others were never taken */
    audit_free(&a);
}

/* shutdown(2) resets its queue, for every process that has the socket. */
static void a_socket_that_was_shut_down_is_no_longer_held(void **state)
{
    struct audit a;

    (void)state;
    hold();
    fake_event(&b, run_of(&b, "check-accept-queue"), EVENT_NOTE, 1)->why = "socket-shut";
    cut(&b, "check-accept-queue", "frozen", -1, 3, REASON_RESET_BEFORE_RESPONSE);
    audit_battery(&b, &a);
    assert_non_null(found(&a, "accept-queue-reset"));
    audit_free(&a);
}

static void a_next_start_that_fails_is_found(void **state)
{
    struct audit a;

    (void)state;
    hold();
    size_t run = begin_run(&b, "check-restart");
    b.runs[run].plan.target.socket_activation = true;
    fake_event(&b, run, EVENT_ERROR, 1600)->text = "target 'x' exited with code 1";
    audit_battery(&b, &a);
    const struct finding *f = found(&a, "held-socket-lost");
    assert_non_null(f);
    assert_non_null(strstr(f->evidence, "it was restarted, and target 'x' exited with code 1"));
    audit_free(&a);
}

static void who_is_answered_by_the_next_process_is_fine(void **state)
{
    struct audit a;

    (void)state;
    hold();
    size_t run = begin_run(&b, "check-restart");
    b.runs[run].plan.target.socket_activation = true;
    add_many(&b, run, "restarted", 40, 10, 1700, 1701);
    audit_battery(&b, &a);
    nothing_is_found(&a);
    assert_true(says(a.fine, a.n_fine, "40 new connections over a restart"));
    audit_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_waits_is_not_lost),
        cmocka_unit_test(at_a_listener_of_its_own_they_hang),
        cmocka_unit_test(what_was_taken_and_dropped_is_lost),
        cmocka_unit_test(a_socket_that_was_shut_down_is_no_longer_held),
        cmocka_unit_test(a_next_start_that_fails_is_found),
        cmocka_unit_test(who_is_answered_by_the_next_process_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
