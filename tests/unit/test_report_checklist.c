/* The shutdown checklist, row by row: a healthy history, bent so that one row must see it. */
#include "judged.h"

#include "report/checklist.h"

#define CHECKLIST_PLAN(keys)                                                                       \
    "{\"name\":\"n\"," SCRIPT_TARGET ",\"checklist\":{" keys "}," SCRIPT_ONE_LOAD "," SCRIPT_TERM  \
    ",\"expect\":[{\"target\":\"checklist\"}]}"

enum { FIRST = 1, IN_HAND = 2, LATE = 3 };

/* What a healthy server is seen to do; a test changes one of these. Times in ms. */
struct healthy {
    const char *keys;                   /* of the checklist */
    double turned, asked, closed, exit; /* 0: not at all */
    const char *pool_line;
    double pool_ms;
    int held_before, held_after; /* of each of the three */
    double held_ms;              /* the look after the last answer; 0: there was none */
    bool cut;                    /* the request in hand is */
    bool socket;                 /* drainctl holds it */
    int late_status;             /* of a request that comes after the close; 0: refused */
    double late;                 /* 0: none comes */
    int exit_signal;
    const char *disposition;
};

static const struct healthy fine = {
    .keys = "",
    .turned = 101,
    .asked = 120,
    .closed = 150,
    .exit = 410,
    .pool_line = "server: step pool-closed: done in 0.3 ms",
    .pool_ms = 401,
    .held_before = 9,
    .held_after = 9,
    .held_ms = 405,
    .late = 200,
    .disposition = "caught",
};

static void held(struct buf *b, double ms, const char *what, int n, const char *text)
{
    script_line(b, ms, "held", "\"what\":\"%s\",\"n\":%d,\"text\":\"%s\"", what, n, text);
}

static void held_all(struct buf *b, double ms, int n)
{
    held(b, ms, "descriptors", n, "");
    held(b, ms, "locks", n, "");
    held(b, ms, "threads", n, "");
}

static void request_in_hand(struct buf *b, const struct healthy *s)
{
    if (!s->cut) {
        script_answer(b, IN_HAND, 0, 90, 400, 200, 2);
        return;
    }
    script_line(b, 90, "start", "\"a\":2,\"l\":0,\"r\":2,\"c\":1");
    script_line(b, 90.1, "connected", "\"a\":2,\"port\":30002,\"reused\":0");
    script_line(b, 90.2, "sent", "\"a\":2");
    script_line(b, 400, "end", "\"a\":2,\"code\":56,\"errno\":104,\"tries\":1,\"length\":-1");
}

static void request_after_the_close(struct buf *b, const struct healthy *s)
{
    if (s->late && s->late_status) {
        script_answer(b, LATE, 0, s->late, s->late + 5, s->late_status, 2);
    } else if (s->late) {
        script_line(b, s->late, "start", "\"a\":3,\"l\":0,\"r\":3,\"c\":2");
        script_line(b, s->late + 1, "end", "\"a\":3,\"code\":7,\"errno\":111,\"length\":-1");
    }
}

static void target_after_the_signal(struct buf *b, const struct healthy *s)
{
    if (s->turned)
        script_line(b, s->turned, "health", "\"path\":\"/ready\",\"status\":503,\"asked\":%lld",
                    (long long)(script_epoch_ns + (int64_t)((s->turned - 1) * 1e6)));
    if (s->asked)
        script_line(b, s->asked, "health", "\"path\":\"/live\",\"status\":200,\"asked\":%lld",
                    (long long)(script_epoch_ns + (int64_t)((s->asked - 1) * 1e6)));
    if (s->closed)
        script_line(b, s->closed, "listener", "\"sockets\":0,\"depth\":0");
    if (s->pool_line)
        script_line(b, s->pool_ms, "target-output", "\"stream\":2,\"line\":\"%s\"", s->pool_line);
    if (s->held_ms)
        held_all(b, s->held_ms, s->held_after);
    if (s->exit)
        script_line(b, s->exit, "target-exit", "\"pid\":4711,\"code\":%d,\"signal\":%d",
                    s->exit_signal ? -1 : 0, s->exit_signal);
}

static void script(struct judged *j, const struct healthy *s)
{
    static const char target[] = "\"target\":{";
    char text[2048], plan[2100];
    snprintf(text, sizeof text, CHECKLIST_PLAN("%s"), s->keys);
    const char *rest = strstr(text, target) + strlen(target);
    snprintf(plan, sizeof plan, "%.*s%s%s", (int)(rest - text), text,
             s->socket ? "\"socket_activation\":true," : "", rest);
    begin(j, plan);
    script_line(&j->text, 6, "health", "\"path\":\"/ready\",\"status\":200,\"asked\":%lld",
                (long long)script_epoch_ns);
    script_answer(&j->text, FIRST, 0, 10, 40, 200, 2);
    held_all(&j->text, 20, s->held_before + 5); /* not at rest */
    held_all(&j->text, 60, s->held_before + 1); /* a poll's connection */
    held_all(&j->text, 70, s->held_before);
    script_line(&j->text, 99, "disposition",
                "\"pid\":4711,\"signal\":15,\"is\":\"%s\",\"role\":\"main\"", s->disposition);
    script_signal(&j->text, 100, 0, 15);
    request_in_hand(&j->text, s);
    request_after_the_close(&j->text, s);
    target_after_the_signal(&j->text, s);
}

