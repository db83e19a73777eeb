/* What the judge makes of times: phases at the signal, the drain, latency. */
#include "judged.h"

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
    assert_int_equal(v->in_flight, 5);
    done(&j);
}

static void the_drain(void **state)
{
    (void)state;
    struct judged j;
    begin(&j, DEFAULT_PLAN);
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
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
        cmocka_unit_test(latency),
    };
    return cmocka_run_group_tests_name("judge_drain", tests, NULL, NULL);
}
