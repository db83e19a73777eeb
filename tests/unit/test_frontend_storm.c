/* The simulator: its sums, its figures for cases that can be told by hand, and that the same plan
 * gives the same storm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "frontend/storm.h"

static struct storm_plan plan_of(const char *policy)
{
    struct storm_plan p = {.what = FE_READ,
                           .clients = 2000,
                           .every = 10000,
                           .before = 5000,
                           .outage = 5000,
                           .longest = 60000,
                           .open = 1,
                           .service = 20,
                           .seed = 7};
    assert_int_equal(fe_policy_named(policy, &p.policy), 0);
    return p;
}

static struct storm_result storm_of(const struct storm_plan *p)
{
    struct storm_result r;
    storm_run(p, &r);
    return r;
}

static uint64_t sum(const struct storm_result *r, size_t from, size_t to)
{
    uint64_t all = 0;
    for (size_t i = from; i < to && i < r->n_bins; i++)
        all += r->bins[i];
    return all;
}

/* 2000 clients with a wish every 10 s are 20 in 100 ms. */
static void test_normal_rate(void **state)
{
    struct storm_plan p = plan_of("none");
    struct storm_result r = storm_of(&p);
    (void)state;
    assert_true(r.normal > 18 && r.normal < 22);
    assert_true(r.bytes <= (uint64_t)p.clients * STORM_BYTES);
    storm_free(&r);
}

/* After 1 s, 2 s and 4 s, all in the same instant: at 1, 3 and 7 s. */
static void test_exponential_comes_in_waves(void **state)
{
    struct storm_plan p = plan_of("exponential");
    struct storm_result r = storm_of(&p);
    (void)state;
    assert_int_equal(r.affected, p.clients);
    assert_true(sum(&r, 10, 11) >= p.clients);
    assert_true(sum(&r, 30, 31) >= p.clients);
    assert_true(sum(&r, 70, 71) >= p.clients);
    assert_true(sum(&r, 8, 10) < p.clients / 4);
    assert_int_equal(r.peak, r.bins[70]);
    assert_int_equal(r.peak_at, 2000);
    assert_true(r.peak_ratio > 90 && r.peak_ratio < 115);
    storm_free(&r);
}

/* The third try of all comes 4 to 5 s after the second, which came 3 to 5 s after the loss: from
 * 7 s to 10 s, so that no tenth of a second has more than an eighth of them. */
static void test_jitter_spreads(void **state)
{
    struct storm_plan p = plan_of("exponential+jitter");
    struct storm_result r = storm_of(&p);
    (void)state;
    assert_true(sum(&r, 70, 101) >= p.clients);
    assert_true(r.peak < p.clients / 8);
    assert_int_equal(r.given_up, 0);
    assert_int_equal(r.unserved, 0);
    assert_true(r.served_after > 4000 && r.served_after < 6000);
    storm_free(&r);
}

/* Three tries within 3 s of a server that is away for 5 s: everyone sees an error. */
static void test_fixed_gives_up_too_early(void **state)
{
    struct storm_plan p = plan_of("fixed");
    struct storm_result r = storm_of(&p);
    (void)state;
    assert_true(r.given_up >= p.clients);
    storm_free(&r);
}

static void test_streams(void **state)
{
    struct storm_plan p = plan_of("naive");
    struct storm_result r;
    (void)state;
    p.what = FE_HOLD;
    r = storm_of(&p);
    assert_true(r.bins[30] >= p.clients && r.bins[60] >= p.clients); /* every 3 s, together */
    assert_int_equal(r.unserved, 0);
    storm_free(&r);
    assert_int_equal(fe_policy_named("careful", &p.policy), 0);
    r = storm_of(&p);
    assert_true(r.peak < p.clients / 8);
    assert_int_equal(r.unserved, 0);
    storm_free(&r);
    assert_int_equal(fe_policy_named("none", &p.policy), 0); /* no reconnect: gone for good */
    r = storm_of(&p);
    assert_int_equal(r.unserved, p.clients);
    storm_free(&r);
}

