/* What a comparison makes of two checks. */
#include "compare_kit.h"

static void add_defect(struct made *m, const char *id, enum severity severity, int64_t count,
                       int64_t of, bool listed)
{
    struct defect_summary *d = &m->defects[m->s.n_defects];
    struct run_tally *seen = m->seen[m->s.n_defects++];
    m->s.check = m->s.complete = true;
    m->s.defects = m->defects;
    m->s.grade = listed ? 'F' : 'A';
    *d = (struct defect_summary){id, "requests", severity, listed, seen, m->s.n_runs};
    for (size_t i = 0; i < m->s.n_runs; i++)
        seen[i] = (struct run_tally){i, count, of};
}

static enum change defect_change(int64_t before, int64_t after, int64_t of, size_t runs,
                                 enum severity severity)
{
    make(&a, runs);
    make(&b, runs);
    add_defect(&a, "x", severity, before, of, before > 0);
    add_defect(&b, "x", severity, after, of, after > 0);
    compare_summaries(&c, &a.s, &b.s, &usual);
    enum change change = change_of(&c, NULL, "x");
    comparison_free(&c);
    return change;
}

static void defects(void **state)
{
    (void)state;
    assert_int_equal(defect_change(0, 20, 20, 1, SEVERITY_HIGH), CHANGE_WORSE);
    assert_int_equal(defect_change(20, 0, 20, 1, SEVERITY_HIGH), CHANGE_BETTER);
    assert_int_equal(defect_change(0, 0, 20, 1, SEVERITY_HIGH), CHANGE_SAME);
    assert_int_equal(defect_change(2, 5, 20, 1, SEVERITY_CRITICAL), CHANGE_NOISE);
    assert_int_equal(defect_change(0, 3, 3, 1, SEVERITY_CRITICAL), CHANGE_FEW);
    assert_int_equal(defect_change(0, 3, 3, 3, SEVERITY_CRITICAL), CHANGE_WORSE);
    /* a yes or no a run is a fact, not a sample of one */
    assert_int_equal(defect_change(0, 1, 1, 1, SEVERITY_HIGH), CHANGE_WORSE);
    assert_int_equal(defect_change(1, 0, 1, 3, SEVERITY_HIGH), CHANGE_BETTER);
    /* milder than --fail-on */
    assert_int_equal(defect_change(0, 1, 1, 1, SEVERITY_INFO), CHANGE_OTHER);
    assert_int_equal(defect_change(0, 20, 20, 1, SEVERITY_INFO), CHANGE_OTHER);
}

/* A consequence that its cause had hidden on one side is not new when the cause is gone. */
static void consequences_are_not_news(void **state)
{
    (void)state;
    make(&a, 1);
    make(&b, 1);
    add_defect(&a, "cause", SEVERITY_HIGH, 20, 20, true);
    add_defect(&a, "consequence", SEVERITY_HIGH, 20, 20, false);
    add_defect(&b, "cause", SEVERITY_HIGH, 0, 20, false);
    add_defect(&b, "consequence", SEVERITY_HIGH, 20, 20, true);
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(change_of(&c, NULL, "cause"), CHANGE_BETTER);
    assert_int_equal(change_of(&c, NULL, "consequence"), CHANGE_SAME);
    comparison_free(&c);
    /* and one that came with its cause is told by it */
    b.defects[1].listed = false;
    a.seen[1][0].count = 0;
    a.seen[0][0].count = 0;
    b.seen[0][0].count = 20;
    b.defects[0].listed = true;
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(c.counts[CHANGE_WORSE], 1);
}

/* A verdict of an older drainctl does not say what it looked for and did not find. */
static void older_verdicts(void **state)
{
    (void)state;
    make(&a, 1);
    make(&b, 1);
    add_defect(&a, "known", SEVERITY_HIGH, 20, 20, true);
    a.s.complete = false;
    add_defect(&b, "known", SEVERITY_HIGH, 20, 20, true);
    add_defect(&b, "new", SEVERITY_HIGH, 20, 20, true);
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(c.value, VERDICT_PASSED);
    assert_int_equal(change_of(&c, NULL, "known"), CHANGE_SAME);
    assert_int_equal(c.n_only_head, 1);
    assert_non_null(strstr(c.only_head[0].why, "does not say"));
    comparison_free(&c);
    /* BASE has only its worst run: HEAD's others do not make it look better */
    make(&b, 3);
    add_defect(&b, "known", SEVERITY_HIGH, 0, 20, true);
    b.seen[0][1].count = 20;
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(change_of(&c, NULL, "known"), CHANGE_SAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(defects),
        T(consequences_are_not_news),
        T(older_verdicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
