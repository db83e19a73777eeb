/* A listening socket that drainctl holds: who waits in its queue, and who was served from it. */
#include "judged.h"

#define HELD_TARGET                                                                                \
    "{\"name\":\"n\",\"target\":{\"command\":[\"./server\"],\"socket_activation\":true}"           \
    "," SCRIPT_ONE_LOAD ","
#define HELD      HELD_TARGET SCRIPT_TERM "," COMPLETED "}"
#define NOT_HELD  PLAN(SCRIPT_ONE_LOAD, SCRIPT_TERM "," COMPLETED)
#define LET_GO    "\"sockets\":0,\"depth\":1,\"limit\":64"
#define RUN_ENDED "\"a\":2,\"code\":42,\"why\":\"run-ended\",\"sent\":80"

/* Attempt 2 connects at that time, and has no answer when the run ends. */
static void unanswered(struct judged *j, double ms)
{
    script_line(&j->text, ms, "start", "\"a\":2,\"l\":0,\"r\":2,\"c\":2");
    script_line(&j->text, ms, "connected", "\"a\":2,\"port\":30002,\"reused\":0");
    script_line(&j->text, ms, "sent", "\"a\":2");
    script_line(&j->text, 500, "end", RUN_ENDED);
}

/* The signal comes at 50 ms, and the target lets go at 60. `more` adds what comes then. */
static void expect_reason(const char *plan, double connected_ms, void (*more)(struct judged *j),
                          enum reason reason, int64_t queue_lost)
{
    struct judged j;
    begin(&j, plan);
    script_line(&j.text, 6, "listener", "\"sockets\":1,\"depth\":1,\"limit\":64");
    script_answer(&j.text, 1, 0, 10, 58, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_line(&j.text, 60, "listener", LET_GO);
    unanswered(&j, connected_ms);
    more(&j);
    script_line(&j.text, 501, "run-end", "\"why\":\"complete\"");
    const struct run_verdict *v = judge(&j);
    assert_int_equal(v->n_attempts, 2);
    assert_int_equal(v->attempts[1].outcome, OUTCOME_UNFINISHED);
    if (v->attempts[1].reason != reason)
        fail_msg("connected at %.0f ms: %s", connected_ms,
                 reason_words[v->attempts[1].reason].word);
    assert_int_equal(v->attempts[1].processed,
                     reason == REASON_WAITS_IN_QUEUE ? PROCESSED_NO : PROCESSED_UNKNOWN);
    assert_int_equal(v->target.queue_lost, queue_lost);
    done(&j);
}

static void exits(struct judged *j)
{
    script_line(&j->text, 70, "target-exit", "\"pid\":4711,\"code\":0,\"signal\":0");
}

static void stays(struct judged *j)
{
    (void)j;
}

static void leaves_a_child(struct judged *j)
{
    exits(j);
    script_line(&j->text, 80, "orphan", "\"pid\":4712,\"command\":\"worker\"");
}

static void starts_again(struct judged *j)
{
    exits(j);
    script_line(&j->text, 90, "target-start",
                "\"pid\":4712,\"port\":8080,\"argv\":[\"./server\"],\"life\":1");
    script_line(&j->text, 91, "listener", "\"sockets\":1,\"depth\":1,\"limit\":64,\"life\":1");
}

static void test_waits(void **state)
{
    (void)state;
    expect_reason(HELD, 65, stays, REASON_WAITS_IN_QUEUE, 0);
    expect_reason(HELD, 55, exits, REASON_WAITS_IN_QUEUE, 0);
}

/* The server may have accepted it, or may yet. */
static void test_may_be_accepted(void **state)
{
    (void)state;
    expect_reason(HELD, 55, stays, REASON_RUN_ENDED, 0);
    expect_reason(HELD, 55, leaves_a_child, REASON_RUN_ENDED, 0);
    expect_reason(HELD, 65, starts_again, REASON_RUN_ENDED, 0);
}

/* The same of a socket that is the target's own: its queue is lost with it. */
static void test_own_socket(void **state)
{
    (void)state;
    expect_reason(NOT_HELD, 55, exits, REASON_RUN_ENDED, 0);
}

static void test_no_reset_is_the_queue(void **state)
{
    (void)state;
    for (int held = 0; held < 2; held++) {
        struct judged j;
        begin(&j, held ? HELD : NOT_HELD);
        script_answer(&j.text, 1, 0, 10, 58, 200, 5);
        script_signal(&j.text, 50, 0, 15);
        script_line(&j.text, 51, "start", "\"a\":2,\"l\":0,\"r\":2,\"c\":2");
        script_line(&j.text, 52, "connected", "\"a\":2,\"port\":30002,\"reused\":0");
        script_line(&j.text, 53, "sent", "\"a\":2");
        script_line(&j.text, 54, "listener", "\"sockets\":1,\"depth\":1,\"limit\":64");
        script_line(&j.text, 60, "listener", LET_GO);
        script_line(&j.text, 60, "end",
                    "\"a\":2,\"code\":56,\"errno\":104,\"sent\":80,\"tries\":1");
        script_end(&j.text, 70);
        const struct run_verdict *v = judge(&j);
        assert_int_equal(v->attempts[1].outcome, OUTCOME_CUT_OFF);
        assert_int_equal(v->attempts[1].reason,
                         held ? REASON_RESET_BEFORE_RESPONSE : REASON_NEVER_ACCEPTED);
        assert_int_equal(v->target.queue_lost, held ? 0 : 1);
        done(&j);
    }
}

/* Restarted: attempt 2 connects before or after the old one lets go, and the new one answers. */
static void served(double connected_ms, double answered_ms, int64_t waited)
{
    struct judged j;
    begin(&j, HELD_TARGET
          "\"actions\":[{\"restart\":\"target\",\"when\":{\"at\":\"10ms\"}}]," COMPLETED "}");
    script_answer(&j.text, 1, 0, 10, 58, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_line(&j.text, 60, "listener", LET_GO);
    exits(&j);
    script_line(&j.text, 90, "target-start",
                "\"pid\":4712,\"port\":8080,\"argv\":[\"./server\"],\"life\":1");
    script_line(&j.text, 120, "target-ready", "\"how\":\"so\",\"life\":1");
    script_answer(&j.text, 2, 0, connected_ms, answered_ms, 200, 5);
    script_line(&j.text, 500, "run-end", "\"why\":\"complete\"");
    const struct run_verdict *v = judge(&j);
    assert_int_equal(v->n_processes, 2);
    assert_true(v->processes[0].held && v->processes[1].held);
    assert_int_equal(v->processes[0].waited, 0);
    assert_int_equal(v->processes[1].waited, waited);
    if (waited)
        assert_float_equal(v->processes[1].waited_ms, answered_ms - connected_ms - 0.2, 0.001);
    done(&j);
}

static void test_served(void **state)
{
    (void)state;
    served(55, 125, 1);
    served(100, 130, 1);
    served(121, 130, 0); /* it was ready by then */
    served(52, 69, 0);   /* by the old one */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_waits),      cmocka_unit_test(test_may_be_accepted),
        cmocka_unit_test(test_own_socket), cmocka_unit_test(test_no_reset_is_the_queue),
        cmocka_unit_test(test_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
