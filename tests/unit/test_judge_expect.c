/* Each kind of expectation: what holds, what breaks it, and what leaves it open. */
#include "script.h"

#include "judge/judge.h"

/* Six attempts around SIGTERM at 50 ms: 1 done before; 2 and 3 waiting, answered at 60 and 70, 3
 * told to close; 4 waiting and closed (by a FIN: not lost in the queue, whose last known depth is
 * stale); 5 refused after it; 6 answered 500 after it. */
static void write_run(struct buf *b, const char *expect, bool whole)
{
    char plan[2048];
    snprintf(plan, sizeof plan,
             "{\"name\":\"n\"," SCRIPT_TARGET "," SCRIPT_ONE_LOAD "," SCRIPT_TERM
             ",\"expect\":[%s]}",
             expect);
    script_begin(b, plan);
    script_answer(b, 1, 0, 10, 40, 200, 5);
    script_answer(b, 2, 0, 20, 60, 200, 5);
    script_answer(b, 3, 0, 20, 70, 200, 5);
    script_line(b, 20, "start", "\"a\":4,\"l\":0,\"r\":4,\"c\":1");
    script_line(b, 21, "connected", "\"a\":4,\"port\":9,\"reused\":0");
    script_line(b, 22, "sent", "\"a\":4");
    script_line(b, 55, "end", "\"a\":4,\"code\":52,\"sent\":80,\"tries\":1");
    script_line(b, 56, "start", "\"a\":5,\"l\":0,\"r\":5,\"c\":1");
    script_line(b, 57, "end", "\"a\":5,\"code\":7,\"errno\":111");
    script_answer(b, 6, 0, 51, 65, 500, 5);
    script_line(b, 30, "target-output", "\"stream\":1,\"line\":\"listening on 8080\"");
    script_signal(b, 50, 0, 15);
    script_line(b, 50.5, "health", "\"path\":\"/ready\",\"status\":503");
    script_line(b, 50.5, "health", "\"path\":\"/live\",\"status\":200");
    script_line(b, 51.5, "health", "\"path\":\"/live\",\"status\":200,\"asked\":%lld",
                (long long)(script_epoch_ns + 51000000));
    script_line(b, 52, "listener", "\"sockets\":1,\"depth\":2,\"limit\":9");
    script_line(b, 53, "listener", "\"sockets\":0,\"depth\":0,\"limit\":9");
    if (whole)
        script_end(b, 80);
}

struct row {
    const char *expect;
    enum verdict_value value;
    const char *observed; /* a part of it */
    int blamed;           /* the first attempt named, 0: none */
};

static const struct row whole_rows[] = {
    {"{\"load\":\"work\",\"completed\":\">= 50%\"}", VERDICT_PASSED, "3 of 6", 0},
    {"{\"load\":\"work\",\"completed\":\"100%\"}", VERDICT_FAILED,
     "3 of 6 attempts completed (50%)", 4},
    {"{\"load\":\"work\",\"completed\":\"<= 2\"}", VERDICT_FAILED, "3 of 6", 1},
    {"{\"load\":\"work\",\"cut_off\":0}", VERDICT_FAILED,
     "1 of 6 attempts cut-off: 1 closed-before", 4},
    {"{\"load\":\"work\",\"cut_off\":\"< 1\"}", VERDICT_FAILED, "1 of 6", 4},
    {"{\"load\":\"work\",\"completed\":\"< 3\"}", VERDICT_FAILED, "3 of 6", 1},
    {"{\"load\":\"work\",\"cut_off\":\"> 1\"}", VERDICT_FAILED, "1 of 6", 0},
    {"{\"load\":\"*\",\"cut_off\":\"< 2\"}", VERDICT_PASSED, "1 of 6", 0},
    {"{\"load\":\"work\",\"phase\":\"waiting\",\"completed\":2}", VERDICT_PASSED, "2 of 3", 0},
    {"{\"load\":\"work\",\"phase\":\"waiting\",\"completed\":\"> 2\"}", VERDICT_FAILED, "2 of 3",
     4},
    {"{\"load\":\"work\",\"phase\":\"idle\",\"completed\":0}", VERDICT_INCONCLUSIVE,
     "there were no attempts on connections idle", 0},
    {"{\"load\":\"work\",\"reasons\":{\"connect-refused\":1}}", VERDICT_PASSED, "1 of 6", 0},
    {"{\"load\":\"work\",\"reasons\":{\"status-500\":0}}", VERDICT_FAILED, "1 of 6", 6},
    {"{\"load\":\"work\",\"told_to_close\":\"100%\"}", VERDICT_PASSED, "3 of 3", 0},
    {"{\"load\":\"work\",\"told_to_close\":0}", VERDICT_FAILED, "3 of 3", 2},
    {"{\"load\":\"work\",\"processed\":\">= 4\"}", VERDICT_PASSED, "4 of 6", 0},
    {"{\"load\":\"work\",\"processed\":4}", VERDICT_INCONCLUSIVE, "unknown for 1", 0},
    {"{\"load\":\"work\",\"processed\":\"> 5\"}", VERDICT_FAILED, "4 of 6", 4},
    {"{\"load\":\"work\",\"latency\":{\"max\":\"<= 50ms\"}}", VERDICT_PASSED, "50 ms", 0},
    {"{\"load\":\"work\",\"latency\":{\"max\":\"< 45ms\"}}", VERDICT_FAILED, "50 ms", 3},
    {"{\"load\":\"work\",\"latency\":{\"p50\":\"<= 30ms\"}}", VERDICT_PASSED, "30 ms", 0},
    {"{\"target\":\"exit\",\"code\":0,\"within\":\"30ms\"}", VERDICT_PASSED, "code 0 after 30 ms",
     0},
    {"{\"target\":\"exit\",\"code\":1}", VERDICT_FAILED, "code 0", 0},
    {"{\"target\":\"exit\",\"within\":\"29ms\"}", VERDICT_FAILED, "after 30 ms", 0},
    {"{\"target\":\"exit\",\"not_before\":\"31ms\"}", VERDICT_FAILED, "after 30 ms", 0},
    {"{\"target\":\"exit\",\"signal\":\"SIGTERM\"}", VERDICT_FAILED, "code 0", 0},
    {"{\"target\":\"listener-closed\",\"within\":\"3ms\"}", VERDICT_PASSED, "after 3.0 ms", 0},
    {"{\"target\":\"listener-closed\",\"within\":\"2ms\"}", VERDICT_FAILED, "after 3.0 ms", 0},
    {"{\"target\":\"listener-closed\",\"queue_lost\":0}", VERDICT_PASSED, "closed after 3.0 ms", 0},
    {"{\"target\":\"listener-closed\",\"before\":\"not-ready\"}", VERDICT_FAILED, "readiness", 0},
    {"{\"target\":\"not-ready\",\"before\":\"listener-closed\"}", VERDICT_PASSED, "0.5 ms", 0},
    {"{\"target\":\"not-ready\",\"not_before\":\"1ms\"}", VERDICT_FAILED, "0.5 ms", 0},
    {"{\"target\":\"live\"}", VERDICT_PASSED, "every answer was 200", 0},
    {"{\"target\":\"orphans\",\"count\":0}", VERDICT_PASSED, "0 processes were left", 0},
    {"{\"target\":\"orphans\",\"count\":1}", VERDICT_FAILED, "0 processes were left", 0},
    {"{\"target\":\"output\",\"matches\":\"^listening on [0-9]+$\"}", VERDICT_PASSED, "8080", 0},
    {"{\"target\":\"output\",\"matches\":\"panic\"}", VERDICT_FAILED, "none of 1 line", 0},
    {"{\"target\":\"output\",\"absent\":\"panic\"}", VERDICT_PASSED, "none of 1 line", 0},
    {"{\"target\":\"output\",\"absent\":\"listening\"}", VERDICT_FAILED, "listening on 8080", 0},
};

