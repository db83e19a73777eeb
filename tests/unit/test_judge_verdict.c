/* What makes a verdict: each ground for being failed or inconclusive. */
#include "judged.h"

/* Judge, and hold verdict and reason against what is expected; `why` is a part of it. */
static void check(struct judged *j, enum verdict_value value, const char *why)
{
    const struct run_verdict *v = judge(j);
    if (v->value != value || (why && (!v->because.why || !strstr(v->because.why, why))))
        fail_msg("%s: %s", verdict_word(v->value), v->because.why ? v->because.why : "no reason");
    if (!why)
        assert_null(v->because.why);
    done(j);
}

static void passed(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_end(&j.text, 70);
    check(&j, VERDICT_PASSED, NULL);
}

static void failed(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_answer(&j.text, 1, 0, 10, 60, 500, 5);
    script_signal(&j.text, 50, 0, 15);
    script_end(&j.text, 70);
    check(&j, VERDICT_FAILED, "'work: 100% completed' did not hold: 0 of 1 attempts completed");
}

static void control_run(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, PLAN(SCRIPT_ONE_LOAD, COMPLETED));
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
    script_line(&j.text, 61, "target-kill", "\"pid\":4711");
    script_end(&j.text, 70);
    const struct run_verdict *v = judge(&j);
    assert_int_equal(v->value, VERDICT_PASSED);
    assert_false(v->target.exited);
    assert_true(v->target.killed);
    assert_true(isnan(v->target.exit_after_ms));
    done(&j);
}

static void nothing_in_flight(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_answer(&j.text, 1, 0, 10, 40, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_end(&j.text, 70);
    check(&j, VERDICT_INCONCLUSIVE, "nothing was in flight at SIGTERM");
}

/* On a busy machine none of the last requests had been answered at the signal; that others for the
 * same path had been, and how fast, tells that the path is not slow. */
static void a_path_that_is_not_slow(void **state)
{
    static const struct {
        const char *path;
        double took;
        enum verdict_value value;
    } rows[] = {{"/slow", 2, VERDICT_INCONCLUSIVE},
                {"/slow", 300, VERDICT_PASSED},
                {"/other", 2, VERDICT_PASSED}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct judged j;
        char plan[1024];
        snprintf(plan, sizeof plan,
                 "{\"name\":\"n\",\"audit\":true," SCRIPT_TARGET ",\"loads\":["
                 "{\"name\":\"kept\",\"request\":{\"path\":\"%s\"}},"
                 "{\"name\":\"waiting\",\"request\":{\"path\":\"/slow\"}}],\"signals\":["
                 "{\"send\":\"SIGTERM\",\"when\":{\"load\":\"waiting\",\"in_flight\":1}}]}",
                 rows[i].path);
        begin(&j, plan);
        script_answer(&j.text, 1, 0, 10, 10 + rows[i].took, 404, 5);
        script_answer(&j.text, 2, 1, 540, 603, 404, 5);
        script_signal(&j.text, 600, 0, 15);
        script_end(&j.text, 620);
        check(&j, rows[i].value,
              rows[i].value == VERDICT_PASSED ? NULL : "'/slow' was over in 2.0 ms (status-404)");
    }
}

static void gone_before_the_signal(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_answer(&j.text, 1, 0, 10, 40, 500, 5);
    script_end(&j.text, 45);
    check(&j, VERDICT_INCONCLUSIVE, "the target exited with code 0 before SIGTERM was sent");
}

static void a_signal_that_hit_nobody(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
    script_line(&j.text, 50, "signal", "\"i\":0,\"signal\":15,\"errno\":3");
    script_line(&j.text, 70, "run-end", "\"why\":\"complete\"");
    check(&j, VERDICT_INCONCLUSIVE, "SIGTERM was never sent");
}

static void the_moment_never_came(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_answer(&j.text, 1, 0, 10, 60, 500, 5);
    script_line(&j.text, 70, "target-kill", "\"pid\":4711");
    script_line(&j.text, 71, "run-end", "\"why\":\"moment-never-came\"");
    check(&j, VERDICT_INCONCLUSIVE, "its moment never came (work in flight");
}

static void client_limit_beats_failed(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_answer(&j.text, 1, 0, 10, 60, 500, 5);
    script_line(&j.text, 11, "start", "\"a\":2,\"l\":0,\"r\":2,\"c\":2");
    script_line(&j.text, 12, "end", "\"a\":2,\"code\":7,\"errno\":24");
    script_signal(&j.text, 50, 0, 15);
    script_end(&j.text, 70);
    const struct run_verdict *v = judge(&j);
    assert_string_equal(v->because.why,
                        "the client, not the target, was at its limit in 1 attempt (1 no-fd)");
    assert_non_null(strstr(v->because.hint, "ulimit"));
    done(&j);
}

static void not_carried_out(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_line(&j.text, 3, "error", "\"text\":\"port 80 is taken\",\"hint\":\"by nginx\"");
    script_line(&j.text, 4, "run-end", "\"why\":\"error\"");
    const struct run_verdict *v = judge(&j);
    assert_int_equal(v->value, VERDICT_INCONCLUSIVE);
    assert_string_equal(v->because.why, "port 80 is taken");
    assert_string_equal(v->because.hint, "by nginx");
    done(&j);
}

static void a_load_without_attempts(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, PLAN(SCRIPT_LOADS, SCRIPT_TERM "," COMPLETED));
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_end(&j.text, 70);
    check(&j, VERDICT_INCONCLUSIVE, "load 'mute' made no attempt");
}

