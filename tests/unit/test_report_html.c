/* The HTML report's data, read by a parser that is not ours (cJSON): it says what the verdict says,
 * its columns decode to the attempts, and nothing that a run brings ends the element it stands in.
 */
#include "judged.h"

#include <cjson/cJSON.h>

#include "report/html/html.h"

#define OPEN "<script type=\"application/json\" data-drainctl=\""

struct page {
    char *text;
    cJSON *report, *run;
};

static cJSON *element(const char *text, const char *kind)
{
    char open[128];
    snprintf(open, sizeof open, "%s%s\">", OPEN, kind);
    const char *from = strstr(text, open);
    assert_non_null(from);
    from += strlen(open);
    const char *to = strstr(from, "</script>");
    assert_non_null(to);
    assert_null(memchr(from, '<', (size_t)(to - from)));
    cJSON *json = cJSON_ParseWithLength(from, (size_t)(to - from));
    assert_non_null(json);
    return json;
}

static void write_page(struct page *p, const struct run_verdict *v)
{
    struct report_input in = {.runs = v, .count = 1};
    struct buf out;
    buf_init(&out, 16 * 1024 * 1024);
    report_find("html")->write(&in, &out);
    p->text = buf_take(&out);
    p->report = element(p->text, "report");
    p->run = element(p->text, "run");
}

static void page_free(struct page *p)
{
    cJSON_Delete(p->report);
    cJSON_Delete(p->run);
    free(p->text);
}

static const cJSON *at(const cJSON *node, const char *key)
{
    const cJSON *child = cJSON_GetObjectItemCaseSensitive(node, key);
    if (!child)
        fail_msg("no key '%s'", key);
    return child;
}

/* The i-th value of a column, by the rules of report/html.h, written down again. */
static int64_t value(const cJSON *column, size_t i)
{
    size_t n = (size_t)cJSON_GetArraySize(column), seen = 0;
    int coding = (int)cJSON_GetArrayItem(column, 0)->valuedouble;
    int64_t now = 0;
    for (size_t k = 1; k < n; k += coding >= 2 ? 2 : 1) {
        int64_t v = (int64_t)cJSON_GetArrayItem(column, (int)k)->valuedouble;
        size_t times =
            coding >= 2 ? (size_t)cJSON_GetArrayItem(column, (int)k + 1)->valuedouble : 1;
        for (size_t r = 0; r < times; r++, seen++) {
            now = coding % 2 && seen ? now + v : v;
            if (seen == i)
                return now;
        }
    }
    fail_msg("the column has no value %zu", i);
    return 0;
}

static void check_column(const int64_t *values, size_t n, int coding)
{
    struct buf b;
    struct json_out j;
    buf_init(&b, 1024 * 1024);
    json_out_init(&j, &b, 0);
    json_out_object(&j, NULL);
    html_column(&j, "c", values, n);
    json_out_end_object(&j);
    cJSON *root = cJSON_Parse(b.data);
    const cJSON *column = at(root, "c");
    assert_int_equal(cJSON_GetArrayItem(column, 0)->valueint, coding);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(value(column, i), values[i]);
    cJSON_Delete(root);
    buf_free(&b);
}

static void a_column_takes_the_shortest_way(void **state)
{
    (void)state;
    static const int64_t plain[] = {3, 901, 4, 877, -1, 12},
                         alike[] = {7, 7, 7, 7, 7, 9, 9, 9, 9, 9};
    static const int64_t rising[] = {100000, 100007, 100009, 100030},
                         even[] = {10, 20, 30, 40, 50, 60};
    check_column(plain, ARRAY_LEN(plain), 0);
    check_column(rising, ARRAY_LEN(rising), 1);
    check_column(alike, ARRAY_LEN(alike), 2);
    check_column(even, ARRAY_LEN(even), 3);
    check_column(plain, 0, 0);
}

static void a_column_stays_within_what_javascript_counts(void **state)
{
    (void)state;
    static const int64_t wild[] = {INT64_MAX, INT64_MIN, 0};
    struct buf b;
    struct json_out j;
    buf_init(&b, 1024);
    json_out_init(&j, &b, 0);
    html_column(&j, NULL, wild, ARRAY_LEN(wild));
    assert_string_equal(b.data, "[0,4503599627370496,-4503599627370496,0]");
    buf_free(&b);
}

