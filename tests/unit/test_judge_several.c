/* Runs with more than one process, judged: whose events count for whom. */
#include "judged.h"

#define TARGETS                                                                                    \
    "{\"name\":\"n\",\"targets\":{\"a\":{\"reference\":{}},\"b\":{\"reference\":{}}}"              \
    "," SCRIPT_ONE_LOAD ","
#define STOP_A "\"signals\":[{\"send\":\"SIGTERM\",\"when\":{\"load\":\"work\",\"in_flight\":1}}],"
#define B      ",\"process\":\"b\""

static void start(struct judged *j, const char *plan)
{
    begin(j, plan);
    script_line(&j->text, 3, "target-start", "\"pid\":4712,\"port\":8081,\"argv\":[\"b\"]" B);
    script_line(&j->text, 4, "target-listen", "\"port\":8081,\"owner\":4712" B);
}

static const struct expectation_verdict *only(struct judged *j)
{
    const struct run_verdict *v = judge(j);
    assert_int_equal(v->expectations.n, 1);
    return &v->expectations.at[0];
}

/* b exits with another status, and before: that says nothing of a. */
static void test_whose_exit(void **state)
{
    static const char *const plans[] = {
        TARGETS STOP_A "\"expect\":[{\"target\":\"exit\",\"code\":0}]}",
        TARGETS STOP_A "\"expect\":[{\"target\":\"exit\",\"of\":\"b\",\"code\":0}]}"};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct judged j;
        start(&j, plans[i]);
        script_answer(&j.text, 1, 0, 10, 200, 200, 5);
        script_signal(&j.text, 50, 0, 15);
        script_line(&j.text, 51, "signal",
                    "\"i\":-1,\"signal\":15,\"to\":0,\"pid\":4712,\"errno\":0" B);
        script_line(&j.text, 60, "target-exit", "\"pid\":4712,\"code\":3,\"signal\":0" B);
        script_end(&j.text, 210);
        assert_int_equal(only(&j)->value, i == 0 ? VERDICT_PASSED : VERDICT_FAILED);
        assert_int_equal(j.v.target.exit_code, 0);
        assert_int_equal(j.v.processes.n, 2);
        assert_string_equal(j.v.processes.at[1].name, "b");
        assert_int_equal(j.v.processes.at[1].exit_code, 3);
        done(&j);
    }
}

/* b was not told to go. */
static void test_gone_by_itself(void **state)
{
    struct judged j;
    (void)state;
    start(&j, TARGETS STOP_A COMPLETED "}");
    script_answer(&j.text, 1, 0, 10, 200, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_line(&j.text, 60, "target-exit", "\"pid\":4712,\"code\":1,\"signal\":0" B);
    script_end(&j.text, 210);
    const struct run_verdict *v = judge(&j);
    assert_int_equal(v->value, VERDICT_INCONCLUSIVE);
    assert_int_equal(v->because.ground, GROUND_GONE_BEFORE_SIGNAL);
    assert_non_null(
        strstr(v->because.why, "target 'b' exited with code 1, and had not been told to"));
    done(&j);
}

/* b is told twice and started again; its third life goes on to the end. */
static const struct {
    const char *life;      /* of the expectation */
    int signo[2], code[2]; /* of its first two lives */
    enum verdict_value value;
    const char *says;
} lives[] = {
    {"", {15, 15}, {0, 0}, VERDICT_PASSED, "life 1: it exited with code 0"},
    {"", {15, 15}, {0, 0}, VERDICT_PASSED, "; the same in all 2 lives"},
    {"", {15, 15}, {0, 3}, VERDICT_FAILED, "life 1: it exited with code 3"},
    {"", {15, 15}, {3, 0}, VERDICT_FAILED, "life 0: it exited with code 3"},
    {",\"life\":0", {15, 15}, {0, 3}, VERDICT_PASSED, "it exited with code 0"},
    {",\"life\":1", {15, 15}, {3, 0}, VERDICT_PASSED, "life 1: it exited with code 0"},
    {",\"life\":1", {15, 15}, {0, 3}, VERDICT_FAILED, "life 1: it exited with code 3"},
    {",\"life\":9", {15, 15}, {0, 0}, VERDICT_FAILED, "the lives are 0 to 2"},
    /* nothing can be expected of a life that SIGKILL ended, unless it is asked for, or alone */
    {"", {15, 9}, {0, -1}, VERDICT_PASSED, "it exited with code 0"},
    {"", {9, 15}, {-1, 0}, VERDICT_PASSED, "life 1: it exited with code 0"},
    {"", {9, 9}, {-1, -1}, VERDICT_FAILED, "SIGKILL"},
    {",\"life\":\"every\"", {15, 9}, {0, -1}, VERDICT_FAILED, "life 1: "},
    {",\"life\":\"every\"", {15, 15}, {0, 0}, VERDICT_PASSED, "; the same in all 2 lives"},
};

static void live(struct judged *j, int life, double at_ms, int signo, int code)
{
    script_line(&j->text, at_ms, "signal",
                "\"i\":-1,\"signal\":%d,\"to\":0,\"pid\":%d,\"errno\":0" B ",\"life\":%d", signo,
                4712 + life, life);
    script_line(&j->text, at_ms + 10, "target-exit",
                "\"pid\":%d,\"code\":%d,\"signal\":%d" B ",\"life\":%d", 4712 + life, code,
                code < 0 ? signo : 0, life);
    script_line(&j->text, at_ms + 11, "target-start",
                "\"pid\":%d,\"port\":8081,\"argv\":[\"b\"]" B ",\"life\":%d", 4713 + life,
                life + 1);
}

static void test_lives(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lives); i++) {
        struct judged j;
        char plan[1024];
        snprintf(plan, sizeof plan,
                 TARGETS STOP_A "\"expect\":[{\"target\":\"exit\",\"of\":\"b\",\"code\":0%s}]}",
                 lives[i].life);
        start(&j, plan);
        script_answer(&j.text, 1, 0, 10, 200, 200, 5);
        script_signal(&j.text, 50, 0, 15);
        live(&j, 0, 60, lives[i].signo[0], lives[i].code[0]);
        live(&j, 1, 80, lives[i].signo[1], lives[i].code[1]);
        script_end(&j.text, 210);
        const struct expectation_verdict *x = only(&j);
        if (x->value != lives[i].value || !strstr(x->observed, lives[i].says))
            fail_msg("%zu: %d, '%s'", i, (int)x->value, x->observed);
        done(&j);
    }
}