static void nothing_expected(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, PLAN(SCRIPT_ONE_LOAD, SCRIPT_TERM));
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_end(&j.text, 70);
    check(&j, VERDICT_INCONCLUSIVE, "nothing was expected");
}

static void without_a_sample(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, PLAN(SCRIPT_ONE_LOAD, SCRIPT_TERM ",\"expect\":[{\"load\":\"work\",\"phase\":"
                                                "\"receiving\",\"completed\":\"100%\"}]"));
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_end(&j.text, 70);
    check(&j, VERDICT_INCONCLUSIVE, "there were no attempts receiving at the signal");
}

static void sums_that_do_not_add_up(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_end(&j.text, 70);
    const struct run_verdict *v = judge(&j);
    assert_int_equal(v->value, VERDICT_INCONCLUSIVE);
    assert_false(v->loads[0].adds_up);
    assert_non_null(strstr(v->because.why, "does not add up"));
    done(&j);
}

static void ids_nobody_would_choose(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_answer(&j.text, 2000000000, 0, 10, 60, 200, 5);
    script_answer(&j.text, -7, 0, 11, 61, 200, 5);
    script_answer(&j.text, 3, 0, 12, 62, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_end(&j.text, 70);
    const struct run_verdict *v = judge(&j);
    assert_int_equal(v->n_attempts, 3);
    assert_int_equal(v->attempts[0].id, -7);
    assert_int_equal(v->loads[0].outcomes[OUTCOME_COMPLETED], 3);
    assert_true(v->loads[0].adds_up);
    done(&j);
}

static void interrupted(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_line(&j.text, 10, "start", "\"a\":1,\"l\":0,\"r\":1,\"c\":1");
    script_signal(&j.text, 50, 0, 15);
    script_line(&j.text, 60, "end", "\"a\":1,\"code\":42,\"why\":\"run-ended\"");
    script_line(&j.text, 61, "target-kill", "\"pid\":4711");
    script_line(&j.text, 70, "run-end", "\"why\":\"interrupted\"");
    check(&j, VERDICT_INCONCLUSIVE, "the run was interrupted");
}

static void its_time_limit(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, PLAN(SCRIPT_ONE_LOAD, SCRIPT_TERM ",\"expect\":[{\"load\":\"work\",\"failed\":0}]"));
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_line(&j.text, 61, "target-kill", "\"pid\":4711");
    script_line(&j.text, 70, "run-end", "\"why\":\"timeout\"");
    check(&j, VERDICT_INCONCLUSIVE, "not over after 1m, its time limit");
}

#define TERM_THEN(signal)                                                                          \
    "\"signals\":[{\"send\":\"SIGTERM\",\"when\":{\"load\":\"work\",\"in_flight\":1}},"            \
    "{\"send\":\"" signal "\",\"when\":{\"after\":\"1s\",\"of\":\"SIGTERM\"}}],"

static void write_signalled_once(struct judged *j, const char *plan)
{
    begin(j, plan);
    script_answer(&j->text, 1, 0, 10, 60, 200, 5);
    script_signal(&j->text, 50, 0, 15);
    script_end(&j->text, 70);
}

static void an_escalation_that_was_not_needed(void **state)
{
    (void)state;
    struct judged j;
    write_signalled_once(&j, PLAN(SCRIPT_ONE_LOAD, TERM_THEN("SIGKILL") COMPLETED));
    check(&j, VERDICT_PASSED, NULL);
}