/* One that is answered across the signal, one that is cut while it waits, one that never got
 * through. */
static void begin_three(struct judged *j)
{
    begin(j, DEFAULT_PLAN);
    script_answer(&j->text, 1, 0, 10, 60, 200, 5);
    script_line(&j->text, 20, "start", "\"a\":2,\"l\":0,\"r\":2,\"c\":2");
    script_line(&j->text, 20.25, "connected", "\"a\":2,\"port\":30002,\"reused\":1");
    script_line(&j->text, 20.5, "sent", "\"a\":2");
    script_signal(&j->text, 50, 0, 15);
    script_line(&j->text, 70, "start", "\"a\":3,\"l\":0,\"r\":3,\"c\":3");
    script_line(&j->text, 70.5, "end",
                "\"a\":3,\"code\":7,\"errno\":111,\"length\":-1,\"why\":\"\"");
    script_line(
        &j->text, 80, "end",
        "\"a\":2,\"code\":56,\"errno\":104,\"tries\":1,\"sent\":80,\"length\":-1,\"why\":\"\"");
    script_line(&j->text, 90, "listener", "\"sockets\":1,\"depth\":4,\"limit\":128");
    script_line(&j->text, 91, "listener", "\"sockets\":0,\"depth\":4,\"limit\":128");
    script_end(&j->text, 100);
}

static void columns_decode_to_the_attempts(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        int64_t values[3];
    } rows[] = {
        {"id", {1, 2, 3}},
        {"start", {-40000, -30000, 20000}},
        {"connect", {100, 250, -1}},
        {"send", {100, 250, -1}},
        {"wait", {49700, -1, -1}},
        {"rest", {100, 59500, 500}},
        {"port", {30001, 30002, 0}},
        {"outcome", {OUTCOME_COMPLETED, OUTCOME_CUT_OFF, OUTCOME_REFUSED}},
        {"status", {200, 0, 0}},
        {"phase", {PHASE_WAITING, PHASE_WAITING, PHASE_NOT_STARTED}},
        {"flags", {2 | 4 | 8, 1, 0}},
        {"errno", {0, 104, 111}},
        {"body", {5, 0, 0}},
        {"length", {5, -1, -1}},
        {"framing", {2, 0, 0}},
    };
    struct judged j;
    struct page p;
    begin_three(&j);
    write_page(&p, judge(&j));
    const cJSON *load = at(p.run, "attempts")->child;
    assert_int_equal(at(load, "n")->valueint, 3);
    for (size_t r = 0; r < ARRAY_LEN(rows); r++)
        for (size_t i = 0; i < 3; i++)
            if (value(at(load, rows[r].key), i) != rows[r].values[i])
                fail_msg("%s of attempt %zu is %lld", rows[r].key, i + 1,
                         (long long)value(at(load, rows[r].key), i));
    page_free(&p);
    done(&j);
}

/* The whole RUN of the JSON report is in it, and beside it what the picture needs. */
static void a_run_says_what_the_json_report_says(void **state)
{
    (void)state;
    struct judged j;
    struct page p;
    begin_three(&j);
    const struct run_verdict *v = judge(&j);
    struct report_input in = {.runs = v, .count = 1};
    struct buf out;
    buf_init(&out, 1024 * 1024);
    report_find("json")->write(&in, &out);
    cJSON *json = cJSON_Parse(out.data);
    write_page(&p, v);
    for (const cJSON *key = at(json, "runs")->child->child; key; key = key->next)
        assert_true(cJSON_Compare(key, at(p.run, key->string), true));
    const cJSON *entry = at(p.report, "runs")->child, *queue = at(p.run, "queue");
    assert_int_equal(at(entry, "attempts")->valueint, 3);
    assert_int_equal(at(entry, "lost")->valueint, 1);
    assert_string_equal(at(p.report, "verdict")->valuestring, "failed");
    assert_int_equal(at(queue, "n")->valueint, 2);
    assert_int_equal(at(queue, "limit")->valueint, 128);
    assert_int_equal(value(at(queue, "depth"), 0), 4);
    assert_int_equal(value(at(queue, "depth"), 1), 0); /* a closed listener has no queue */
    assert_string_equal(at(at(p.run, "steps")->child, "kind")->valuestring, "signal");
    assert_true(cJSON_GetArraySize(at(p.run, "steps")) >= 3);
    page_free(&p);
    cJSON_Delete(json);
    buf_free(&out);
    done(&j);
}

