/* What a comparison makes of runs of scenarios. */
#include "compare_kit.h"

static void all_lost_is_a_regression(void **state)
{
    (void)state;
    make(&a, 1);
    make(&b, 1);
    lose(&a, 0, 0);
    lose(&b, 0, 20);
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(c.value, VERDICT_FAILED);
    const struct compare_row *row = row_of(&c, "long", "cut-off");
    assert_int_equal(row->change, CHANGE_WORSE);
    assert_true(row->p < 1e-9 && row->p >= row->test.p);
    assert_string_equal(row->before, "0 of 20");
    assert_string_equal(row->after, "20 of 20");
    assert_int_equal(change_of(&c, NULL, "long: 100% completed"), CHANGE_WORSE);
    assert_int_equal(c.counts[CHANGE_WORSE], 2); /* the loss, once, and the expectation */
    assert_int_equal(c.tests, 2);
    assert_true(c.single);
    assert_int_equal(change_of(&c, NULL, "exit"), CHANGE_SAME);
}

static void the_reverse_is_an_improvement(void **state)
{
    (void)state;
    make(&a, 1);
    make(&b, 1);
    lose(&a, 0, 20);
    lose(&b, 0, 0);
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(c.value, VERDICT_PASSED);
    assert_int_equal(c.counts[CHANGE_BETTER], 2);
    assert_int_equal(c.counts[CHANGE_WORSE], 0);
}

static void two_of_twenty_is_noise(void **state)
{
    (void)state;
    make(&a, 1);
    make(&b, 1);
    lose(&a, 0, 1);
    lose(&b, 0, 4);
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(c.value, VERDICT_PASSED);
    assert_int_equal(change_of(&c, "long", "cut-off"), CHANGE_NOISE);
    comparison_free(&c);
    make(&a, 1);
    make(&b, 1);
    lose(&a, 0, 0);
    lose(&b, 0, 2); /* 2 of 40 can never tell: the expectation flips, and is noise, too */
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(change_of(&c, "long", "cut-off"), CHANGE_FEW);
    assert_int_equal(change_of(&c, NULL, "long: 100% completed"), CHANGE_FEW);
    assert_int_equal(c.value, VERDICT_PASSED);
}

static void same_is_the_same(void **state)
{
    (void)state;
    make(&a, 3);
    for (size_t i = 0; i < 3; i++)
        lose(&a, i, (int64_t)i);
    b = a;
    b.s.runs = b.runs;
    compare_summaries(&c, &a.s, &b.s, &usual);
    for (size_t i = 0; i < c.n_rows; i++)
        assert_int_equal(c.rows[i].change, CHANGE_SAME);
    assert_int_equal(c.counts[CHANGE_SAME], c.n_rows);
}

/* In one of three runs everything is lost: a race, not twenty losses. */
static void a_lost_race_is_noise(void **state)
{
    (void)state;
    make(&a, 3);
    make(&b, 3);
    for (size_t i = 0; i < 3; i++) {
        lose(&a, i, 0);
        lose(&b, i, i == 1 ? 20 : 0);
    }
    compare_summaries(&c, &a.s, &b.s, &usual);
    const struct compare_row *row = row_of(&c, "long", "cut-off");
    assert_true(row->change == CHANGE_NOISE || row->change == CHANGE_FEW);
    assert_true(row->test.design > 5);
    assert_int_equal(c.value, VERDICT_PASSED);
}

/* How long the drain takes, and how long the run took before it, must not dilute what is lost. */
static void neither_time_before_nor_refusals_dilute(void **state)
{
    (void)state;
    make(&a, 1);
    make(&b, 1);
    put(&a.loads[0][1], PHASE_IDLE, OUTCOME_CUT_OFF, 10);
    put(&a.loads[0][1], PHASE_IDLE, OUTCOME_COMPLETED, 10);
    put(&b.loads[0][1], PHASE_IDLE, OUTCOME_CUT_OFF, 10);
    put(&b.loads[0][1], PHASE_IDLE, OUTCOME_COMPLETED, 10);
    put(&b.loads[0][1], PHASE_DONE, OUTCOME_COMPLETED, 50000);
    put(&b.loads[0][1], PHASE_NOT_STARTED, OUTCOME_REFUSED, 50000);
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(change_of(&c, "steady", "cut-off"), CHANGE_SAME);
    /* more refusals are told, and are neither good nor bad */
    assert_int_equal(change_of(&c, "steady", "refused"), CHANGE_OTHER);
    assert_int_equal(c.value, VERDICT_PASSED);
}

/* 5 of 5000 are the same five users as 5 of 20. */
static void the_number_must_rise_too(void **state)
{
    (void)state;
    make(&a, 1);
    make(&b, 1);
    put(&a.loads[0][1], PHASE_NOT_STARTED, OUTCOME_CUT_OFF, 5);
    put(&a.loads[0][1], PHASE_NOT_STARTED, OUTCOME_COMPLETED, 4995);
    put(&b.loads[0][1], PHASE_NOT_STARTED, OUTCOME_CUT_OFF, 5);
    put(&b.loads[0][1], PHASE_NOT_STARTED, OUTCOME_COMPLETED, 15);
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(change_of(&c, "steady", "cut-off"), CHANGE_OTHER);
    assert_int_equal(c.value, VERDICT_PASSED);
}