static void a_repetition_that_did_not_take_place(void **state)
{
    (void)state;
    struct judged j;
    write_signalled_once(&j, PLAN(SCRIPT_ONE_LOAD, TERM_THEN("SIGTERM") COMPLETED));
    check(&j, VERDICT_INCONCLUSIVE, "the target was gone before its moment came");
}

static void a_freeze_that_held_nothing(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
    script_line(&j.text, 49, "freeze", "\"l\":0,\"queued\":0,\"buffered\":0");
    script_signal(&j.text, 50, 0, 15);
    script_end(&j.text, 70);
    check(&j, VERDICT_INCONCLUSIVE, "the freeze held nothing");
}

/* Cut at every byte: never passed, never failed unless what broke is in what is left. */
static void cut_at_every_byte(void **state)
{
    (void)state;
    struct judged whole;
    begin(&whole, DEFAULT_PLAN);
    script_answer(&whole.text, 1, 0, 10, 60, 200, 5);
    script_answer(&whole.text, 2, 0, 11, 61, 200, 5);
    script_signal(&whole.text, 50, 0, 15);
    script_end(&whole.text, 70);
    size_t plan = strcspn(whole.text.data, "\n");
    for (size_t len = plan; len + 1 < whole.text.len; len++) {
        struct judged j = {0};
        buf_init(&j.text, 1024 * 1024);
        buf_add(&j.text, whole.text.data, len);
        const struct run_verdict *v = judge(&j);
        assert_true(v->cut);
        assert_int_equal(v->value, VERDICT_INCONCLUSIVE);
        done(&j);
    }
    buf_free(&whole.text);
}

static void a_cut_that_leaves_the_evidence(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_signal(&j.text, 5, 0, 15);
    script_answer(&j.text, 1, 0, 10, 60, 500, 5);
    const struct run_verdict *v = judge(&j);
    assert_true(v->cut);
    assert_int_equal(v->value, VERDICT_FAILED);
    done(&j);
}

static void overall(void **state)
{
    (void)state;
    struct run_verdict runs[3] = {0};
    assert_int_equal(judge_overall(runs, 0), VERDICT_INCONCLUSIVE);
    assert_int_equal(judge_overall(runs, 3), VERDICT_PASSED);
    runs[0].value = VERDICT_INCONCLUSIVE;
    assert_int_equal(judge_overall(runs, 3), VERDICT_INCONCLUSIVE);
    runs[2].value = VERDICT_FAILED;
    assert_int_equal(judge_overall(runs, 3), VERDICT_FAILED);
}

static void a_plan_that_cannot_be_read(void **state)
{
    (void)state;
    struct judged j;
    struct error err = {0};
    begin(&j, "{\"name\":5}");
    assert_int_equal(histories_parse(&j.h, "j", j.text.data, j.text.len, &err), 0);
    assert_int_equal(judge_run(&j.h.runs[0], &j.v, &err), -1);
    assert_int_equal(err.kind, ERROR_USAGE);
    assert_non_null(strstr(err.text, "the plan in this journal cannot be read"));
    done(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passed),
        cmocka_unit_test(failed),
        cmocka_unit_test(control_run),
        cmocka_unit_test(nothing_in_flight),
        cmocka_unit_test(a_path_that_is_not_slow),
        cmocka_unit_test(gone_before_the_signal),
        cmocka_unit_test(a_signal_that_hit_nobody),
        cmocka_unit_test(the_moment_never_came),
        cmocka_unit_test(client_limit_beats_failed),
        cmocka_unit_test(not_carried_out),
        cmocka_unit_test(a_load_without_attempts),
        cmocka_unit_test(nothing_expected),
        cmocka_unit_test(without_a_sample),
        cmocka_unit_test(sums_that_do_not_add_up),
        cmocka_unit_test(ids_nobody_would_choose),
        cmocka_unit_test(interrupted),
        cmocka_unit_test(its_time_limit),
        cmocka_unit_test(an_escalation_that_was_not_needed),
        cmocka_unit_test(a_repetition_that_did_not_take_place),
        cmocka_unit_test(a_freeze_that_held_nothing),
        cmocka_unit_test(cut_at_every_byte),
        cmocka_unit_test(a_cut_that_leaves_the_evidence),
        cmocka_unit_test(overall),
        cmocka_unit_test(a_plan_that_cannot_be_read),
    };
    return cmocka_run_group_tests_name("judge_verdict", tests, NULL, NULL);
}
