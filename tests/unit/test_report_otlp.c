/* The OTLP report: spans that are whole, whose ids are those on the wire, and whose links lead
 * somewhere. */
#include "otlp_kit.h"

#define TWO_LOADS                                                                                  \
    "\"loads\":[{\"name\":\"work\",\"request\":{\"path\":\"/a?x=1\"},\"clients\":4},"              \
    "{\"name\":\"mute\",\"shape\":\"silent\"}]"

static void script_cut(struct buf *b, int id, int load, double from, double to)
{
    script_line(b, from, "start", "\"a\":%d,\"l\":%d,\"r\":%d,\"c\":2", id, load, id);
    script_line(b, from + 0.1, "connected", "\"a\":%d,\"port\":%d,\"reused\":0", id, 30000 + id);
    script_line(b, from + 0.2, "sent", "\"a\":%d", id);
    script_line(b, to, "end",
                "\"a\":%d,\"code\":56,\"errno\":104,\"status\":0,\"tries\":1,\"sent\":80,"
                "\"head\":0,\"head_done\":0,\"body\":0,\"length\":-1,\"framing\":\"\",\"close\":0,"
                "\"why\":\"\"",
                id);
}

/* One over before the signal, one through it, one cut by it, one silent; SIGTERM, then SIGKILL. */
static void ordinary_run(struct otlp *o)
{
    otlp_begin_run(o, PLAN(TWO_LOADS, "\"signals\":[{\"send\":\"SIGTERM\",\"when\":{\"load\":"
                                      "\"work\",\"in_flight\":1}},{\"send\":\"SIGKILL\",\"when\":"
                                      "{\"after\":\"30ms\",\"of\":\"SIGTERM\"}}],"
                                      "\"expect\":[{\"load\":\"work\",\"completed\":\"100%\"}]"));
    struct buf *b = &o->j.text;
    script_answer(b, 1, 0, 10, 20, 200, 5);
    script_answer(b, 2, 0, 12, 60, 200, 5);
    script_cut(b, 3, 0, 15, 80);
    script_line(b, 16, "start", "\"a\":4,\"l\":1,\"r\":1,\"c\":1");
    script_line(b, 16.5, "connected", "\"a\":4,\"port\":30004,\"reused\":0");
    script_signal(b, 50, 0, 15);
    script_line(b, 55, "health", "\"path\":\"/ready\",\"status\":503");
    script_signal(b, 80, 1, 9);
    script_line(b, 81, "end", "\"a\":4,\"code\":0,\"why\":\"\"");
    script_line(b, 82, "target-exit", "\"pid\":4711,\"code\":-1,\"signal\":9");
    script_line(b, 83, "run-end", "\"why\":\"complete\"");
}

static void a_span_of_an_attempt(void **state)
{
    (void)state;
    struct otlp o;
    ordinary_run(&o);
    otlp_report(&o);
    const cJSON *span = otlp_attempt_span(&o, 1);
    char trace[TRACE_RUN_TEXT];
    trace_run_text(trace_of_request(otlp_run_id, 0, 1), trace);
    assert_string_equal(otlp_text(span, "traceId"), trace);
    assert_null(cJSON_GetObjectItem(span, "parentSpanId"));
    assert_string_equal(otlp_text(span, "name"), "GET /a");
    assert_int_equal(otlp_at(span, "kind")->valueint, 3);
    assert_time(span, "startTimeUnixNano", 10);
    assert_time(span, "endTimeUnixNano", 20);
    assert_attribute(span, "http.request.method", "GET");
    assert_attribute(span, "url.full", "http://127.0.0.1:8080/a?x=1");
    assert_attribute(span, "server.address", "127.0.0.1");
    assert_attribute(span, "server.port", "8080");
    assert_attribute(span, "http.response.status_code", "200");
    assert_attribute(span, "network.local.port", "30001");
    assert_attribute(span, "network.protocol.version", "1.1");
    assert_attribute(span, "drainctl.load", "work");
    assert_attribute(span, "drainctl.outcome", "completed");
    assert_attribute(span, "drainctl.reason", "status-200");
    assert_attribute(span, "drainctl.phase", "done");
    assert_attribute(span, "drainctl.processed", "yes");
    assert_attribute(span, "drainctl.reused", "no");
    assert_attribute(span, "error.type", NULL);
    assert_attribute(span, "http.request.resend_count", NULL);
    assert_null(cJSON_GetObjectItem(span, "status"));
    assert_null(cJSON_GetObjectItem(span, "links"));
    const cJSON *events = otlp_at(span, "events");
    assert_int_equal(cJSON_GetArraySize(events), 3);
    assert_string_equal(otlp_text(events->child, "name"), "connected");
    assert_time(events->child, "timeUnixNano", 10.1);
    assert_string_equal(otlp_text(events->child->next, "name"), "sent");
    assert_string_equal(otlp_text(events->child->next->next, "name"), "first-byte");
    otlp_done(&o);
}

