/* Fisher's test against exact rational arithmetic, and what noise does to a comparison. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compare/contrast.h"
#include "compare/fisher.h"
#include "base/interval.h"

static void near(double a, double b, double relative)
{
    if (fabs(a - b) > relative * fabs(b))
        fail_msg("%.17g is not %.17g", a, b);
}

/* Python 3, whole numbers and fractions only:
 *   w = [comb(n, x) * comb(m, a + b - x) for x in range(max(0, a + b - m), min(n, a + b) + 1)]
 *   limit = Fraction(w[a - max(0, a + b - m)]) * (1 + Fraction(1, 10**7))
 *   p = float(Fraction(sum(x for x in w if x <= limit), sum(w))) */
static const struct table {
    int64_t a, n, b, m;
    double p;
} tables[] = {
    {3, 4, 1, 4, 0.4857142857142857}, /* the lady tasting tea */
    {8, 10, 1, 10, 0.005477494641581329},
    {0, 20, 20, 20, 1.4508889103849688e-11},
    {0, 20, 1, 20, 1.0},
    {0, 3, 3, 3, 0.1},
    {0, 3, 2, 3, 0.4},
    {5, 5, 0, 5, 0.007936507936507936},
    {1, 10, 11, 12, 0.0002891844997108155},
    {2, 17, 9, 14, 0.0067826301902812035},
    {50, 50, 0, 50, 1.9823306042836678e-29},
    {0, 50, 3, 50, 0.24242424242424243},
    {12, 5000, 31, 5000, 0.0053047452812859846},
    {96, 100, 94, 100, 0.7475297501290481},
    {7, 13, 7, 13, 1.0},
    {0, 1, 1, 1, 1.0},
    {17, 20, 20, 20, 0.23076923076923078},
    {3, 20000, 20, 20000, 0.0004865942766092676},
    {9900, 20000, 10100, 20000, 0.04658958368256745},
    {200, 20000, 0, 300, 0.12719460325074478},
    {4, 9, 100, 1000, 0.008935934013362257},
    {10, 1000000, 30, 1000000, 0.002221214061189479},
};

static void against_exact_fractions(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        near(fisher_exact(tables[i].a, tables[i].n, tables[i].b, tables[i].m), tables[i].p, 1e-7);
}

static void symmetric(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const struct table *t = &tables[i];
        near(fisher_exact(t->b, t->m, t->a, t->n), t->p, 1e-7);               /* sides */
        near(fisher_exact(t->n - t->a, t->n, t->m - t->b, t->m), t->p, 1e-7); /* hit and miss */
    }
}

/* The further from the share of the other side, the smaller; always in (0, 1]. */
static void monotone_and_bounded(void **state)
{
    (void)state;
    for (int64_t n = 1; n <= 12; n++)
        for (int64_t m = 1; m <= 12; m++)
            for (int64_t a = 0; a <= n; a++)
                for (int64_t b = 0; b <= m; b++) {
                    double p = fisher_exact(a, n, b, m);
                    assert_true(p > 0 && p <= 1);
                    assert_true(p >= fisher_least(a + b, n, m) * (1 - 1e-9));
                }
    for (int64_t b = 0; b < 50; b++)
        assert_true(fisher_exact(0, 50, b, 50) >= fisher_exact(0, 50, b + 1, 50));
}

static void empty_and_huge_tables(void **state)
{
    (void)state;
    near(fisher_exact(0, 0, 3, 5), 1, 0);
    near(fisher_exact(0, 0, 0, 0), 1, 0);
    near(fisher_exact(0, 20000, 0, 20000), 1, 0);
    near(fisher_exact(10000, 20000, 10000, 20000), 1, 0);
    double p = fisher_exact(0, 20000, 20000, 20000);
    assert_true(p > 0 && p < 1e-300); /* 10^-12038: too small for a double, and still not 0 */
    p = fisher_exact(INT64_C(400000000), INT64_C(1000000000), INT64_C(400100000),
                     INT64_C(1000000000));
    assert_true(p > 4e-6 && p < 6e-6); /* z = 4.56 */
}

static void least_tells_too_few(void **state)
{
    (void)state;
    near(fisher_least(3, 3, 3), 0.1, 1e-9);
    near(fisher_least(1, 500, 500), 1, 1e-9);
    near(fisher_least(0, 20, 20), 1, 0);
    near(fisher_least(20, 20, 20), 1.4508889103849688e-11, 1e-7);
}

/* R. G. Newcombe, Statistics in Medicine 17 (1998), table II, method 10. */
static void difference_as_newcombe_has_it(void **state)
{
    static const struct {
        double a, n, b, m, low, high;
    } rows[] = {
        {48, 80, 56, 70, 0.0524, 0.3339}, {3, 10, 9, 10, 0.1705, 0.8090},
        {2, 7, 6, 7, 0.0582, 0.8062},     {0, 29, 5, 56, -0.0381, 0.1926},
        {0, 20, 0, 10, -0.1611, 0.2775},  {0, 10, 0, 10, -0.2775, 0.2775},
        {0, 20, 10, 10, 0.6791, 1.0000},  {0, 10, 10, 10, 0.6075, 1.0000},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct interval v =
            interval_difference(rows[i].a / rows[i].n, rows[i].n, rows[i].b / rows[i].m, rows[i].m);
        if (fabs(v.low - rows[i].low) > 0.00005001 || fabs(v.high - rows[i].high) > 0.00005001)
            fail_msg("row %zu: %f to %f", i, v.low, v.high);
    }
}

