/* Which run may begin: in their order, alone when it wants to be, few at work and many waiting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/clock.h"
#include "session/places.h"

#define MS(n) ((n)*NS_PER_MS)

static const struct place_limits two_at_work = {.alive = 8, .at_work = 2};
static int64_t again;

static int next(const struct place *places, size_t count, int64_t now_ms)
{
    return places_next(places, count, &two_at_work, MS(now_ms), &again);
}

static void nobody_before(const struct place *places, size_t count, int64_t now_ms, int64_t ms)
{
    assert_int_equal(next(places, count, now_ms), PLACE_NONE);
    assert_int_equal(again, ms == INT64_MAX ? ms : MS(ms));
}

static void nobody(const struct place *places, size_t count)
{
    nobody_before(places, count, 1000000, INT64_MAX);
}

static void few_are_at_work_and_many_wait(void **state)
{
    struct place p[10] = {{0}};
    (void)state;
    assert_int_equal(next(p, 10, 0), 0);
    p[0].state = PLACE_AT_WORK;
    assert_int_equal(next(p, 10, 0), 1);
    p[1].state = PLACE_AT_WORK;
    nobody(p, 10);
    p[0].state = PLACE_WAITING; /* its signal was sent: the next one may begin at once */
    assert_int_equal(next(p, 10, 0), 2);
    for (int i = 0; i < 8; i++)
        p[i].state = PLACE_WAITING;
    nobody(p, 10); /* eight are alive */
    p[3].state = PLACE_OVER;
    assert_int_equal(next(p, 10, 0), 8);
}

static void alone_until_some_time_after_its_signal(void **state)
{
    struct place p[3] = {{.alone_ns = MS(500)}, {0}, {.alone_ns = MS(1)}};
    (void)state;
    p[0].state = PLACE_AT_WORK;
    nobody(p, 3);
    p[0].state = PLACE_WAITING;
    p[0].signalled_ns = MS(1000);
    nobody_before(p, 3, 1499, 1500);
    assert_int_equal(next(p, 3, 1500), 1); /* it may never exit: others need not wait for that */
    p[1].state = PLACE_AT_WORK;
    nobody(p, 3); /* who wants to be alone begins beside nobody at work */
    p[1].state = PLACE_WAITING;
    p[1].signalled_ns = MS(2000);
    nobody_before(p, 3, 2001, 2200); /* nor beside one that has only just been told */
    assert_int_equal(next(p, 3, 2200), 2);
    p[1].state = PLACE_OVER;
    assert_int_equal(next(p, 3, 2001), 2);
}

static void the_order_is_kept(void **state)
{
    struct place p[3] = {{0}, {.alone_ns = MS(1)}, {0}};
    (void)state;
    p[0].state = PLACE_AT_WORK;
    nobody(p, 3); /* the third could, but the second comes before it */
    p[0].state = PLACE_OVER;
    assert_int_equal(next(p, 3, 0), 1);
}

static void apart_comes_last_and_beside_nobody(void **state)
{
    struct place p[3] = {{.apart = true}, {0}, {.apart = true}};
    (void)state;
    assert_int_equal(next(p, 3, 0), 1);
    p[1].state = PLACE_WAITING;
    nobody(p, 3);
    p[1].state = PLACE_OVER;
    assert_int_equal(next(p, 3, 0), 0);
    p[0].state = PLACE_WAITING; /* to its very end */
    nobody(p, 3);
    p[0].state = PLACE_OVER;
    assert_int_equal(next(p, 3, 0), 2);
    p[2].state = PLACE_OVER;
    nobody(p, 3);
}

static void one_at_a_time(void **state)
{
    const struct place_limits one = {.alive = 1, .at_work = 1};
    struct place p[2] = {{.state = PLACE_WAITING}, {0}};
    (void)state;
    assert_int_equal(places_next(p, 2, &one, 0, &again), PLACE_NONE);
    p[0].state = PLACE_OVER;
    assert_int_equal(places_next(p, 2, &one, 0, &again), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_are_at_work_and_many_wait),
        cmocka_unit_test(alone_until_some_time_after_its_signal),
        cmocka_unit_test(the_order_is_kept),
        cmocka_unit_test(apart_comes_last_and_beside_nobody),
        cmocka_unit_test(one_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