/* An answer that began before the request was sent to its end (an upload that is refused). */
static void an_early_answer_keeps_its_stages_in_order(void **state)
{
    (void)state;
    struct judged j;
    struct page p;
    begin(&j, DEFAULT_PLAN);
    script_line(&j.text, 10, "start", "\"a\":1,\"l\":0,\"r\":1,\"c\":1");
    script_line(&j.text, 11, "connected", "\"a\":1,\"port\":30001,\"reused\":0");
    script_line(&j.text, 15, "first-byte", "\"a\":1");
    script_line(&j.text, 30, "sent", "\"a\":1");
    script_line(
        &j.text, 40, "end",
        "\"a\":1,\"code\":0,\"status\":413,\"tries\":1,\"sent\":80,\"head\":60,\"head_done\":1,"
        "\"body\":0,\"length\":0,\"framing\":\"length\",\"why\":\"\"");
    script_signal(&j.text, 50, 0, 15);
    script_end(&j.text, 60);
    write_page(&p, judge(&j));
    const cJSON *load = at(p.run, "attempts")->child;
    assert_int_equal(value(at(load, "send"), 0), 4000);
    assert_int_equal(value(at(load, "wait"), 0), 0);
    assert_int_equal(value(at(load, "rest"), 0), 25000);
    page_free(&p);
    done(&j);
}

#define EVIL                                                                                       \
    "</script><script>x()</script><!--<script> \\u0000 \\u001b[31m \\\"'& \xff\xc0\xaf \\u202e"

static void nothing_ends_its_element(void **state)
{
    (void)state;
    struct judged j;
    struct page p;
    begin(&j, PLAN("\"loads\":[{\"name\":\"work\",\"request\":{\"path\":\"/</script><b>\"}}]",
                   SCRIPT_TERM "," COMPLETED));
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
    script_line(&j.text, 11, "target-output", "\"stream\":1,\"line\":\"" EVIL "\"");
    script_line(&j.text, 12, "note", "\"text\":\"" EVIL "\"");
    script_line(&j.text, 13, "health", "\"path\":\"" EVIL "\",\"status\":200");
    script_signal(&j.text, 50, 0, 15);
    script_line(&j.text, 61, "orphan", "\"pid\":5,\"command\":\"" EVIL "\"");
    script_end(&j.text, 100);
    write_page(&p, judge(&j));
    /* head's script, the two elements of data: as many as a tame run has */
    size_t n = 0;
    for (const char *s = p.text; (s = strstr(s, "<script")); s++)
        n++;
    assert_int_equal(n, 3);
    assert_string_equal(at(at(p.run, "asks")->child, "path")->valuestring, "/</script><b>");
    for (const char *s = p.text; *s; s++)
        assert_true((unsigned char)*s >= 0x20 || *s == '\n' || *s == '\t');
    page_free(&p);
    done(&j);
}

static void a_log_of_the_target_has_an_end(void **state)
{
    (void)state;
    struct judged j;
    struct page p;
    begin(&j, DEFAULT_PLAN);
    for (int i = 0; i < 1500; i++)
        script_line(&j.text, 6, "target-output", "\"stream\":1,\"line\":\"%d\"", i);
    script_answer(&j.text, 1, 0, 10, 60, 200, 5);
    script_signal(&j.text, 50, 0, 15);
    script_end(&j.text, 100);
    write_page(&p, judge(&j));
    int kept = cJSON_GetArraySize(at(p.run, "log"));
    assert_int_equal(kept, 1000);
    assert_int_equal(at(p.run, "log_left_out")->valueint + kept, 1500 + 3); /* start, loads, exit */
    page_free(&p);
    done(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_takes_the_shortest_way),
        cmocka_unit_test(a_column_stays_within_what_javascript_counts),
        cmocka_unit_test(columns_decode_to_the_attempts),
        cmocka_unit_test(a_run_says_what_the_json_report_says),
        cmocka_unit_test(an_early_answer_keeps_its_stages_in_order),
        cmocka_unit_test(nothing_ends_its_element),
        cmocka_unit_test(a_log_of_the_target_has_an_end),
    };
    return cmocka_run_group_tests_name("report_html", tests, NULL, NULL);
}
