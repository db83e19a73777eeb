/* Two sides of people. */
#include "compare_kit.h"

static void see(struct made *m, size_t run, enum saw saw, int64_t n, double seconds)
{
    struct users_summary *u = &m->loads[run][0].users;
    *u = (struct users_summary){.any = true, .intentions = 50, .seconds_lost = seconds};
    u->saw[saw] = n;
    u->saw[SAW_FINE] += 50 - n;
}

/* What people saw is tested among the intentions, and told in their words. */
static void people(void **state)
{
    (void)state;
    make(&a, 2);
    make(&b, 2);
    for (size_t i = 0; i < 2; i++) {
        lose(&a, i, 0);
        lose(&b, i, 0);
        see(&a, i, SAW_LATE, 20, 10);
        see(&b, i, SAW_LOST, 20, 60);
    }
    compare_summaries(&c, &a.s, &b.s, &usual);
    const struct compare_row *lost = row_of(&c, "long", "people saw lost");
    assert_int_equal(lost->kind, COMPARE_SAW);
    assert_int_equal(lost->change, CHANGE_WORSE);
    assert_string_equal(lost->before, "0 of 100");
    assert_string_equal(lost->after, "40 of 100");
    assert_int_equal(change_of(&c, "long", "people saw late"), CHANGE_OTHER); /* neither */
    const struct compare_row *seconds = row_of(&c, "long", "user-seconds lost");
    assert_int_equal(seconds->change, CHANGE_OTHER);
    assert_string_equal(seconds->before, "10.00 s");
    assert_string_equal(seconds->after, "60.00 s");
    for (size_t i = 0; i < c.n_rows; i++) /* the other load has no people, and no word of them */
        assert_true(!c.rows[i].load || strcmp(c.rows[i].load, "long") == 0 ||
                    c.rows[i].kind != COMPARE_SAW);
    assert_int_equal(c.value, VERDICT_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {T(people)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