/* What was answered and is now turned away is worse, and is no loss. */
static void refused_instead_of_completed(void **state)
{
    (void)state;
    make(&a, 1);
    make(&b, 1);
    put(&a.loads[0][0], PHASE_WAITING, OUTCOME_COMPLETED, 20);
    put(&b.loads[0][0], PHASE_WAITING, OUTCOME_REFUSED, 20);
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(change_of(&c, "long", "completed rather than refused"), CHANGE_WORSE);
    assert_int_equal(change_of(&c, "long", "refused"), CHANGE_OTHER);
    comparison_free(&c);
    /* what was cut off and is now turned away is better */
    make(&a, 1);
    put(&a.loads[0][0], PHASE_WAITING, OUTCOME_CUT_OFF, 20);
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(c.value, VERDICT_PASSED);
}

static void small_effects_can_be_ruled_out(void **state)
{
    struct compare_options o = usual;
    (void)state;
    make(&a, 1);
    make(&b, 1);
    put(&a.loads[0][1], PHASE_NOT_STARTED, OUTCOME_COMPLETED, 20000);
    put(&b.loads[0][1], PHASE_NOT_STARTED, OUTCOME_COMPLETED, 19980);
    put(&b.loads[0][1], PHASE_NOT_STARTED, OUTCOME_FAILED, 20);
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(change_of(&c, "steady", "failed"), CHANGE_WORSE);
    comparison_free(&c);
    o.min_effect = 0.01;
    compare_summaries(&c, &a.s, &b.s, &o);
    assert_int_equal(change_of(&c, "steady", "failed"), CHANGE_NOISE);
    comparison_free(&c);
    o = usual;
    o.alpha = 1e-9;
    compare_summaries(&c, &a.s, &b.s, &o);
    assert_int_equal(c.value, VERDICT_PASSED);
}