static const struct checklist_row *row(struct judged *j, enum checklist_id id)
{
    script_line(&j->text, 1000, "run-end", "\"why\":\"complete\"");
    return &judge(j)->checklist.rows[id];
}

/* One row of a history that is bent in one place. */
static void expect_cause(const struct healthy *s, enum checklist_id id, enum row_cause cause)
{
    struct judged j;
    script(&j, s);
    const struct checklist_row *r = row(&j, id);
    if (r->cause != cause)
        fail_msg("%s: %s, not %s", checklist_words[id], cause_words[r->cause], cause_words[cause]);
    done(&j);
}

static void test_healthy(void **state)
{
    static const enum row_cause causes[CHECKLIST_ROWS] = {
        CAUSE_HANDLED,     CAUSE_TURNED,     CAUSE_NOTHING_TAKEN, CAUSE_ALL_FINISHED,
        CAUSE_POOL_CLOSED, CAUSE_BACK,       CAUSE_BACK,          CAUSE_BACK,
        CAUSE_NO_PPROF,    CAUSE_NO_METRICS, CAUSE_NO_REGISTRY,   CAUSE_EXITED,
    };
    (void)state;
    for (int i = 0; i < CHECKLIST_ROWS; i++)
        expect_cause(&fine, (enum checklist_id)i, causes[i]);
    struct judged j;
    script(&j, &fine);
    row(&j, ROW_EXIT);
    assert_int_equal(j.v.value, VERDICT_PASSED);
    assert_int_equal(checklist_count(&j.v.checklist, ROW_FINE), 9);
    done(&j);
}

static void test_broken_fails_the_run(void **state)
{
    (void)state;
    struct healthy s = fine;
    struct judged j;
    s.cut = true;
    script(&j, &s);
    row(&j, ROW_EXIT);
    assert_int_equal(j.v.value, VERDICT_FAILED);
    assert_non_null(strstr(j.v.expectations.at[0].observed, "broken (in-hand, exit)"));
    done(&j);
}

