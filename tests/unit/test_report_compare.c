/* A verdict written as JSON and read back; what cannot be one; and the comparison's own formats. */
#include "script.h"

#include <cjson/cJSON.h>
#include <math.h>

#include "compare/compare.h"
#include "report/compare/compare.h"

struct run {
    struct buf text, json;
    struct histories h;
    struct run_verdict v;
    struct verdict_summary judged, read;
};

static const struct compare_options usual = {.alpha = 0.05, .fail_on = SEVERITY_LOW};

/* Twenty requests in flight, of which the first `lost` end with a status of 500. */
static void make(struct run *r, int lost)
{
    struct error err = {0};
    *r = (struct run){0};
    buf_init(&r->text, 1024 * 1024);
    buf_init(&r->json, 1024 * 1024);
    script_begin(&r->text, "{\"name\":\"n\"," SCRIPT_TARGET "," SCRIPT_ONE_LOAD "," SCRIPT_TERM
                           ",\"expect\":[{\"load\":\"work\",\"completed\":\"100%\"},{\"load\":"
                           "\"work\",\"latency\":{\"p99\":\"<= 1s\"}},{\"target\":\"exit\","
                           "\"code\":0}]}");
    for (int id = 1; id <= 20; id++)
        script_answer(&r->text, id, 0, 10, 60.0 + id / 7.0, id <= lost ? 500 : 200, 5);
    script_signal(&r->text, 50, 0, 15);
    script_end(&r->text, 1580);
    if (histories_parse(&r->h, "j", r->text.data, r->text.len, &err) < 0 ||
        judge_run(&r->h.runs[0], &r->v, &err) < 0)
        fail_msg("%s", err.text);
    r->v.scenario = "<b>x</b>|`a`\x1b[31m \xe2\x80\xae \"q\" \xff";
    summary_of_runs(&r->judged, "judged", &r->v, 1, NULL, judge_overall(&r->v, 1));
}

static int read_text(struct verdict_summary *s, const char *text, size_t len, struct error *err)
{
    struct json_doc doc;
    if (json_doc_parse(&doc, "v.json", text, len, err) < 0)
        return -1;
    return summary_of_json(s, "read", &doc, err);
}

static void write_and_read(struct run *r)
{
    struct report_input in = {.runs = &r->v, .count = 1};
    struct error err = {0};
    report_find("json")->write(&in, &r->json);
    if (read_text(&r->read, r->json.data, r->json.len, &err) < 0)
        fail_msg("%s", err.text);
}

static void unmake(struct run *r)
{
    summary_free(&r->judged);
    summary_free(&r->read);
    run_verdict_free(&r->v);
    histories_free(&r->h);
    buf_free(&r->text);
    buf_free(&r->json);
}

static void what_is_read_is_what_was_written(void **state)
{
    struct run r;
    (void)state;
    make(&r, 3);
    r.v.scenario = "plain";
    r.judged.runs[0].scenario = "plain";
    write_and_read(&r);
    const struct run_summary *a = &r.judged.runs[0], *b = &r.read.runs[0];
    assert_int_equal(r.read.n_runs, 1);
    assert_int_equal(a->value, b->value);
    assert_string_equal(a->why, b->why);
    assert_int_equal(a->sent, b->sent);
    assert_int_equal(a->n_loads, b->n_loads);
    assert_memory_equal(a->loads[0].outcomes, b->loads[0].outcomes, sizeof a->loads[0].outcomes);
    assert_memory_equal(a->loads[0].phases, b->loads[0].phases, sizeof a->loads[0].phases);
    assert_int_equal(a->loads[0].n_reasons, b->loads[0].n_reasons);
    assert_string_equal(a->loads[0].reasons[1].word, b->loads[0].reasons[1].word);
    assert_true(a->loads[0].p99_ms == b->loads[0].p99_ms);
    assert_int_equal(a->n_expectations, b->n_expectations);
    for (size_t i = 0; i < a->n_expectations; i++) {
        assert_int_equal(a->expectations[i].count, b->expectations[i].count);
        assert_int_equal(a->expectations[i].of, b->expectations[i].of);
    }
    assert_int_equal(b->expectations[0].count, 17);
    assert_int_equal(b->expectations[1].count, 20); /* answers within a second */
    assert_int_equal(b->expectations[2].of, 0);
    assert_true(a->target.exit_after_ms == b->target.exit_after_ms);
    assert_int_equal(a->target.exited, b->target.exited);
    assert_int_equal(a->target.queue_lost, b->target.queue_lost);

    struct comparison c;
    compare_summaries(&c, &r.judged, &r.read, &usual);
    assert_true(c.n_rows > 5);
    for (size_t i = 0; i < c.n_rows; i++)
        assert_int_equal(c.rows[i].change, CHANGE_SAME);
    comparison_free(&c);
    unmake(&r);
}