static void steps(double pool_ms, enum verdict_value value, const char *says)
{
    struct judged j;
    start(&j, TARGETS STOP_A "\"expect\":[{\"target\":\"a\",\"steps\":[\"signal\","
                             "\"listener-closed\",\"pool-closed\",\"exit\"]}]}");
    script_answer(&j.text, 1, 0, 10, 200, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_line(&j.text, 100, "listener", "\"sockets\":0,\"depth\":0,\"limit\":128");
    /* another's pool is none of a's */
    script_line(&j.text, 55, "target-output", "\"stream\":2,\"line\":\"step pool-closed: done\"" B);
    if (pool_ms > 0)
        script_line(&j.text, pool_ms, "target-output",
                    "\"stream\":2,\"line\":\"step pool-closed: done in 1 ms\"");
    script_end(&j.text, 210);
    const struct expectation_verdict *x = only(&j);
    assert_int_equal(x->value, value);
    if (!strstr(x->observed, says))
        fail_msg("'%s' does not say '%s'", x->observed, says);
    done(&j);
}

static void test_steps(void **state)
{
    (void)state;
    steps(150, VERDICT_PASSED, "listener-closed after 50 ms, pool-closed after 100 ms");
    steps(98, VERDICT_PASSED, "pool-closed"); /* within what a poll may be late */
    steps(80, VERDICT_FAILED, "pool-closed after 30 ms, too early");
    steps(0, VERDICT_FAILED, "pool-closed never");
}

static void test_ledger(void **state)
{
    struct judged j;
    (void)state;
    start(&j, TARGETS STOP_A "\"expect\":[{\"target\":\"a\",\"ledger\":{\"read\":1}},"
                             "{\"target\":\"b\",\"ledger\":{\"read\":0}}]}");
    script_answer(&j.text, 1, 0, 10, 200, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_line(&j.text, 211, "ledger", "\"a\":0,\"at\":1,\"what\":\"kept\",\"status\":0");
    script_line(&j.text, 212, "ledger", "\"a\":1,\"at\":1,\"what\":\"read\",\"status\":0");
    script_end(&j.text, 220);
    const struct run_verdict *v = judge(&j);
    assert_int_equal(v->expectations.at[0].value, VERDICT_PASSED);
    assert_string_equal(v->expectations.at[0].observed, "1 read");
    assert_int_equal(v->expectations.at[1].value, VERDICT_INCONCLUSIVE); /* b kept none */
    done(&j);
}

/* A handover is the signal of a run that sends none; the next life has a line of its own. */
static void test_handover(void **state)
{
    struct judged j;
    (void)state;
    start(&j, TARGETS "\"actions\":[{\"replace\":\"b\",\"when\":{\"at\":\"1s\"}}]," COMPLETED "}");
    script_answer(&j.text, 1, 0, 10, 200, 200, 5);
    script_line(&j.text, 20, "moment", "\"i\":0");
    script_line(&j.text, 20, "action", "\"i\":0,\"do\":\"replace\"" B);
    script_line(&j.text, 25, "target-start",
                "\"pid\":4713,\"port\":8081,\"argv\":[\"b\"]" B ",\"life\":1");
    script_line(&j.text, 50, "handover", "\"i\":0,\"pid\":4712" B);
    script_line(&j.text, 90, "target-exit", "\"pid\":4712,\"code\":0,\"signal\":0" B);
    script_line(&j.text, 220, "target-kill", "\"pid\":4711");
    script_line(&j.text, 220, "target-kill", "\"pid\":4713" B ",\"life\":1");
    script_line(&j.text, 221, "target-exit", "\"pid\":4711,\"code\":-1,\"signal\":9");
    script_line(&j.text, 222, "run-end", "\"why\":\"complete\"");
    const struct run_verdict *v = judge(&j);
    assert_int_equal(v->value, VERDICT_PASSED);
    assert_string_equal(v->first.told, "the handover");
    assert_int_equal(v->processes.n, 3);
    assert_int_equal(v->processes.at[1].life, 0);
    assert_true(v->processes.at[1].exited);
    assert_true(fabs(v->processes.at[1].exit_ms - 40) < 0.01);
    assert_int_equal(v->processes.at[2].life, 1);
    assert_false(v->processes.at[2].exited);
    assert_true(v->processes.at[2].killed);
    done(&j);
}

/* An action that never began is missing, as a signal is. */
static void test_missing_action(void **state)
{
    struct judged j;
    (void)state;
    start(&j, TARGETS STOP_A "\"actions\":[{\"restart\":\"b\",\"when\":{\"target\":\"b\",\"is\":"
                             "\"exited\"}}]," COMPLETED "}");
    script_answer(&j.text, 1, 0, 10, 200, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_end(&j.text, 210);
    const struct run_verdict *v = judge(&j);
    assert_int_equal(v->because.ground, GROUND_SIGNAL_MISSING);
    assert_non_null(strstr(v->because.why, "'restart b' never began"));
    done(&j);
}

/* What is asked at the end: the last one that is a's counts, and another's does not. */
static void test_kept(void **state)
{
    struct judged j;
    (void)state;
    start(&j, TARGETS STOP_A
          "\"expect\":[{\"target\":\"a\",\"pool\":{\"busy\":0,\"idle\":\">= 4\"}},"
          "{\"target\":\"a\",\"queue\":{\"left\":0}},{\"target\":\"b\",\"queue\":{\"left\":0}}]}");
    script_answer(&j.text, 1, 0, 10, 200, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_line(&j.text, 201, "held", "\"what\":\"pool-busy\",\"n\":3,\"text\":\"\"");
    script_line(&j.text, 202, "held", "\"what\":\"pool-busy\",\"n\":0,\"text\":\"\"");
    script_line(&j.text, 202, "held", "\"what\":\"pool-idle\",\"n\":3,\"text\":\"\"");
    script_line(&j.text, 203, "held", "\"what\":\"jobs-left\",\"n\":1,\"text\":\"\"" B);
    script_end(&j.text, 210);
    const struct run_verdict *v = judge(&j);
    static const enum verdict_value values[] = {VERDICT_PASSED, VERDICT_FAILED,
                                                VERDICT_INCONCLUSIVE, VERDICT_FAILED};
    for (int i = 0; i < 4; i++)
        assert_int_equal(v->expectations.at[i].value, values[i]);
    assert_string_equal(v->expectations.at[1].observed, "3 idle");
    done(&j);
}

/* Times count from when a was told; b's entry is another port's. */
static void registry(double draining_ms, const char *bound, enum verdict_value value,
                     const char *says)
{
    struct judged j;
    char plan[1024];
    snprintf(plan, sizeof plan,
             TARGETS STOP_A "\"expect\":[{\"target\":\"a\",\"registry\":{\"draining\":\"%s\"}}]}",
             bound);
    start(&j, plan);
    script_answer(&j.text, 1, 0, 10, 200, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    if (draining_ms >= 0)
        script_line(&j.text, 40, "registry",
                    "\"id\":\"a\",\"url\":\"http://h:8080\",\"is\":\"up\"");
    script_line(&j.text, 51, "registry",
                "\"id\":\"b\",\"url\":\"http://h:8081\",\"is\":\"draining\"");
    if (draining_ms > 0)
        script_line(&j.text, draining_ms, "registry",
                    "\"id\":\"a\",\"url\":\"http://h:8080\",\"is\":\"draining\"");
    script_end(&j.text, 210);
    const struct expectation_verdict *x = only(&j);
    assert_int_equal(x->value, value);
    if (!strstr(x->observed, says))
        fail_msg("'%s' does not say '%s'", x->observed, says);
    done(&j);
}

static void test_registry(void **state)
{
    (void)state;
    registry(90, "<= 50ms", VERDICT_PASSED, "draining after 40 ms");
    registry(110, "<= 50ms", VERDICT_FAILED, "draining after 60 ms");
    registry(0, "<= 50ms", VERDICT_FAILED, "never draining");
    registry(-1, "<= 50ms", VERDICT_INCONCLUSIVE, "the registry was not looked at");
}

#define THROUGH                                                                                    \
    "{\"name\":\"n\",\"target\":{\"reference\":{}},\"services\":{\"front\":{\"use\":\"%s\"}},"     \
    "\"loads\":[{\"name\":\"work\",\"to\":\"front\",\"request\":{\"path\":\"/\"},\"clients\":4}]," \
    "\"signals\":[{\"send\":\"SIGTERM\",\"when\":{\"load\":\"work\",\"in_flight\":1}}],"           \
    "\"expect\":[{\"load\":\"work\",\"by_proxy\":%d}]}"

/* What the proxy's log says of the only attempt, and whether the server has read it. */
static const struct {
    const char *proxy, *state;
    int status, logged; /* what the client saw, and what stands in the log */
    bool read;
    int by_proxy;
    enum processed processed;
} proxied[] = {
    {"haproxy", "SH--", 502, 502, true, 1, PROCESSED_YES},
    {"haproxy", "SH--", 502, 502, false, 1, PROCESSED_UNKNOWN}, /* it may be another server's */
    {"haproxy", "SC--", 503, 503, false, 1, PROCESSED_NO},
    {"haproxy", "sH--", 504, 504, true, 1, PROCESSED_YES},
    {"haproxy", "----", 502, 502, true, 0, PROCESSED_YES}, /* the server's own 502 */
    {"haproxy", "SD--", 502, 502, true, 0, PROCESSED_YES}, /* begun by the server */
    {"haproxy", "SH--", 200, 502, true, 0, PROCESSED_YES}, /* of another answer */
    {"haproxy", "", 502, 502, true, 0, PROCESSED_YES},
    {"nginx", "502/-", 502, 502, false, 1, PROCESSED_UNKNOWN},
    {"nginx", "502, 504/-, -", 504, 504, true, 1, PROCESSED_YES},
    {"nginx", "502, 503/-, 0.004", 503, 503, true, 0, PROCESSED_NO}, /* refused by the server */
};

static void test_by_proxy(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(proxied); i++) {
        struct judged j;
        char plan[1024];
        snprintf(plan, sizeof plan, THROUGH, proxied[i].proxy, proxied[i].by_proxy);
        begin(&j, plan);
        script_answer(&j.text, 1, 0, 10, 200, proxied[i].status, 5);
        script_signal(&j.text, 50, 0, 15);
        script_line(&j.text, 201, "proxied",
                    "\"a\":1,\"status\":%d,\"server\":\"target\",\"state\":\"%s\","
                    "\"process\":\"front\"",
                    proxied[i].logged, proxied[i].state);
        script_line(&j.text, 211, "ledger", "\"a\":0,\"at\":1,\"what\":\"kept\",\"status\":0");
        if (proxied[i].read)
            script_line(&j.text, 212, "ledger", "\"a\":1,\"at\":1,\"what\":\"read\",\"status\":0");
        script_end(&j.text, 220);
        assert_int_equal(only(&j)->value, VERDICT_PASSED);
        assert_int_equal(j.v.loads[0].n_proxied, proxied[i].by_proxy);
        if (j.v.attempts[0].processed != proxied[i].processed)
            fail_msg("%s %s: processed %s", proxied[i].proxy, proxied[i].state,
                     processed_word(j.v.attempts[0].processed));
        done(&j);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whose_exit), cmocka_unit_test(test_gone_by_itself),
        cmocka_unit_test(test_steps),      cmocka_unit_test(test_ledger),
        cmocka_unit_test(test_handover),   cmocka_unit_test(test_missing_action),
        cmocka_unit_test(test_by_proxy),   cmocka_unit_test(test_kept),
        cmocka_unit_test(test_registry),   cmocka_unit_test(test_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
