/* What the judge makes of times: phases at the signal, the drain, latency. */
#include "judged.h"

#include "judge/facts.h"

static void assert_near(double a, double b)
{
    assert_true(fabs(a - b) < 1e-6);
}

static void phases_at_the_signal(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    struct buf *b = &j.text;
    script_answer(b, 1, 0, 10, 40, 200, 5); /* done, on port 30001 */
    for (int id = 2; id <= 5; id++)
        script_line(b, 41, "start", "\"a\":%d,\"l\":0,\"r\":%d,\"c\":1", id, id);
    for (int id = 3; id <= 5; id++)
        script_line(b, 42, "connected", "\"a\":%d,\"port\":%d,\"reused\":0", id, id);
    for (int id = 4; id <= 5; id++)
        script_line(b, 43, "sent", "\"a\":%d", id);
    script_line(b, 44, "first-byte", "\"a\":5");
    script_line(b, 60, "start", "\"a\":6,\"l\":0,\"r\":6,\"c\":1");
    script_line(b, 61, "connected", "\"a\":6,\"port\":30001,\"reused\":1");
    script_line(b, 62, "start", "\"a\":7,\"l\":0,\"r\":7,\"c\":1");
    script_line(b, 64, "start", "\"a\":8,\"l\":0,\"r\":8,\"c\":1"); /* reuses what 6 had */
    script_line(b, 65, "connected", "\"a\":8,\"port\":30001,\"reused\":1");
    script_signal(b, 50, 0, 15);
    script_end(b, 70);
    static const enum phase phases[] = {PHASE_DONE,        PHASE_CONNECTING, PHASE_SENDING,
                                        PHASE_WAITING,     PHASE_RECEIVING,  PHASE_IDLE,
                                        PHASE_NOT_STARTED, PHASE_NOT_STARTED};
    const struct run_verdict *v = judge(&j);
    for (size_t i = 0; i < ARRAY_LEN(phases); i++)
        assert_int_equal(v->attempts[i].phase, phases[i]);
    assert_int_equal(v->first.in_flight, 3); /* sending, waiting, receiving */
    assert_int_equal(v->first.open, 5);
    done(&j);
}

static void reset_at(struct buf *b, int id, double ms)
{
    script_line(b, 45, "start", "\"a\":%d,\"l\":0,\"r\":%d,\"c\":1", id, id);
    script_line(b, 45.1, "connected", "\"a\":%d,\"port\":%d,\"reused\":0", id, 30000 + id);
    script_line(b, 45.2, "sent", "\"a\":%d", id);
    script_line(b, ms, "end", "\"a\":%d,\"code\":56,\"errno\":104,\"sent\":80,\"tries\":1", id);
}

static void the_drain(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
    for (int id = 2; id <= 4; id++)
        reset_at(&j.text, id, 53);
    script_signal(&j.text, 50, 0, 15);
    script_line(&j.text, 49, "health", "\"path\":\"/ready\",\"status\":200");
    script_line(&j.text, 51, "health", "\"path\":\"/ready\",\"status\":503");
    script_line(&j.text, 52, "listener", "\"sockets\":1,\"depth\":3,\"limit\":9");
    script_line(&j.text, 53, "listener", "\"sockets\":0,\"depth\":0,\"limit\":0");
    script_line(&j.text, 80, "target-exit", "\"pid\":4711,\"code\":-1,\"signal\":15");
    script_line(&j.text, 81, "orphan", "\"pid\":4712,\"command\":\"node\"");
    script_line(&j.text, 82, "run-end", "\"why\":\"complete\"");
    const struct run_verdict *v = judge(&j);
    assert_near(v->target.not_ready_after_ms, 1);
    assert_near(v->target.listener_closed_after_ms, 3);
    assert_near(v->target.last_answer_ms, 10);
    assert_near(v->target.exit_after_ms, 30);
    assert_int_equal(v->target.queue_lost, 3);
    assert_int_equal(v->target.exit_signal, 15);
    assert_int_equal(v->target.n_orphans, 1);
    assert_string_equal(v->target.argv, "[\"./server\"]");
    assert_int_equal(v->signals[0].lag_us, 100);
    assert_int_equal(v->signals[0].freeze_us, -1);
    done(&j);
}

/* What a SIGKILL does is not the server's doing: it did not close its listener, and a poll that is
 * refused or cut says nothing of readiness. */