#define LOAD(rest) "{\"name\":\"l\"," rest "}"
#define RUN(rest)                                                                                  \
    "{\"format\":1,\"verdict\":\"passed\",\"runs\":[{\"scenario\":\"s\",\"verdict\":"              \
    "\"passed\"," rest "}]}"

static void what_cannot_be_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"[]", "v.json:1:1: $: expected an object, not an array"},
        {"{}", "v.json:1:1: $: the key 'format' is missing"},
        {"{\"format\":2,\"verdict\":\"passed\",\"runs\":[]}", "$.format: this is format 2"},
        {"{\"format\":\"1\"}", "$.format: expected a whole number, not a string"},
        {"{\"format\":1,\"verdict\":\"maybe\",\"runs\":[]}", "$.verdict: expected passed"},
        {"{\"format\":1,\"verdict\":\"passed\",\"runs\":{}}", "$.runs: expected an array"},
        {"{\"format\":1,\"verdict\":\"passed\",\"runs\":[1]}", "$.runs[0]: expected an object"},
        {RUN("\"loads\":[{\"name\":\"l\"}]"), "$.runs[0].loads[0]: the key 'attempts'"},
        {RUN("\"loads\":[" LOAD("\"attempts\":-1,\"outcomes\":{}") "]"),
         "$.runs[0].loads[0].attempts: expected a whole number from 0"},
        {RUN("\"loads\":[" LOAD("\"attempts\":1e300,\"outcomes\":{}") "]"),
         "loads[0].attempts: expected a whole number from 0"},
        {RUN("\"loads\":[" LOAD("\"attempts\":1.5,\"outcomes\":{}") "]"), "expected a whole"},
        {RUN("\"loads\":[" LOAD("\"attempts\":3,\"outcomes\":{\"completed\":2}") "]"),
         "the outcomes add up to 2, not to the 3 attempts"},
        {RUN("\"loads\":[" LOAD("\"attempts\":1,\"outcomes\":{\"lost\":1}") "]"),
         "outcomes.lost: there is no outcome 'lost'"},
        {RUN("\"loads\":[" LOAD("\"attempts\":1,\"outcomes\":{\"completed\":1},\"phases\":{}") "]"),
         "the phases add up to 0"},
        {RUN("\"loads\":[" LOAD(
             "\"attempts\":0,\"outcomes\":{},\"users\":{\"intentions\":3,\"open\":1,"
             "\"saw\":{\"lost\":1},\"user_seconds_lost\":0}") "]"),
         "what people saw adds up to 2, not to the 3 intentions"},
        {RUN("\"loads\":[" LOAD(
             "\"attempts\":0,\"outcomes\":{},\"users\":{\"saw\":{\"a ghost\":1}}") "]"),
         "users.saw.a ghost: no person sees 'a ghost'"},
        {RUN("\"loads\":[],\"signals\":[{\"signal\":\"SIGNONE\"}]"), "no signal 'SIGNONE'"},
        {RUN("\"loads\":[],\"expectations\":[{\"text\":\"t\",\"verdict\":\"passed\",\"count\":3,"
             "\"of\":2}]"),
         "3 of 2 cannot be"},
        {"{\"format\":1,\"verdict\":\"passed\",\"runs\":[],\"defects\":[],\"looked_for\":[{\"id\":"
         "\"x\",\"severity\":\"low\",\"listed\":true,\"seen\":[[0,1,1]]}]}",
         "looked_for[0].seen[0][0]: there is no run 0"},
        {"{\"format\":1,\"verdict\":\"passed\",\"runs\":[],\"defects\":[],\"looked_for\":[{\"id\":"
         "\"x\",\"severity\":\"dire\",\"listed\":true,\"seen\":[]}]}",
         "there is no severity 'dire'"},
        {"{\"format\":1,\"verdict\":\"passed\",\"runs\":[],\"defects\":[{\"id\":\"x\",\"severity\":"
         "\"low\"}]}",
         "the key 'count' is missing"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct verdict_summary s = {0};
        struct error err = {0};
        assert_int_equal(read_text(&s, rows[i].text, strlen(rows[i].text), &err), -1);
        assert_int_equal(err.kind, ERROR_USAGE);
        if (!strstr(err.text, rows[i].says))
            fail_msg("row %zu: '%s'", i, err.text);
    }
}