/* A queue of 3 s before a page that waits for one: the server works for no client. */
static void test_wasted_work(void **state)
{
    struct storm_plan p = plan_of("exponential+jitter");
    struct storm_result r;
    (void)state;
    p.policy.timeout = 1000;
    p.capacity = 250;
    p.backlog = 750;
    r = storm_of(&p);
    assert_true(r.wasted > r.answered / 4);
    storm_free(&r);
    p.policy.timeout = 30000;
    r = storm_of(&p);
    assert_int_equal(r.wasted, 0);
    storm_free(&r);
}

/* Every attempt of the outage and after is turned away, answered, cut or under way at the end; each
 * lands in one bin. */
static void test_sums(void **state)
{
    static const char *const all[] = {"naive", "none", "fixed", "exponential",
                                      "exponential+jitter"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        struct storm_plan p = plan_of(all[i]);
        p.capacity = 800;
        p.backlog = 400;
        struct storm_result r = storm_of(&p);
        /* the bins leave out the end, which is no whole one */
        assert_true(r.refused + r.answered <= r.attempts);
        assert_true(r.attempts - r.refused - r.answered <= p.backlog + 100);
        assert_true(r.attempts - sum(&r, 0, r.n_bins) <= 2000);
        storm_free(&r);
    }
}

static void test_same_seed_same_storm(void **state)
{
    struct storm_plan p = plan_of("careful");
    struct storm_result a = storm_of(&p), b = storm_of(&p), c;
    (void)state;
    p.seed++;
    c = storm_of(&p);
    assert_int_equal(a.n_bins, b.n_bins);
    assert_memory_equal(a.bins, b.bins, a.n_bins * sizeof *a.bins);
    assert_int_equal(a.steps, b.steps);
    assert_int_not_equal(a.steps, c.steps);
    storm_free(&a);
    storm_free(&b);
    storm_free(&c);
}

/* Orders wait in the offline queue, and all of them are delivered. */
static void test_queue(void **state)
{
    struct storm_plan p = plan_of("careful");
    (void)state;
    p.what = FE_WRITE;
    p.outage = 30000;
    struct storm_result r = storm_of(&p);
    assert_true(r.queued > p.clients);
    assert_int_equal(r.given_up, 0);
    assert_int_equal(r.unserved, 0);
    assert_true(r.bytes > (uint64_t)p.clients * sizeof(struct fe_state));
    storm_free(&r);
}

/* A form every 10 s from another origin: each has a preflight before it, since what the last one
 * allowed counts for 5 s. No work is done for it. */
static void test_preflights(void **state)
{
    struct storm_plan p = plan_of("exponential+jitter");
    (void)state;
    p.what = FE_WRITE;
    struct storm_result own = storm_of(&p);
    snprintf(p.policy.origin.at, sizeof p.policy.origin.at, "https://shop.example");
    p.policy.origin.preflight[FE_WRITE] = true;
    struct storm_result other = storm_of(&p);
    assert_true(other.normal > 1.9 * own.normal && other.normal < 2.1 * own.normal);
    /* cut in flight: without a key each of these is given up, in both */
    assert_int_equal(other.affected, own.affected);
    assert_int_equal(other.unserved, 0);
    assert_true(other.answered < own.answered + own.answered / 10);
    storm_free(&own);
    storm_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normal_rate),    cmocka_unit_test(test_exponential_comes_in_waves),
        cmocka_unit_test(test_jitter_spreads), cmocka_unit_test(test_fixed_gives_up_too_early),
        cmocka_unit_test(test_streams),        cmocka_unit_test(test_wasted_work),
        cmocka_unit_test(test_sums),           cmocka_unit_test(test_same_seed_same_storm),
        cmocka_unit_test(test_queue),          cmocka_unit_test(test_preflights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