static void a_kill_tells_nothing(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, PLAN(SCRIPT_ONE_LOAD, SCRIPT_TERM));
    script_answer(&j.text, 1, 0, 20, 60, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_line(&j.text, 51, "health", "\"path\":\"/ready\",\"status\":0");
    script_line(&j.text, 51.5, "health", "\"path\":\"/ready\",\"status\":-1");
    script_signal(&j.text, 70, 1, 9);
    script_line(&j.text, 71, "listener", "\"sockets\":0,\"depth\":0,\"limit\":0");
    script_line(&j.text, 80, "target-exit", "\"pid\":4711,\"code\":-1,\"signal\":9");
    script_line(&j.text, 82, "run-end", "\"why\":\"complete\"");
    const struct run_verdict *v = judge(&j);
    assert_true(isnan(v->target.not_ready_after_ms));
    assert_true(isnan(v->target.listener_closed_after_ms));
    assert_int_equal(v->target.queue_lost, -1);
    assert_false(v->facts->exit.by_itself);
    assert_near(v->target.exit_after_ms, 30);
    done(&j);
}

/* The depth is polled: what was accepted between the last look and the close is not lost. To an
 * attached target others connect, too; what became of them is not known. */
static void a_stale_queue(void **state)
{
    static const char attached[] = "{\"name\":\"n\",\"target\":{\"attach\":{\"pid\":4711},"
                                   "\"url\":\"http://127.0.0.1:8080\"}," SCRIPT_ONE_LOAD
                                   "," SCRIPT_TERM ",\"expect\":[{\"target\":\"listener-closed\","
                                   "\"queue_lost\":0}]}";
    static const struct {
        int resets;
        bool whole;
        int64_t lost;
        enum verdict_value value;
        bool attached;
    } rows[] = {
        {0, true, 0, VERDICT_PASSED, false},
        {1, true, 1, VERDICT_FAILED, false},
        {5, true, 3, VERDICT_FAILED, false},
        {0, false, 1, VERDICT_INCONCLUSIVE,
         false}, /* one is still open: it may yet turn out lost */
        {2, false, 3, VERDICT_FAILED, false},
        {0, true, -1, VERDICT_INCONCLUSIVE, true},
        {1, true, 1, VERDICT_FAILED, true},
        {5, true, 3, VERDICT_FAILED, true},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct judged j;
        begin(&j, rows[i].attached
                      ? attached
                      : PLAN(SCRIPT_ONE_LOAD, SCRIPT_TERM
                             ",\"expect\":[{\"target\":\"listener-closed\",\"queue_lost\":0}]"));
        script_answer(&j.text, 1, 0, 10, 60, 200, 5);
        for (int id = 2; id < 2 + rows[i].resets; id++)
            reset_at(&j.text, id, 53);
        if (!rows[i].whole)
            script_line(&j.text, 45, "start", "\"a\":9,\"l\":0,\"r\":9,\"c\":2");
        script_signal(&j.text, 50, 0, 15);
        script_line(&j.text, 52, "listener", "\"sockets\":1,\"depth\":3,\"limit\":9");
        script_line(&j.text, 53, "listener", "\"sockets\":0,\"depth\":3,\"limit\":9");
        if (rows[i].whole)
            script_end(&j.text, 80);
        const struct run_verdict *v = judge(&j);
        assert_int_equal(v->target.queue_lost, rows[i].lost);
        assert_int_equal(v->expectations.at[0].value, rows[i].value);
        done(&j);
    }
}

/* A listener that goes because drainctl ends the target was not closed by it. */
static void a_listener_after_the_kill(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_line(&j.text, 70, "target-kill", "%s", "");
    script_line(&j.text, 71, "listener", "\"sockets\":0,\"depth\":3,\"limit\":9");
    script_end(&j.text, 80);
    const struct run_verdict *v = judge(&j);
    assert_true(isnan(v->target.listener_closed_after_ms));
    assert_int_equal(v->target.queue_lost, -1);
    done(&j);
}