/* The same run, its journal cut before the exit: more attempts, and the exit, could have come. */
static const struct row cut_rows[] = {
    {"{\"load\":\"work\",\"completed\":\"100%\"}", VERDICT_FAILED, "3 of 6", 4},
    {"{\"load\":\"work\",\"completed\":\">= 95%\"}", VERDICT_INCONCLUSIVE, "3 of 6", 0},
    {"{\"load\":\"work\",\"completed\":\"<= 2\"}", VERDICT_FAILED, "3 of 6", 1},
    {"{\"load\":\"work\",\"completed\":\"<= 3\"}", VERDICT_INCONCLUSIVE, "3 of 6", 0},
    {"{\"load\":\"work\",\"completed\":\">= 3\"}", VERDICT_PASSED, "3 of 6", 0},
    {"{\"load\":\"work\",\"phase\":\"waiting\",\"completed\":2}", VERDICT_PASSED, "2 of 3", 0},
    {"{\"load\":\"work\",\"latency\":{\"max\":\"< 45ms\"}}", VERDICT_FAILED, "50 ms", 3},
    {"{\"load\":\"work\",\"latency\":{\"p90\":\"< 45ms\"}}", VERDICT_INCONCLUSIVE, "50 ms", 0},
    {"{\"target\":\"exit\",\"code\":0}", VERDICT_INCONCLUSIVE, "did not exit", 0},
    {"{\"target\":\"exit\",\"within\":\"1s\"}", VERDICT_INCONCLUSIVE, "did not exit", 0},
    {"{\"target\":\"exit\",\"within\":\"10ms\"}", VERDICT_FAILED, "in the 20 ms from", 0},
    {"{\"target\":\"listener-closed\",\"queue_lost\":0}", VERDICT_PASSED, "closed after 3.0 ms", 0},
    {"{\"target\":\"orphans\",\"count\":0}", VERDICT_INCONCLUSIVE, "so far", 0},
    {"{\"target\":\"output\",\"matches\":\"panic\"}", VERDICT_INCONCLUSIVE, "none of 1", 0},
    {"{\"target\":\"output\",\"absent\":\"listening\"}", VERDICT_FAILED, "listening", 0},
};

static void check_row(const struct row *r, bool whole)
{
    struct buf b;
    struct histories h;
    struct run_verdict v;
    struct error err = {0};
    buf_init(&b, 1024 * 1024);
    write_run(&b, r->expect, whole);
    if (histories_parse(&h, "j", b.data, b.len, &err) < 0 || judge_run(&h.runs[0], &v, &err) < 0)
        fail_msg("%s: %s", r->expect, err.text);
    const struct expectation_verdict *x = &v.expectations.at[0];
    int64_t blamed = x->n_attempts ? x->attempts[0] : 0;
    if (x->value != r->value || !strstr(x->observed, r->observed) || blamed != r->blamed)
        fail_msg("%s: %s, expected '%s', observed '%s', first #%lld", r->expect,
                 verdict_word(x->value), x->expected, x->observed, (long long)blamed);
    assert_true(x->expected[0] != '\0');
    run_verdict_free(&v);
    histories_free(&h);
    buf_free(&b);
}

static void of_a_whole_run(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(whole_rows); i++)
        check_row(&whole_rows[i], true);
}

static void of_a_cut_run(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cut_rows); i++)
        check_row(&cut_rows[i], false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_a_whole_run),
        cmocka_unit_test(of_a_cut_run),
    };
    return cmocka_run_group_tests_name("judge_expect", tests, NULL, NULL);
}
