/* What lies in the accept queue at the signal is not with the server: the youngest, as many as the
 * queue held, when it had not been empty for a while. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "judge/facts.h"

#define MS(n) ((int64_t)(n)*1000000)
#define T0    MS(10000)

enum { ATTEMPTS = 5 };

static struct event events[4];
static struct history history = {.events = events};
static struct attempt attempts[ATTEMPTS];

static void depth(int64_t before_ms, int sockets, uint32_t connections)
{
    events[history.count++] = (struct event){.kind = EVENT_LISTENER,
                                             .t_ns = T0 - MS(before_ms),
                                             .sockets = sockets,
                                             .depth = connections};
}

/* Five attempts that connected 50, 40, 30, 20 and 10 ms before the signal, and are answered after
 * it; the judge's facts of them. */
static struct run_facts facts(void)
{
    static struct plan plan;
    struct run_verdict v = {.attempts = attempts, .n_attempts = ATTEMPTS};
    struct run_facts f = {.h = &history, .plan = &plan, .t0_ns = T0};
    for (int i = 0; i < ATTEMPTS; i++)
        attempts[i] = (struct attempt){.connected_ns = T0 - MS(50 - 10 * i),
                                       .first_ns = T0 + MS(100),
                                       .end_ns = T0 + MS(101),
                                       .answer.whole = true};
    facts_of_attempts(&f, &v);
    return f;
}

static int waiting(const struct run_facts *f)
{
    int n = 0;
    for (int i = 0; i < ATTEMPTS; i++)
        n += is_waiting(f, &attempts[i]);
    return n;
}

static int begin(void **state)
{
    (void)state;
    history.count = 0;
    return 0;
}

static void the_youngest_wait(void **state)
{
    (void)state;
    depth(300, 1, 1);
    depth(200, 1, 2);
    struct run_facts f = facts();
    assert_int_equal(waiting(&f), 2);
    assert_true(is_waiting(&f, &attempts[4]) && is_waiting(&f, &attempts[3]));
}

static void a_queue_that_is_emptied_holds_nobody(void **state)
{
    (void)state;
    depth(300, 1, 5);
    depth(200, 1, 0);
    depth(4, 1, 2); /* just come: accepted before the next look, for all that is known */
    struct run_facts f = facts();
    assert_int_equal(waiting(&f), 0);
}

static void what_has_a_byte_of_its_answer_was_taken(void **state)
{
    (void)state;
    depth(300, 1, 5);
    struct run_facts f = facts();
    assert_int_equal(waiting(&f), 5);
    attempts[2].first_ns = T0 - MS(1);
    attempts[1].conn.reused = true;
    assert_int_equal(waiting(&f), 3);
}

static void without_a_queue(void **state)
{
    (void)state;
    struct run_facts f = facts();
    assert_int_equal(waiting(&f), 0);
    depth(300, 0, 3); /* what its close reset */
    f = facts();
    assert_int_equal(waiting(&f), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_youngest_wait, begin),
        cmocka_unit_test_setup(a_queue_that_is_emptied_holds_nobody, begin),
        cmocka_unit_test_setup(what_has_a_byte_of_its_answer_was_taken, begin),
        cmocka_unit_test_setup(without_a_queue, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
