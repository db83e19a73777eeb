/* 95 % intervals, against values from tables of Clopper and Pearson's bounds. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/interval.h"

static void near(double a, double b)
{
    if (fabs(a - b) > 0.0005)
        fail_msg("%f is not %f", a, b);
}

static void known_values(void **state)
{
    static const struct {
        int64_t k, n;
        double low, high;
    } rows[] = {
        {1, 10, 0.0025, 0.4450}, {3, 10, 0.0667, 0.6525},   {5, 10, 0.1871, 0.8129},
        {9, 10, 0.5550, 0.9975}, {10, 100, 0.0490, 0.1762}, {1, 2, 0.0126, 0.9874},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct interval v = interval_of(rows[i].k, rows[i].n);

        near(v.low, rows[i].low);
        near(v.high, rows[i].high);
    }
}

static void none_and_all_are_one_sided(void **state)
{
    (void)state;
    near(interval_of(0, 10).low, 0);
    near(interval_of(0, 10).high, 0.2589);
    near(interval_of(10, 10).low, 0.7411);
    near(interval_of(10, 10).high, 1);
    /* the rule of three */
    near(interval_of(0, 1000).high, 3.0 / 1000);
    near(interval_of(0, 1).high, 0.95);
}

static void nothing_known(void **state)
{
    (void)state;
    near(interval_of(0, 0).low, 0);
    near(interval_of(0, 0).high, 1);
    near(interval_of(3, 2).high, 1);
}

static void large_numbers_do_not_overflow(void **state)
{
    struct interval v = interval_of(5000, 10000);

    (void)state;
    near(v.low, 0.4902);
    near(v.high, 0.5098);
}

static void text(void **state)
{
    char out[80];

    (void)state;
    assert_string_equal(interval_text(3, 10, out, sizeof out), "95 %: 6.7 to 65 %");
    assert_string_equal(interval_text(0, 10, out, sizeof out), "95 %: at most 26 %");
    assert_string_equal(interval_text(10, 10, out, sizeof out), "95 %: at least 74 %");
    assert_string_equal(interval_text(0, 0, out, sizeof out), "95 %: 0 to 100 %");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values),  cmocka_unit_test(none_and_all_are_one_sided),
        cmocka_unit_test(nothing_known), cmocka_unit_test(large_numbers_do_not_overflow),
        cmocka_unit_test(text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
