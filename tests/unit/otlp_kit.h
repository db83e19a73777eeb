/* What the tests of the OTLP report share: a journal on its way into spans, read by cJSON. */
#ifndef TESTS_UNIT_OTLP_KIT_H
#define TESTS_UNIT_OTLP_KIT_H

#include "judged.h"

#include <cjson/cJSON.h>

#include "journal/trace.h"
#include "report/report.h"

#define OTLP_RUN "0123456789abcdeffedcba9876543210"
static const struct trace_id otlp_run_id = {UINT64_C(0x0123456789abcdef),
                                            UINT64_C(0xfedcba9876543210)};
/* The wall time of the journal's begin. */
static const int64_t otlp_unix_ns = INT64_C(1795485052123456789);

enum { OTLP_MOST_LINES = 64 };

struct otlp {
    struct judged j;
    char *text;
    cJSON *lines[OTLP_MOST_LINES];
    int n_lines;
};

static inline void otlp_begin_run(struct otlp *o, const char *plan)
{
    *o = (struct otlp){0};
    buf_init(&o->j.text, 64 * 1024 * 1024);
    buf_addf(&o->j.text,
             "{\"t\":%lld,\"e\":\"plan\",\"format\":1,\"drainctl\":\"0.1.0\",\"wall\":\"\","
             "\"file\":\"a.json\",\"seed\":0,\"run\":\"" OTLP_RUN "\",\"unix\":%lld,\"plan\":",
             (long long)script_epoch_ns, (long long)otlp_unix_ns);
    buf_adds(&o->j.text, plan);
    buf_adds(&o->j.text, "}\n");
    script_line(&o->j.text, 1, "target-start",
                "\"pid\":4711,\"port\":8080,\"argv\":[\"./server\"]");
    script_line(&o->j.text, 5, "loads-start", "%s", "");
}

static inline void otlp_read(struct otlp *o)
{
    char *line = o->text;
    while (*line) {
        char *end = strchr(line, '\n');
        assert_non_null(end);
        assert_true(o->n_lines < OTLP_MOST_LINES);
        o->lines[o->n_lines] = cJSON_ParseWithLength(line, (size_t)(end - line));
        assert_non_null(o->lines[o->n_lines]);
        o->n_lines++;
        line = end + 1;
    }
}

/* Judge what was written into o->j.text, report it, and read that. */
static inline const struct run_verdict *otlp_report(struct otlp *o)
{
    struct buf out;
    const struct run_verdict *v = judge(&o->j);
    struct report_input in = {.runs = v, .count = 1};
    buf_init(&out, 64 * 1024 * 1024);
    report_find("otlp")->write(&in, &out);
    o->text = buf_take(&out);
    otlp_read(o);
    return v;
}

static inline void otlp_done(struct otlp *o)
{
    for (int i = 0; i < o->n_lines; i++)
        cJSON_Delete(o->lines[i]);
    free(o->text);
    done(&o->j);
}

static inline const cJSON *otlp_at(const cJSON *node, const char *key)
{
    const cJSON *child = cJSON_GetObjectItemCaseSensitive(node, key);
    if (!child)
        fail_msg("no key '%s'", key);
    return child;
}

/* The spans of one line, of its only resource. */
static inline const cJSON *otlp_spans(const struct otlp *o, int line)
{
    const cJSON *resource = otlp_at(o->lines[line], "resourceSpans")->child;
    return otlp_at(otlp_at(resource, "scopeSpans")->child, "spans");
}

static inline const char *otlp_text(const cJSON *node, const char *key)
{
    const cJSON *child = otlp_at(node, key);
    assert_true(cJSON_IsString(child));
    return child->valuestring;
}

/* The span with this id, in any line; NULL when there is none. */
static inline const cJSON *otlp_find(const struct otlp *o, uint64_t id)
{
    char want[17];
    snprintf(want, sizeof want, "%016llx", (unsigned long long)id);
    for (int i = 0; i < o->n_lines; i++) {
        const cJSON *span;
        cJSON_ArrayForEach(span, otlp_spans(o, i))
        {
            if (strcmp(otlp_text(span, "spanId"), want) == 0)
                return span;
        }
    }
    return NULL;
}

static inline const cJSON *otlp_attempt_span(const struct otlp *o, int64_t attempt)
{
    const cJSON *span = otlp_find(o, trace_span_of_attempt(otlp_run_id, attempt));
    if (!span)
        fail_msg("attempt %lld has no span", (long long)attempt);
    return span;
}

static inline const cJSON *otlp_drain_span_of(const struct otlp *o, int64_t number)
{
    return otlp_find(o, trace_span_of_drain(otlp_run_id, number));
}

/* The value of an attribute as text ("yes"/"no" for booleans), or NULL. */
static inline const char *otlp_attribute(const cJSON *span, const char *key)
{
    const cJSON *attribute;
    cJSON_ArrayForEach(attribute, otlp_at(span, "attributes"))
    {
        if (strcmp(otlp_text(attribute, "key"), key) != 0)
            continue;
        const cJSON *value = otlp_at(attribute, "value")->child;
        if (strcmp(value->string, "boolValue") == 0)
            return cJSON_IsTrue(value) ? "yes" : "no";
        assert_true(cJSON_IsString(value));
        return value->valuestring;
    }
    return NULL;
}

static inline void assert_attribute(const cJSON *span, const char *key, const char *value)
{
    const char *seen = otlp_attribute(span, key);
    if (!seen || !value ? seen != value : strcmp(seen, value) != 0)
        fail_msg("%s is '%s', not '%s'", key, seen ? seen : "(none)", value ? value : "(none)");
}

/* In ms after the journal's begin. */
static inline void assert_time(const cJSON *node, const char *key, double ms)
{
    char want[32];
    snprintf(want, sizeof want, "%lld", (long long)(otlp_unix_ns + (int64_t)(ms * 1e6)));
    assert_string_equal(otlp_text(node, key), want);
}

/* Link number n says `what` and leads to the span of that id. */
static inline void assert_link(const cJSON *span, int n, const char *what, uint64_t id)
{
    char want[17];
    const cJSON *link = cJSON_GetArrayItem(otlp_at(span, "links"), n);
    assert_non_null(link);
    assert_string_equal(otlp_attribute(link, "drainctl.link"), what);
    snprintf(want, sizeof want, "%016llx", (unsigned long long)id);
    assert_string_equal(otlp_text(link, "spanId"), want);
}

#endif