static void a_span_that_went_wrong(void **state)
{
    (void)state;
    struct otlp o;
    ordinary_run(&o);
    otlp_report(&o);
    const cJSON *span = otlp_attempt_span(&o, 3), *status = otlp_at(span, "status");
    assert_attribute(span, "drainctl.outcome", "cut-off");
    assert_attribute(span, "error.type", "reset-before-response");
    assert_attribute(span, "http.response.status_code", NULL);
    assert_attribute(span, "drainctl.phase", "waiting");
    assert_int_equal(otlp_at(status, "code")->valueint, 2);
    assert_string_equal(otlp_text(status, "message"), "reset-before-response");
    assert_int_equal(cJSON_GetArraySize(otlp_at(span, "events")), 2);
    span = otlp_attempt_span(&o, 4); /* silent: there is no request */
    assert_string_equal(otlp_text(span, "name"), "connection without a request");
    assert_attribute(span, "http.request.method", NULL);
    assert_attribute(span, "url.full", NULL);
    otlp_done(&o);
}

static void the_drain_is_a_trace(void **state)
{
    static const struct {
        const char *name;
        double from, to;
    } stages[] = {
        {"signal", 50, 50}, {"until not-ready", 50, 55}, {"until last-answer", 50, 60},
        {"signal", 80, 80}, {"until exit", 50, 82},
    };
    (void)state;
    struct otlp o;
    char trace[TRACE_RUN_TEXT];
    ordinary_run(&o);
    otlp_report(&o);
    const cJSON *drain = otlp_drain_span_of(&o, 0);
    trace_run_text(trace_of_drain(otlp_run_id), trace);
    assert_string_equal(otlp_text(drain, "name"), "drain SIGTERM");
    assert_string_equal(otlp_text(drain, "traceId"), trace);
    assert_int_equal(otlp_at(drain, "kind")->valueint, 1);
    assert_time(drain, "startTimeUnixNano", 50);
    assert_time(drain, "endTimeUnixNano", 82);
    assert_attribute(drain, "drainctl.verdict", "failed");
    assert_attribute(drain, "drainctl.attempts", "4");
    assert_attribute(drain, "drainctl.outcomes.completed", "2");
    assert_attribute(drain, "drainctl.exit_signal", "SIGKILL");
    assert_attribute(drain, "drainctl.target", "[\"./server\"]");
    assert_int_equal(otlp_at(otlp_at(drain, "status"), "code")->valueint, 2);
    for (int i = 0; i < (int)ARRAY_LEN(stages); i++) {
        const cJSON *stage = otlp_drain_span_of(&o, i + 1);
        assert_string_equal(otlp_text(stage, "name"), stages[i].name);
        assert_string_equal(otlp_text(stage, "traceId"), trace);
        assert_string_equal(otlp_text(stage, "parentSpanId"), otlp_text(drain, "spanId"));
        assert_time(stage, "startTimeUnixNano", stages[i].from);
        assert_time(stage, "endTimeUnixNano", stages[i].to);
    }
    assert_null(otlp_drain_span_of(&o, (int)ARRAY_LEN(stages) + 1));
    otlp_done(&o);
}

static void links_lead_both_ways(void **state)
{
    (void)state;
    struct otlp o;
    ordinary_run(&o);
    otlp_report(&o);
    uint64_t drain = trace_span_of_drain(otlp_run_id, 0);
    assert_link(otlp_attempt_span(&o, 2), 0, "drain", drain);
    assert_link(otlp_attempt_span(&o, 3), 0, "drain", drain);
    assert_link(otlp_attempt_span(&o, 4), 0, "drain", drain);
    assert_link(otlp_drain_span_of(&o, 0), 0, "lost-attempt",
                trace_span_of_attempt(otlp_run_id, 3));
    otlp_done(&o);
}

static void more_links_than_a_span_may_have(void **state)
{
    enum { LOST = 300 };
    (void)state;
    struct otlp o;
    otlp_begin_run(&o, DEFAULT_PLAN);
    for (int i = 1; i <= LOST; i++)
        script_cut(&o.j.text, i, 0, 10, 60);
    script_signal(&o.j.text, 50, 0, 15);
    script_end(&o.j.text, 70);
    otlp_report(&o);
    const cJSON *drain = otlp_drain_span_of(&o, 0);
    assert_int_equal(cJSON_GetArraySize(otlp_at(drain, "links")), 128);
    assert_int_equal(otlp_at(drain, "droppedLinksCount")->valueint, LOST - 128);
    otlp_done(&o);
}