/* The lag of a frozen signal begins when everything is in place. */
static void a_frozen_signal(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, PLAN("\"loads\":[{\"name\":\"work\",\"request\":{\"path\":\"/\"},\"connection\":"
                   "\"new\"}]",
                   "\"signals\":[{\"send\":\"SIGTERM\",\"when\":{\"at\":\"0s\"},\"freeze\":"
                   "\"work\"}]," COMPLETED));
    script_line(&j.text, 40, "moment", "\"i\":0");
    script_line(&j.text, 49.8, "freeze", "\"l\":0,\"queued\":1,\"buffered\":0");
    script_line(&j.text, 50, "signal", "\"i\":0,\"signal\":15,\"to\":0,\"pid\":4711,\"errno\":0");
    script_line(&j.text, 50.1, "thaw", "%s", "");
    script_end(&j.text, 80);
    const struct run_verdict *v = judge(&j);
    assert_int_equal(v->signals[0].lag_us, 200);
    assert_int_equal(v->signals[0].freeze_us, 9800);
    done(&j);
}

static void told_answer(struct buf *b, int id, double ms, int close)
{
    script_line(b, 10, "start", "\"a\":%d,\"l\":0,\"r\":%d,\"c\":1", id, id);
    script_line(b, 11, "connected", "\"a\":%d,\"port\":%d,\"reused\":0", id, 30000 + id);
    script_line(b, 12, "sent", "\"a\":%d", id);
    script_line(b, ms, "first-byte", "\"a\":%d", id);
    script_line(b, ms, "end",
                "\"a\":%d,\"code\":0,\"status\":200,\"tries\":1,\"sent\":80,\"head\":60,"
                "\"head_done\":1,\"body\":5,\"length\":5,\"framing\":\"length\",\"close\":%d,"
                "\"why\":\"\"",
                id, close);
}

/* What the server wrote before it had handled the signal does not count against it. */
static void told_to_close(void **state)
{
    static const struct {
        double told_ms;     /* the first answer that said it */
        double listener_ms; /* 0: it never closed */
        double untold_ms;
        enum verdict_value value;
    } rows[] = {
        {70, 0, 60, VERDICT_PASSED},   {70, 0, 76, VERDICT_FAILED},   {250, 0, 90, VERDICT_PASSED},
        {250, 0, 120, VERDICT_FAILED}, {250, 51, 55, VERDICT_PASSED}, {250, 51, 57, VERDICT_FAILED},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct judged j;
        begin(&j, PLAN(SCRIPT_ONE_LOAD, SCRIPT_TERM ",\"expect\":[{\"load\":\"work\","
                                                    "\"told_to_close\":\"100%\"}]"));
        script_signal(&j.text, 50, 0, 15);
        told_answer(&j.text, 1, rows[i].told_ms, 1);
        told_answer(&j.text, 2, rows[i].untold_ms, 0);
        if (rows[i].listener_ms > 0)
            script_line(&j.text, rows[i].listener_ms, "listener", "\"sockets\":0,\"depth\":0");
        script_end(&j.text, 300);
        const struct run_verdict *v = judge(&j);
        assert_int_equal(v->expectations.at[0].value, rows[i].value);
        done(&j);
    }
}

/* The name of a scenario that came with drainctl is not a file. */
static void no_file(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
    script_end(&j.text, 80);
    char *file = strstr(j.text.data, "\"file\":\"a.json\"");
    memcpy(file, "\"file\":\"\"      ", strlen("\"file\":\"a.json\""));
    assert_null(judge(&j)->file);
    done(&j);
}

/* Nearest rank, from the intended start: of 100 answers that took 1 to 100 ms. */
static void latency(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    for (int id = 1; id <= 100; id++)
        script_answer(&j.text, id, 0, 10, 10 + id, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_end(&j.text, 200);
    const struct run_verdict *v = judge(&j);
    assert_near(v->loads[0].p50_ms, 50);
    assert_near(v->loads[0].p90_ms, 90);
    assert_near(v->loads[0].p99_ms, 99);
    assert_near(v->loads[0].max_ms, 100);
    done(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phases_at_the_signal),
        cmocka_unit_test(the_drain),
        cmocka_unit_test(a_kill_tells_nothing),
        cmocka_unit_test(a_stale_queue),
        cmocka_unit_test(a_listener_after_the_kill),
        cmocka_unit_test(a_frozen_signal),
        cmocka_unit_test(told_to_close),
        cmocka_unit_test(no_file),
        cmocka_unit_test(latency),
    };
    return cmocka_run_group_tests_name("judge_drain", tests, NULL, NULL);
}
