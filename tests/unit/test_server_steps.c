/* The closing steps: their order, side by side, what fails and what hangs. Time passes by hand, but
 * for the steps on threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "server/life/steps.h"

struct fixture {
    struct timers timers;
    struct steps steps;
    char text[512]; /* what was reported, in order */
    struct step *held[8];
    int n_held, given_up, finished;
};

static struct fixture *f;

static void report(void *ctx, const struct step *step)
{
    struct fixture *fixture = ctx;
    size_t len = strlen(fixture->text);
    snprintf(fixture->text + len, sizeof fixture->text - len, "%s %s; ", step->row.name,
             step_state_name(step->state));
}

static void finished(void *ctx)
{
    struct fixture *fixture = ctx;
    fixture->finished++;
}

/* --- steps --- */

static void at_once(struct step *step, void *arg)
{
    step_over(step, arg);
}

static void later(struct step *step, void *arg)
{
    (void)arg;
    f->held[f->n_held++] = step;
}

static void give_up(void *arg)
{
    (void)arg;
    f->given_up++;
}

static void add(const char *name, int place, int64_t limit_ns,
                void (*begin)(struct step *step, void *arg), const char *why)
{
    steps_add(&f->steps, &(struct step_row){.name = name,
                                            .place = place,
                                            .limit_ns = limit_ns,
                                            .begin = begin,
                                            .give_up = give_up,
                                            .arg = (void *)(uintptr_t)why});
}

static int set_up(void **state)
{
    static struct fixture fixture;
    (void)state;
    f = &fixture;
    memset(f, 0, sizeof *f);
    steps_init(&f->steps, &f->timers, f, report, finished);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    steps_leave(&f->steps);
    steps_free(&f->steps);
    timers_free(&f->timers);
    return 0;
}

static void begin_all(int64_t timeout_ns)
{
    steps_begin(&f->steps, clock_ns() + timeout_ns);
}

static void pass(int64_t ns)
{
    timers_run(&f->timers, clock_ns() + ns);
}

/* --- tests --- */

static void one_place_after_the_other(void **state)
{
    (void)state;
    add("third", 30, 0, at_once, NULL);
    add("first", 10, 0, later, NULL);
    add("second", 20, 0, later, NULL);
    begin_all(NS_PER_S);
    assert_int_equal(f->n_held, 1);
    step_over(f->held[0], NULL);
    assert_int_equal(f->n_held, 2);
    assert_string_equal(f->text, "first done; ");
    assert_int_equal(f->finished, 0);
    step_over(f->held[1], NULL);
    assert_string_equal(f->text, "first done; second done; third done; ");
    assert_int_equal(f->finished, 1);
    assert_int_equal(f->steps.bad, 0);
}

static void those_of_one_place_run_side_by_side(void **state)
{
    (void)state;
    add("a", 10, 0, later, NULL);
    add("b", 10, 0, later, NULL);
    add("after", 11, 0, at_once, NULL);
    begin_all(NS_PER_S);
    assert_int_equal(f->n_held, 2);
    step_over(f->held[1], NULL);
    assert_string_equal(f->text, "b done; ");
    step_over(f->held[0], NULL);
    assert_string_equal(f->text, "b done; a done; after done; ");
    assert_int_equal(f->finished, 1);
}

static void what_fails_is_named_and_keeps_no_other(void **state)
{
    (void)state;
    add("fails", 10, 0, at_once, "no such thing");
    add("after", 20, 0, at_once, NULL);
    begin_all(NS_PER_S);
    assert_string_equal(f->text, "fails failed; after done; ");
    assert_string_equal(f->steps.items[0].why, "no such thing");
    assert_int_equal(f->steps.bad, 1);
    assert_int_equal(f->finished, 1);
}