static void a_retry_is_in_the_same_trace(void **state)
{
    (void)state;
    struct otlp o;
    otlp_begin_run(&o, DEFAULT_PLAN);
    struct buf *b = &o.j.text;
    script_answer(b, 1, 0, 10, 20, 200, 5);
    for (int id = 2; id <= 3; id++) {
        script_line(b, 20 + id, "start", "\"a\":%d,\"l\":0,\"r\":1,\"c\":1", id);
        script_line(b, 30 + id, "end", "\"a\":%d,\"code\":7,\"errno\":111", id);
    }
    script_signal(b, 50, 0, 15);
    script_end(b, 60);
    otlp_report(&o);
    const cJSON *first = otlp_attempt_span(&o, 1), *third = otlp_attempt_span(&o, 3);
    assert_string_equal(otlp_text(first, "traceId"), otlp_text(third, "traceId"));
    assert_attribute(first, "http.request.resend_count", NULL);
    assert_attribute(otlp_attempt_span(&o, 2), "http.request.resend_count", "1");
    assert_attribute(third, "http.request.resend_count", "2");
    assert_attribute(third, "drainctl.outcome", "refused");
    assert_link(third, 0, "previous-attempt", trace_span_of_attempt(otlp_run_id, 2));
    assert_null(cJSON_GetObjectItem(third, "status")); /* refused clearly: no error */
    otlp_done(&o);
}

static void a_large_report_is_in_lines(void **state)
{
    enum { MANY = 3000 };
    (void)state;
    struct otlp o;
    otlp_begin_run(&o, DEFAULT_PLAN);
    for (int i = 1; i <= MANY; i++)
        script_answer(&o.j.text, i, 0, 10, 60, 200, 5);
    script_signal(&o.j.text, 50, 0, 15);
    script_end(&o.j.text, 70);
    otlp_report(&o);
    assert_true(o.n_lines >= 3);
    int spans = 0;
    for (int i = 0; i < o.n_lines; i++)
        spans += cJSON_GetArraySize(otlp_spans(&o, i));
    assert_int_equal(spans, MANY + 1 + 3); /* the drain, its signal, its last answer, its exit */
    for (const char *s = o.text, *end; *s; s = end + 1) {
        end = strchr(s, '\n');
        assert_true(end - s <= 1000 * 1000);
    }
    otlp_done(&o);
}

static void a_cut_run_and_no_run(void **state)
{
    (void)state;
    struct otlp o;
    otlp_begin_run(&o, DEFAULT_PLAN);
    script_line(&o.j.text, 10, "start", "\"a\":1,\"l\":0,\"r\":1,\"c\":1");
    script_line(&o.j.text, 40, "note", "\"text\":\"the last line\"");
    otlp_report(&o);
    assert_time(otlp_attempt_span(&o, 1), "endTimeUnixNano", 40);
    assert_attribute(otlp_attempt_span(&o, 1), "drainctl.outcome", "unfinished");
    otlp_done(&o);
    struct buf out;
    buf_init(&out, 1024);
    report_find("otlp")->write(&(struct report_input){0}, &out);
    assert_string_equal(out.data, "{\"resourceSpans\":[]}\n");
    buf_free(&out);
}

static void what_a_receiver_answers(void **state)
{
    static const struct {
        const char *answer, *error; /* NULL: all was taken */
    } rows[] = {
        {"", NULL},
        {"{}", NULL},
        {"{\"partialSuccess\":{}}", NULL},
        {"{\"partialSuccess\":{\"errorMessage\":\"slow down\"}}", NULL},
        {"{\"partialSuccess\":{\"rejectedSpans\":\"0\"}}", NULL},
        {"{\"partialSuccess\":{\"rejectedSpans\":\"3\",\"errorMessage\":\"too \\u001b[31mold\"}}",
         "3 spans were rejected: too \\x1b[31mold"},
        {"{\"partialSuccess\":{\"rejectedSpans\":1}}", "1 span was rejected: it does not say why"},
        {"<html>\n", "the answer is not one of OTLP: '<html>'"},
        {"[]", "the answer is not one of OTLP: '[]'"},
        {"{\"partialSuccess\":", "the answer is not one of OTLP: '{\"partialSuccess\":'"},
    };
    (void)state;
    const struct report_push *push = report_find("otlp")->push;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = {0};
        int rc = push->check(rows[i].answer, strlen(rows[i].answer), &err);
        assert_int_equal(rc, rows[i].error ? -1 : 0);
        assert_string_equal(err.text, rows[i].error ? rows[i].error : "");
    }
    struct error err = {0};
    char answer[1000];
    memset(answer, 'x', sizeof answer);
    report_push_refused(503, answer, sizeof answer, &err);
    assert_int_equal(strncmp(err.text, "it answered with status 503: 'xxx", 33), 0);
    assert_true(strlen(err.text) < 300);
    report_push_refused(404, "", 0, &err);
    assert_string_equal(err.text, "it answered with status 404");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_span_of_an_attempt),
        cmocka_unit_test(a_span_that_went_wrong),
        cmocka_unit_test(the_drain_is_a_trace),
        cmocka_unit_test(links_lead_both_ways),
        cmocka_unit_test(more_links_than_a_span_may_have),
        cmocka_unit_test(a_retry_is_in_the_same_trace),
        cmocka_unit_test(a_large_report_is_in_lines),
        cmocka_unit_test(a_cut_run_and_no_run),
        cmocka_unit_test(what_a_receiver_answers),
    };
    return cmocka_run_group_tests_name("report_otlp", tests, NULL, NULL);
}