static void endings(void **state)
{
    static const struct {
        int code, signo;
        bool exited;
        enum change change;
    } rows[] = {
        {0, 0, true, CHANGE_SAME},        {3, 0, true, CHANGE_WORSE},
        {0, SIGTERM, true, CHANGE_OTHER}, /* by the signal that was sent: a matter of taste */
        {0, SIGSEGV, true, CHANGE_WORSE}, {0, SIGKILL, true, CHANGE_WORSE},
        {0, 0, false, CHANGE_WORSE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        make(&a, 1);
        make(&b, 1);
        lose(&a, 0, 0);
        lose(&b, 0, 0);
        b.runs[0].sent |= UINT64_C(1) << SIGKILL;
        b.runs[0].target.exit_code = rows[i].code;
        b.runs[0].target.exit_signal = rows[i].signo;
        b.runs[0].target.exited = rows[i].exited;
        compare_summaries(&c, &a.s, &b.s, &usual);
        if (change_of(&c, NULL, "exit") != rows[i].change)
            fail_msg("row %zu: %s", i, change_words[change_of(&c, NULL, "exit")]);
        comparison_free(&c);
    }
}

/* A fact that is so in some runs only is no sample of fewer than four. */
static void facts_over_runs(void **state)
{
    (void)state;
    make(&a, 3);
    make(&b, 3);
    for (size_t i = 0; i < 3; i++) {
        lose(&a, i, 0);
        lose(&b, i, 0);
    }
    b.runs[1].target.exit_code = 1;
    b.expects[1][1].value = VERDICT_FAILED;
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(change_of(&c, NULL, "exit"), CHANGE_FEW);
    assert_string_equal(row_of(&c, NULL, "exit")->after, "code 0, code 1");
    assert_string_equal(row_of(&c, NULL, "target exits with code 0")->after, "held in 2 of 3 runs");
    assert_int_equal(c.value, VERDICT_PASSED);
}

static void four_runs_are_a_sample(void **state)
{
    (void)state;
    make(&a, 4);
    make(&b, 4);
    for (size_t i = 0; i < 4; i++) {
        lose(&a, i, 0);
        lose(&b, i, 0);
        b.expects[i][1].value = VERDICT_FAILED;
    }
    compare_summaries(&c, &a.s, &b.s, &usual);
    const struct compare_row *row = row_of(&c, NULL, "target exits with code 0");
    assert_true(row->tested);
    assert_true(fabs(row->p - 2.0 / 70) < 1e-9); /* 4 of 8, all on one side or the other */
    assert_int_equal(row->change, CHANGE_WORSE);
}

static void times_are_facts(void **state)
{
    (void)state;
    make(&a, 1);
    make(&b, 1);
    lose(&a, 0, 0);
    lose(&b, 0, 0);
    b.runs[0].target.exit_after_ms = 540; /* within 50 ms */
    b.loads[0][0].p99_ms = 900;
    b.loads[0][0].p50_ms = NAN;
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(change_of(&c, NULL, "exit after"), CHANGE_SAME);
    assert_int_equal(change_of(&c, "long", "latency p99"), CHANGE_OTHER);
    assert_int_equal(change_of(&c, "long", "latency p50"), CHANGE_OTHER);
    assert_false(row_of(&c, "long", "latency p99")->tested);
    assert_int_equal(c.value, VERDICT_PASSED);
}

static void nothing_in_common(void **state)
{
    (void)state;
    make(&a, 1);
    make(&b, 1);
    b.runs[0].scenario = "another";
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(c.value, VERDICT_INCONCLUSIVE);
    assert_string_equal(c.why, "no scenario is on both sides");
    assert_int_equal(c.n_only_base, 1);
    assert_int_equal(c.n_only_head, 1);
    comparison_free(&c);

    make(&b, 1);
    b.runs[0].value = VERDICT_INCONCLUSIVE;
    b.runs[0].why = "the target did not start";
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(c.value, VERDICT_INCONCLUSIVE);
    assert_non_null(strstr(c.why, "the target did not start"));
    comparison_free(&c);

    b.runs[0].ground = GROUND_NOTHING_EXPECTED; /* its attempts stand all the same */
    lose(&a, 0, 0);
    lose(&b, 0, 20);
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(c.value, VERDICT_FAILED);
    comparison_free(&c);

    b.s.check = true;
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(c.value, VERDICT_INCONCLUSIVE);
}

static void what_is_only_on_one_side(void **state)
{
    (void)state;
    make(&a, 1);
    make(&b, 1);
    lose(&a, 0, 0);
    lose(&b, 0, 0);
    b.loads[0][1].name = "new";
    b.expects[0][1].text = "something else";
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(c.n_only_base, 2);
    assert_int_equal(c.n_only_head, 2);
    assert_string_equal(c.only_head[0].name, "new");
    assert_int_equal(c.value, VERDICT_PASSED);
}

/* After the signal everybody was turned away, and now everybody is cut off: nobody was served on
 * the first side, and yet it is worse. */
static void from_refused_to_cut_off(void **state)
{
    (void)state;
    make(&a, 1);
    make(&b, 1);
    put(&a.loads[0][1], PHASE_NOT_STARTED, OUTCOME_REFUSED, 50);
    put(&b.loads[0][1], PHASE_NOT_STARTED, OUTCOME_CUT_OFF, 50);
    compare_summaries(&c, &a.s, &b.s, &usual);
    const struct compare_row *row = row_of(&c, "steady", "cut-off");
    assert_int_equal(row->change, CHANGE_WORSE);
    assert_string_equal(row->before, "0 of 50");
    assert_string_equal(row->after, "50 of 50");
    assert_int_equal(c.value, VERDICT_FAILED);
}

/* Who gave up on purpose was not turned away. */
static void aborted_is_not_refused(void **state)
{
    (void)state;
    make(&a, 1);
    make(&b, 1);
    put(&a.loads[0][0], PHASE_WAITING, OUTCOME_COMPLETED, 50);
    put(&b.loads[0][0], PHASE_WAITING, OUTCOME_COMPLETED, 25);
    put(&b.loads[0][0], PHASE_WAITING, OUTCOME_ABORTED, 25);
    compare_summaries(&c, &a.s, &b.s, &usual);
    assert_int_equal(change_of(&c, "long", "completed rather than refused"), CHANGE_SAME);
    assert_int_equal(c.value, VERDICT_PASSED);
}

/* "code 1" stands in "code 143", and is another ending all the same. */
static void endings_are_whole_words(void **state)
{
    (void)state;
    make(&a, 2);
    make(&b, 2);
    a.runs[0].target.exit_code = b.runs[0].target.exit_code = b.runs[1].target.exit_code = 143;
    a.runs[1].target.exit_code = 1;
    compare_summaries(&c, &a.s, &b.s, &usual);
    const struct compare_row *row = row_of(&c, NULL, "exit");
    assert_string_equal(row->before, "code 143, code 1");
    assert_string_equal(row->after, "code 143");
    assert_int_not_equal(row->change, CHANGE_SAME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(all_lost_is_a_regression),
        T(the_reverse_is_an_improvement),
        T(two_of_twenty_is_noise),
        T(same_is_the_same),
        T(a_lost_race_is_noise),
        T(neither_time_before_nor_refusals_dilute),
        T(the_number_must_rise_too),
        T(refused_instead_of_completed),
        T(small_effects_can_be_ruled_out),
        T(endings),
        T(endings_are_whole_words),
        T(from_refused_to_cut_off),
        T(aborted_is_not_refused),
        T(facts_over_runs),
        T(four_runs_are_a_sample),
        T(times_are_facts),
        T(nothing_in_common),
        T(what_is_only_on_one_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