static void holm_steps_down(void **state)
{
    double p[] = {0.04, 0.01, 0.03, 0.005}, none[1] = {0};
    (void)state;
    holm_adjust(p, 4); /* 0.005·4, 0.01·3, 0.03·2, then never less */
    near(p[3], 0.02, 1e-12);
    near(p[1], 0.03, 1e-12);
    near(p[2], 0.06, 1e-12);
    near(p[0], 0.06, 1e-12);
    holm_adjust(none, 0);
    double high[] = {0.6, 0.7};
    holm_adjust(high, 2);
    near(high[0], 1, 0);
}

/* --- noise --- */

/* xorshift64*, so that every machine draws the same. */
static uint64_t draw_state = 42;

static double draw(void)
{
    draw_state ^= draw_state >> 12;
    draw_state ^= draw_state << 25;
    draw_state ^= draw_state >> 27;
    return (double)(draw_state * UINT64_C(2685821657736338717) >> 11) / 9007199254740992.0;
}

static int64_t binomial(int64_t n, double share)
{
    int64_t k = 0;
    for (int64_t i = 0; i < n; i++)
        k += draw() < share;
    return k;
}

/* Both sides from the same binomial: at most alpha of the pairs may look different. */
static void same_server_is_seldom_called_different(void **state)
{
    enum { PAIRS = 4000 };
    static const double shares[] = {0.01, 0.1, 0.5, 0.9};
    (void)state;
    for (size_t s = 0; s < sizeof shares / sizeof *shares; s++) {
        int called = 0;
        for (int i = 0; i < PAIRS; i++) {
            struct cluster a = {NULL, binomial(40, shares[s]), 40};
            struct cluster b = {NULL, binomial(60, shares[s]), 60};
            called += contrast_of(&a, 1, &b, 1).p < 0.05;
        }
        if (called > PAIRS / 20)
            fail_msg("share %g: %d of %d", shares[s], called, PAIRS);
    }
}

/* Five runs a side; of a race either all of a run's attempts are lost or none, by the toss of a
 * coin. Taken attempt by attempt nearly everything looks different; by runs, hardly anything. */
static void one_lost_race_is_not_twenty(void **state)
{
    enum { PAIRS = 4000, RUNS = 5 };
    int naive = 0, called = 0;
    (void)state;
    for (int i = 0; i < PAIRS; i++) {
        struct cluster side[2][RUNS];
        int64_t sum[2] = {0};
        for (int k = 0; k < 2 * RUNS; k++) {
            side[k / RUNS][k % RUNS] = (struct cluster){NULL, draw() < 0.5 ? 20 : 0, 20};
            sum[k / RUNS] += side[k / RUNS][k % RUNS].count;
        }
        naive += fisher_exact(sum[0], 20 * RUNS, sum[1], 20 * RUNS) < 0.05;
        called += contrast_of(side[0], RUNS, side[1], RUNS).p < 0.05;
    }
    print_message("clustered: naive %d, corrected %d of %d\n", naive, called, PAIRS);
    if (called > PAIRS / 20 || naive < PAIRS / 2)
        fail_msg("naive %d, corrected %d of %d", naive, called, PAIRS);
}

static void design_effect(void **state)
{
    struct cluster none[] = {{NULL, 0, 20}, {NULL, 0, 20}, {NULL, 0, 20}};
    struct cluster all[] = {{NULL, 20, 20}, {NULL, 20, 20}, {NULL, 20, 20}};
    struct cluster some[] = {{NULL, 0, 20}, {NULL, 18, 20}, {NULL, 20, 20}};
    (void)state;
    struct contrast c = contrast_of(none, 3, all, 3); /* nothing varies: each attempt counts */
    near(c.design, 1, 0);
    assert_true(c.p < 1e-30);
    near(c.difference, 1, 0);
    c = contrast_of(none, 3, some, 3); /* lost in two of three runs, perhaps by luck */
    assert_true(c.design > 10);
    assert_true(c.p > 0.1);
    assert_int_equal(c.head_runs, 3);
    c = contrast_of(none, 1, some, 3); /* one side's runs are enough to see it */
    assert_true(c.p > 0.1);
    c = contrast_of(none, 0, some, 3);
    assert_true(isnan(c.p));
}

/* Runs that did different things are not repeats of one another. */
static void strata_are_not_repeats(void **state)
{
    static const char x[] = "x", y[] = "y";
    struct cluster base[] = {{x, 0, 20}, {y, 20, 20}}, head[] = {{x, 0, 20}, {y, 0, 20}};
    (void)state;
    struct contrast c = contrast_of(base, 2, head, 2);
    near(c.design, 1, 0);
    assert_true(c.p < 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(against_exact_fractions),
        cmocka_unit_test(symmetric),
        cmocka_unit_test(monotone_and_bounded),
        cmocka_unit_test(empty_and_huge_tables),
        cmocka_unit_test(least_tells_too_few),
        cmocka_unit_test(difference_as_newcombe_has_it),
        cmocka_unit_test(holm_steps_down),
        cmocka_unit_test(same_server_is_seldom_called_different),
        cmocka_unit_test(one_lost_race_is_not_twenty),
        cmocka_unit_test(design_effect),
        cmocka_unit_test(strata_are_not_repeats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
