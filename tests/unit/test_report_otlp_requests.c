/* What a scenario says of its requests, in the attributes of their spans; whatever bytes it holds.
 */
#include "otlp_kit.h"

#include "base/mem.h"

/* A plan with one load of `request`, and what became of its first two requests. */
static void one_load(struct otlp *o, const char *target, const char *load)
{
    char *plan = mem_printf("{\"name\":\"n\",\"target\":{\"command\":[\"s\"]%s},\"loads\":[{"
                            "\"name\":\"work\",%s}]}",
                            target, load);
    otlp_begin_run(o, plan);
    free(plan);
    script_answer(&o->j.text, 1, 0, 10, 20, 200, 5);
    script_answer(&o->j.text, 2, 0, 10, 20, 200, 5);
    script_end(&o->j.text, 30);
    otlp_report(o);
}

static void urls(void **state)
{
    static const struct {
        const char *target, *load, *url, *host, *port;
    } rows[] = {
        {"", "\"request\":{\"path\":\"/x\"}", "http://127.0.0.1:8080/x", "127.0.0.1", "8080"},
        {",\"url\":\"http://me:secret@h.example/api/\"", "\"request\":{\"path\":\"/x?y=@z\"}",
         "http://h.example/api/x?y=@z", "h.example", "80"},
        {",\"url\":\"http://[::1]:${port}\"", "\"request\":{\"path\":\"/\"}", "http://[::1]:8080/",
         "::1", "8080"},
        {",\"url\":\"http://[::1]\"", "\"request\":{\"path\":\"/\"}", "http://[::1]/", "::1", "80"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct otlp o;
        one_load(&o, rows[i].target, rows[i].load);
        const cJSON *span = otlp_attempt_span(&o, 1);
        assert_attribute(span, "url.full", rows[i].url);
        assert_attribute(span, "server.address", rows[i].host);
        assert_attribute(span, "server.port", rows[i].port);
        assert_attribute(span, "drainctl.phase", NULL); /* no signal was sent */
        assert_null(otlp_drain_span_of(&o, 0));
        otlp_done(&o);
    }
}

static void requests(void **state)
{
    (void)state;
    struct otlp o;
    one_load(&o, "",
             "\"shape\":\"pipelined\",\"request\":{\"method\":\"PUT\",\"path\":\"/one\","
             "\"then\":\"/two\"}");
    assert_string_equal(otlp_text(otlp_attempt_span(&o, 1), "name"), "PUT /one");
    assert_string_equal(otlp_text(otlp_attempt_span(&o, 2), "name"), "GET /two");
    assert_attribute(otlp_attempt_span(&o, 2), "url.full", "http://127.0.0.1:8080/two");
    otlp_done(&o);
    one_load(&o, "", "\"request\":{\"method\":\"PURGE\",\"path\":\"/x\"}");
    const cJSON *span = otlp_attempt_span(&o, 1);
    assert_string_equal(otlp_text(span, "name"), "HTTP /x");
    assert_attribute(span, "http.request.method", "_OTHER");
    assert_attribute(span, "http.request.method_original", "PURGE");
    otlp_done(&o);
    one_load(&o, "",
             "\"request\":{\"path\":\"/x\",\"headers\":{\"TraceParent\":"
             "\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"}}");
    assert_link(otlp_attempt_span(&o, 1), 0, "traceparent", UINT64_C(0xb7ad6b7169203331));
    otlp_done(&o);
}

#define NASTY "</script>'\\\"q\\\"\\\\ \\u001b[31m\\u0007 \xff\xc0\xaf\\n"

static void whatever_bytes_a_run_brings(void **state)
{
    static const char bytes[] = "</script>'\"q\"\\ \x1b[31m\x07 \xff\xc0\xaf\n";
    (void)state;
    struct otlp o;
    otlp_begin_run(&o, "{\"name\":\"n\",\"target\":{\"command\":[\"</script>\",\"\\u0001\"]},"
                       "\"loads\":[{\"name\":\"w\",\"request\":{\"path\":\"/</script>'%22\"}}],"
                       "\"signals\":[{\"send\":\"SIGTERM\",\"when\":{\"at\":\"40ms\"}}]}");
    script_line(&o.j.text, 6, "target-output", "\"stream\":1,\"line\":\"" NASTY "\"");
    script_answer(&o.j.text, 1, 0, 10, 60, 200, 5);
    script_signal(&o.j.text, 50, 0, 15);
    script_end(&o.j.text, 70);
    judge(&o.j);
    o.j.v.scenario = o.j.v.file = bytes;
    struct report_input in = {.runs = &o.j.v, .count = 1};
    struct buf out;
    buf_init(&out, 1024 * 1024);
    report_find("otlp")->write(&in, &out);
    o.text = buf_take(&out);
    for (const char *s = o.text; *s; s++)
        assert_true((unsigned char)*s >= 0x20 || *s == '\n');
    otlp_read(&o);
    const cJSON *resource = otlp_at(otlp_at(o.lines[0], "resourceSpans")->child, "resource");
    assert_attribute(resource, "drainctl.scenario",
                     "</script>'\"q\"\\ \x1b[31m\x07 \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\n");
    assert_attribute(otlp_attempt_span(&o, 1), "url.full", "http://127.0.0.1:8080/</script>'%22");
    otlp_done(&o);
}

/* A path as long as a scenario allows: cut, and not within a character. */
static void long_values_are_cut(void **state)
{
    (void)state;
    struct otlp o;
    struct buf load;
    buf_init(&load, 1024 * 1024);
    buf_adds(&load, "\"request\":{\"path\":\"/");
    for (int i = 0; i < 100000; i++)
        buf_adds(&load, "\xe2\x82\xac");
    buf_adds(&load, "\"}");
    one_load(&o, "", load.data);
    const cJSON *span = otlp_attempt_span(&o, 1);
    size_t len = strlen(otlp_attribute(span, "url.full"));
    assert_true(len > 2000 && len <= 2048);
    assert_null(strstr(otlp_attribute(span, "url.full"), "\xef\xbf\xbd"));
    buf_free(&load);
    otlp_done(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls),
        cmocka_unit_test(requests),
        cmocka_unit_test(whatever_bytes_a_run_brings),
        cmocka_unit_test(long_values_are_cut),
    };
    return cmocka_run_group_tests_name("report_otlp_requests", tests, NULL, NULL);
}