static void what_hangs_is_given_up_at_its_limit(void **state)
{
    (void)state;
    add("hangs", 10, 100 * NS_PER_MS, later, NULL);
    add("beside", 10, 0, later, NULL);
    add("after", 20, 0, at_once, NULL);
    begin_all(NS_PER_S);
    pass(50 * NS_PER_MS);
    assert_string_equal(f->text, "");
    pass(150 * NS_PER_MS);
    assert_string_equal(f->text, "hangs hung; ");
    assert_int_equal(f->given_up, 1);
    step_over(f->held[0], NULL); /* too late, and ignored */
    assert_string_equal(f->text, "hangs hung; ");
    step_over(f->held[1], NULL);
    assert_string_equal(f->text, "hangs hung; beside done; after done; ");
    assert_int_equal(f->finished, 1);
}

static void the_sum_is_bounded(void **state)
{
    (void)state;
    add("a", 10, 10 * NS_PER_S, later, NULL);
    add("b", 20, 10 * NS_PER_S, later, NULL);
    add("c", 30, 0, at_once, NULL);
    begin_all(0);
    for (int i = 0; i < 4 && !f->finished; i++)
        pass(NS_PER_MS);
    assert_string_equal(f->text, "a hung; b hung; c done; ");
    assert_int_equal(f->finished, 1);
}

static void what_its_caller_sees_to(void **state)
{
    (void)state;
    add("not-ready", 0, 0, NULL, NULL);
    add("requests-finished", 10, 0, NULL, NULL);
    add("pool-closed", 20, 0, at_once, NULL);
    steps_reach(&f->steps, "not-ready", NULL);
    steps_reach(&f->steps, "requests-finished", "requests were cut off");
    assert_int_equal(f->finished, 0);
    begin_all(NS_PER_S);
    assert_string_equal(f->text, "not-ready done; requests-finished failed; pool-closed done; ");
    assert_int_equal(f->finished, 1);
}

static int waits_for(void *arg)
{
    sem_wait(arg);
    return 0;
}

static int fails(void *arg)
{
    (void)arg;
    return -1;
}

/* Until the thread is over; the wake of a loop would say when. */
static void collect_until(const char *text)
{
    int64_t until = clock_ns() + 20 * NS_PER_S;
    while (!strstr(f->text, text) && clock_ns() < until) {
        steps_collect(&f->steps);
        poll(NULL, 0, 1);
    }
    assert_non_null(strstr(f->text, text));
}

static void a_step_may_block_on_a_thread(void **state)
{
    sem_t go;
    (void)state;
    sem_init(&go, 0, 0);
    steps_add(&f->steps, &(struct step_row){.name = "blocks", .work = waits_for, .arg = &go});
    steps_add(&f->steps, &(struct step_row){.name = "bad", .work = fails});
    begin_all(20 * NS_PER_S);
    collect_until("bad failed");
    assert_null(strstr(f->text, "blocks"));
    sem_post(&go);
    collect_until("blocks done");
    assert_int_equal(f->finished, 1);
    sem_destroy(&go);
}

static void a_thread_that_hangs_is_left_behind(void **state)
{
    static sem_t go; /* the thread outlives the steps */
    (void)state;
    sem_init(&go, 0, 0);
    steps_add(
        &f->steps,
        &(struct step_row){.name = "hangs", .limit_ns = NS_PER_MS, .work = waits_for, .arg = &go});
    add("after", 10, 0, at_once, NULL);
    begin_all(NS_PER_S);
    pass(2 * NS_PER_MS);
    assert_string_equal(f->text, "hangs hung; after done; ");
    assert_int_equal(f->finished, 1);
    sem_post(&go);
}

#define STEPS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STEPS_TEST(one_place_after_the_other),
        STEPS_TEST(those_of_one_place_run_side_by_side),
        STEPS_TEST(what_fails_is_named_and_keeps_no_other),
        STEPS_TEST(what_hangs_is_given_up_at_its_limit),
        STEPS_TEST(the_sum_is_bounded),
        STEPS_TEST(what_its_caller_sees_to),
        STEPS_TEST(a_step_may_block_on_a_thread),
        STEPS_TEST(a_thread_that_hangs_is_left_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