/* What is bent, and what then becomes of one row. */
#define BENT(change, id, cause)                                                                    \
    do {                                                                                           \
        struct healthy s = fine;                                                                   \
        change;                                                                                    \
        expect_cause(&s, ROW_##id, CAUSE_##cause);                                                 \
    } while (0)

static void test_signal_and_exit(void **state)
{
    (void)state;
    BENT(s.disposition = "default"; s.exit_signal = 15, SIGNAL, NO_HANDLER);
    BENT(s.exit_signal = 15, SIGNAL, HANDLED);
    BENT(s.disposition = "", SIGNAL, REACTED);
    BENT(s.turned = s.asked = s.closed = s.exit = 0, SIGNAL, NO_SIGN);
    BENT(s.turned = s.asked = 0, READINESS, NEVER_TURNED);
    BENT(s.turned = 149; s.asked = 0, READINESS, TURNED_LATE);
    BENT(s.turned = s.asked = 0; s.socket = true, READINESS, NEED_NOT_TURN);
    BENT(s.socket = true, READINESS, TURNED);
    BENT(s.cut = true, EXIT, EXITED_BEFORE);
    BENT(s.exit = 0, EXIT, NO_EXIT);
    BENT(s.exit_signal = 11, EXIT, DIED);
    BENT(s.exit_signal = 15, EXIT, EXITED);
}

static void test_requests(void **state)
{
    (void)state;
    BENT(s.late_status = 200, NOTHING_NEW, TAKEN);
    BENT(s.late_status = 503, NOTHING_NEW, NOTHING_TAKEN);
    BENT(s.late = 0, NOTHING_NEW, NONE_CAME);
    BENT(s.closed = 0; s.late_status = 200, NOTHING_NEW, STAYED_OPEN);
    BENT(s.closed = 408; s.late_status = 200, NOTHING_NEW, STAYED_OPEN);
    BENT(s.closed = s.late = 0, NOTHING_NEW, NEVER_CLOSED);
    BENT(s.closed = 0, NOTHING_NEW,
         NONE_CAME); /* the one that came was refused: it shows the close */
    BENT(s.closed = 0; s.late = 407, NOTHING_NEW, NEVER_CLOSED); /* refused by the exit */
    BENT(s.cut = true, IN_HAND, SOME_CUT);
}

static void test_pool(void **state)
{
    static const char own_line[] = "\"pool_log\":\"gone\"";
    (void)state;
    BENT(s.pool_line = NULL, POOL, NO_POOL_LINE);
    BENT(s.pool_line = "the port is closed", POOL, NO_POOL_LINE);
    BENT(s.pool_line = "HikariPool-1 - Shutdown completed.", POOL, POOL_CLOSED);
    BENT(s.pool_ms = 300, POOL, POOL_EARLY);
    BENT(s.pool_ms = 398, POOL, POOL_CLOSED);
    BENT(s.pool_line = "step pool-closed: failed", POOL, POOL_FAILED);
    BENT(s.keys = own_line; s.pool_line = "it is GONE", POOL, POOL_CLOSED);
    BENT(s.keys = own_line, POOL, NO_POOL_LINE);
}

static void test_held(void **state)
{
    (void)state;
    BENT(s.held_after = 8, DESCRIPTORS, BACK);
    BENT(s.held_after = 10, DESCRIPTORS, GONE_TOO_SOON);
    BENT(s.held_after = 10, LOCKS, GONE_TOO_SOON);
    BENT(s.held_ms = 395, THREADS, NO_LOOK_AFTER);
    BENT(s.held_after = 10; s.held_ms = 520; s.exit = 530, DESCRIPTORS, NOT_BACK);
    BENT(s.held_after = 10; s.held_ms = 520; s.exit = 0, THREADS, NOT_BACK);
    BENT(s.held_after = 10; s.held_ms = 520; s.exit = 530; s.closed = 500, THREADS, GONE_TOO_SOON);
}

/* Gauges: each by its own name, and the worst counts. */
static void test_metrics(void **state)
{
    struct judged j;
    struct healthy s = fine;
    (void)state;
    s.keys = "\"metrics\":\"/metrics\"";
    script(&j, &s);
    held(&j.text, 70, "metric", 0, "in_flight");
    held(&j.text, 70, "metric", 2, "pool_busy");
    held(&j.text, 405, "metric", 0, "in_flight");
    held(&j.text, 405, "metric", 2, "pool_busy");
    const struct checklist_row *r = row(&j, ROW_METRICS);
    assert_int_equal(r->cause, CAUSE_AT_REST);
    assert_int_equal(r->n, 2);
    done(&j);
    s.exit = 600;
    script(&j, &s);
    held(&j.text, 70, "metric", 0, "in_flight");
    held(&j.text, 70, "metric", 2, "pool_busy");
    held(&j.text, 590, "metric", 3, "in_flight");
    held(&j.text, 590, "metric", 2, "pool_busy");
    r = row(&j, ROW_METRICS);
    assert_int_equal(r->cause, CAUSE_NOT_AT_REST);
    assert_string_equal(r->text, "in_flight");
    done(&j);
    script(&j, &s);
    held(&j.text, 70, "metric", -1, "status 404");
    r = row(&j, ROW_METRICS);
    assert_int_equal(r->cause, CAUSE_UNREADABLE);
    assert_string_equal(r->text, "status 404");
    done(&j);
}

static enum row_cause entry(double marked_ms, const char *marked, int at_the_end)
{
    struct judged j;
    struct healthy s = fine;
    s.keys = "\"registry\":\"file:r\"";
    script(&j, &s);
    held(&j.text, 70, "registry", 1, "up");
    if (marked_ms)
        held(&j.text, marked_ms, "registry", 1, marked);
    held(&j.text, 420, "registry", at_the_end, "draining");
    enum row_cause cause = row(&j, ROW_REGISTRY)->cause;
    done(&j);
    return cause;
}

static void test_registry(void **state)
{
    (void)state;
    assert_int_equal(entry(110, "draining", 0), CAUSE_LEFT);
    assert_int_equal(entry(0, "", 0), CAUSE_LEFT); /* gone at the first look */
    assert_int_equal(entry(160, "up", 0), CAUSE_NOT_MARKED);
    assert_int_equal(entry(152, "up", 0), CAUSE_LEFT); /* within what looks blur */
    assert_int_equal(entry(110, "draining", 1), CAUSE_STILL_THERE);
}

static void test_not_asked(void **state)
{
    struct judged j;
    (void)state;
    begin(&j, DEFAULT_PLAN);
    script_signal(&j.text, 100, 0, 15);
    script_end(&j.text, 200);
    assert_false(judge(&j)->checklist.asked);
    done(&j);
}

/* Every cause has a sentence, and no placeholder is left in it. */
static void test_sentences(void **state)
{
    (void)state;
    for (int i = 0; i < CAUSE_COUNT; i++) {
        struct checklist_row r = {.cause = (enum row_cause)i, .text = "x", .n = 15, .of = 20};
        struct buf b;
        buf_init(&b, 4096);
        checklist_say(&r, &b);
        assert_true(b.len > 2);
        assert_null(strpbrk(b.data, "{}"));
        buf_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_healthy),
        cmocka_unit_test(test_broken_fails_the_run),
        cmocka_unit_test(test_signal_and_exit),
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_pool),
        cmocka_unit_test(test_held),
        cmocka_unit_test(test_metrics),
        cmocka_unit_test(test_registry),
        cmocka_unit_test(test_not_asked),
        cmocka_unit_test(test_sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