/* Cut anywhere, a verdict is an error and never a crash. */
static void cut_anywhere(void **state)
{
    struct run r;
    (void)state;
    make(&r, 3);
    write_and_read(&r);
    for (size_t len = 0; len + 2 < r.json.len; len += 7) {
        struct verdict_summary s = {0};
        struct error err = {0};
        assert_int_equal(read_text(&s, r.json.data, len, &err), -1);
        assert_true(err.text[0]);
    }
    unmake(&r);
}

/* What later and older versions write. */
static void unknown_and_missing_keys(void **state)
{
    static const char text[] = RUN(
        "\"why\":null,\"colour\":\"blue\",\"target\":{\"exit\":null,\"moon\":1},\"loads\":[" LOAD(
            "\"attempts\":2,\"outcomes\":{\"completed\":2},\"latency_ms\":{\"p50\":null}") "]");
    struct verdict_summary s = {0};
    struct error err = {0};
    (void)state;
    if (read_text(&s, text, strlen(text), &err) < 0)
        fail_msg("%s", err.text);
    assert_false(s.runs[0].target.exited);
    assert_false(s.runs[0].loads[0].by_phase);
    assert_true(isnan(s.runs[0].loads[0].p50_ms));
    assert_int_equal(s.runs[0].target.queue_lost, -1);
    assert_false(s.check);
    summary_free(&s);
}

/* --- formats --- */

static char *write_comparison(const struct comparison *c, const char *format, bool verbose)
{
    struct report_input in = {
        .kind = REPORT_COMPARISON, .comparison = c, .width = 80, .verbose = verbose};
    struct buf out;
    buf_init(&out, 1024 * 1024);
    const struct report_format *f = compare_formats;
    while (strcmp(f->name, format) != 0)
        f++;
    f->write(&in, &out);
    return buf_take(&out);
}

static void formats_keep_foreign_text_in_its_field(void **state)
{
    struct run a, b;
    struct comparison c;
    (void)state;
    make(&a, 0);
    make(&b, 20);
    compare_summaries(&c, &a.judged, &b.judged, &usual);
    char *json = write_comparison(&c, "json", false), *text = write_comparison(&c, "text", true);
    cJSON *root = cJSON_Parse(json);
    assert_non_null(root);
    const cJSON *rows = cJSON_GetObjectItem(root, "rows");
    assert_int_equal(cJSON_GetArraySize(rows), (int)c.n_rows);
    assert_int_equal(cJSON_GetObjectItem(root, "format")->valueint, 1);
    assert_string_equal(cJSON_GetObjectItem(root, "verdict")->valuestring, "failed");
    const cJSON *counts = cJSON_GetObjectItem(root, "counts");
    assert_int_equal(cJSON_GetObjectItem(counts, "worse")->valueint, (int)c.counts[CHANGE_WORSE]);
    assert_true(strstr(cJSON_GetObjectItem(rows->child, "scenario")->valuestring, "\x1b[31m") !=
                NULL);
    assert_null(strchr(text, '\x1b')); /* no colour was asked for, and none may be smuggled in */
    assert_null(strstr(text, "\xe2\x80\xae"));
    assert_non_null(strstr(text, "work: failed"));
    assert_non_null(strstr(text, "0 of 20 → 20 of 20"));
    cJSON_Delete(root);
    free(json);
    free(text);
    comparison_free(&c);
    unmake(&a);
    unmake(&b);
}

static void the_verdict_stands_first(void **state)
{
    struct run a, b;
    struct comparison c;
    (void)state;
    make(&a, 0);
    make(&b, 20);
    compare_summaries(&c, &a.judged, &b.judged, &usual);
    char *text = write_comparison(&c, "text", false);
    /* failed, and the expectation; latency and the exit are as they were */
    assert_ptr_equal(strstr(text, "2 regressions, "), text);
    free(text);
    comparison_free(&c);
    compare_summaries(&c, &a.judged, &a.judged, &usual);
    text = write_comparison(&c, "text", false);
    assert_ptr_equal(strstr(text, "no difference: "), text);
    free(text);
    comparison_free(&c);
    unmake(&a);
    unmake(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_what_was_written),
        cmocka_unit_test(what_cannot_be_is_refused_with_its_place),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(unknown_and_missing_keys),
        cmocka_unit_test(formats_keep_foreign_text_in_its_field),
        cmocka_unit_test(the_verdict_stands_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
