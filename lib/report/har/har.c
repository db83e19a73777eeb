/* HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/): every attempt as an entry,
 * every run as a page, for the network panel of a browser. What HAR has no word for is in fields
 * that begin with '_', as its section on custom fields has it. */
#include "report/har/har.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/json_out.h"
#include "journal/trace.h"
#include "journal/wall.h"
#include "report/attempt_fields.h"
#include "report/formats.h"
#include "report/timeline.h"

struct har {
    struct buf *out;
    struct attempt_row row;
    const struct har_request *requests;
    struct trace_id trace; /* the run's */
};

static void quoted(struct buf *out, const char *s)
{
    json_escape(out, s, strlen(s));
}

static void number(struct buf *out, const char *key, int64_t n)
{
    buf_adds(out, key);
    buf_add_int(out, n);
}

static void ms(struct buf *out, const char *key, int64_t us)
{
    buf_adds(out, key);
    if (us < 0)
        buf_adds(out, "-1"); /* "does not apply" (section timings) */
    else
        us_add_ms(out, us);
}

/* --- entries --- */

static void add_timings(struct buf *out, const struct stages *s)
{
    ms(out, ",\"time\":", s->total);
    ms(out, ",\"timings\":{\"blocked\":", s->blocked);
    ms(out, ",\"dns\":-1,\"connect\":", s->connect);
    ms(out, ",\"ssl\":-1,\"send\":", s->send);
    ms(out, ",\"wait\":", s->wait);
    ms(out, ",\"receive\":", s->receive);
    buf_addc(out, '}');
}

/* Those fields of the answer that the journal tells of. */
static void add_answer_headers(struct buf *out, const struct event *end)
{
    const char *sep = "";
    if (end->framing == FRAMING_LENGTH) {
        number(out, "{\"name\":\"Content-Length\",\"value\":\"", end->length);
        buf_adds(out, "\"}");
        sep = ",";
    } else if (end->framing == FRAMING_CHUNKED) {
        buf_adds(out, "{\"name\":\"Transfer-Encoding\",\"value\":\"chunked\"}");
        sep = ",";
    }
    if (end->close)
        buf_addf(out, "%s{\"name\":\"Connection\",\"value\":\"close\"}", sep);
}

/* The panel's column for the status shows this text as well: it says what became of the attempt
 * where the status alone would not, or where there is none. The server's own phrase is not kept. */
static void add_response(struct buf *out, const struct attempt *a, const char *reason)
{
    int64_t body = a->end ? a->end->body_bytes : 0;
    bool completed = a->outcome == OUTCOME_COMPLETED;
    number(out, ",\"response\":{\"status\":", a->status);
    buf_adds(out, ",\"statusText\":\"");
    if (!completed) {
        buf_adds(out, outcome_words[a->outcome].word);
        buf_adds(out, ": ");
        buf_adds(out, reason);
    }
    buf_adds(out, a->status ? "\",\"httpVersion\":\"HTTP/1.1\",\"cookies\":[],\"headers\":["
                            : "\",\"httpVersion\":\"\",\"cookies\":[],\"headers\":[");
    if (a->end && a->status)
        add_answer_headers(out, a->end);
    number(out, "],\"content\":{\"size\":", body);
    number(out, ",\"mimeType\":\"x-unknown\"},\"redirectURL\":\"\",\"headersSize\":",
           a->end && a->end->header_done ? a->end->header_bytes : -1);
    number(out, ",\"bodySize\":", body);
    buf_addc(out, '}');
}

static void word(struct buf *out, const char *key, const char *value)
{
    buf_adds(out, key);
    buf_adds(out, value);
    buf_addc(out, '"');
}

static const struct {
    const char *key;
    enum attempt_field field;
} customs[] = {
    {",\"_outcome\":", FIELD_OUTCOME},
    {",\"_reason\":", FIELD_REASON},
    {",\"_phase\":", FIELD_PHASE},
    {",\"_processed\":", FIELD_PROCESSED},
    {",\"_proxyState\":", FIELD_PROXY_STATE},
    {",\"_load\":", FIELD_LOAD},
    {",\"_attempt\":", FIELD_ATTEMPT},
    {",\"_request\":", FIELD_REQUEST},
    {",\"_client\":", FIELD_CLIENT},
    {",\"_saw\":", FIELD_SAW},
    {",\"_sent\":", FIELD_SENT_BYTES},
    {",\"_reused\":", FIELD_REUSED},
    {",\"_whole\":", FIELD_WHOLE},
};

/* Text that is not known is left out; a number is 0 then. */
static void add_custom(struct har *h)
{
    struct field_value f;
    for (size_t i = 0; i < ARRAY_LEN(customs); i++) {
        enum field_kind kind = attempt_field_kind(customs[i].field);
        attempt_field_read(customs[i].field, &h->row, &f);
        if (kind == AS_FLAG) {
            buf_adds(h->out, customs[i].key);
            buf_adds(h->out, f.n ? "true" : "false");
        } else if (kind == AS_NUMBER || kind == AS_BYTES) {
            number(h->out, customs[i].key, f.n);
        } else if (f.known) {
            buf_adds(h->out, customs[i].key);
            quoted(h->out, f.text);
        }
    }
    /* the filter of Chromium's panel */
    word(h->out, ",\"_resourceType\":\"", h->row.a->cors.preflight ? "preflight" : "fetch");
}

/* What no two attempts share: the number, and the span that a server's own may hang on. */
static void add_own_headers(struct har *h, const struct har_request *r, const struct attempt *a)
{
    char parent[TRACE_PARENT_TEXT];
    buf_add_int(h->out, a->id);
    buf_adds(h->out, "\"}");
    if (!r->traced)
        return;
    trace_parent_text(h->trace, a->load, a->request, a->id, parent);
    word(h->out, ",{\"name\":\"traceparent\",\"value\":\"", parent);
    buf_addc(h->out, '}');
}

static void add_entry(struct har *h)
{
    char reason[32];
    struct buf *out = h->out;
    const struct attempt *a = h->row.a;
    enum har_kind kind = a->cors.preflight ? HAR_PREFLIGHT : h->row.second ? HAR_SECOND : HAR_FIRST;
    const struct har_request *r = &h->requests[a->load * HAR_KINDS + kind];
    reason_text(a->reason, a->status, reason, sizeof reason);
    number(out, "{\"pageref\":\"run-", h->row.run);
    buf_adds(out, "\",\"startedDateTime\":\"");
    wall_add(out, wall_unix_ns(&h->row.v->history->events[0], h->row.stages.due_ns));
    buf_addc(out, '"');
    add_timings(out, &h->row.stages);
    buf_addc(out, ',');
    buf_add(out, r->before.data, r->before.len);
    if (r->numbered)
        add_own_headers(h, r, a);
    buf_add(out, r->after.data, r->after.len);
    add_response(out, a, reason);
    buf_adds(out, ",\"cache\":{}");
    if (a->conn.port > 0) {
        number(out, ",\"connection\":\"", a->conn.port);
        buf_addc(out, '"');
    }
    add_custom(h);
    buf_addc(out, '}');
}

static void add_entries(struct har *h, bool *any)
{
    const struct run_verdict *v = h->row.v;
    struct har_request *requests = har_requests_make(v);
    h->requests = requests;
    h->trace = trace_run_of(&v->history->events[0]);
    for (size_t i = 0; i < v->n_attempts; i++) {
        attempt_row_take(&h->row, &v->attempts[i]);
        buf_adds(h->out, *any ? ",\n" : "\n");
        add_entry(h);
        *any = true;
    }
    har_requests_free(requests, v);
}

/* --- pages --- */

static double since_start(const struct run_verdict *v, double after_signal_ms)
{
    return (double)(v->first.t_ns - v->history->events[0].t_ns) / 1e6 + after_signal_ms;
}

/* A browser draws these two as vertical lines. */
static void add_lines(struct json_out *j, const struct run_verdict *v)
{
    double exit_ms = v->target.exited ? v->target.exit_after_ms : NAN;
    json_out_object(j, "pageTimings");
    json_out_number(j, "onContentLoad", v->first.t_ns ? since_start(v, 0) : -1, 3);
    json_out_number(j, "onLoad", v->first.t_ns && !isnan(exit_ms) ? since_start(v, exit_ms) : -1,
                    3);
    json_out_string(j, "comment", "onContentLoad is the first signal, onLoad the target's exit");
    json_out_end_object(j);
}

static void add_drain(struct json_out *j, const struct run_verdict *v)
{
    struct timeline line;
    timeline_make(&line, v);
    json_out_array(j, "_drain");
    for (size_t i = 0; i < line.count; i++) {
        json_out_object(j, NULL);
        json_out_number(j, "ms", line.steps[i].ms, 3);
        json_out_string(j, "step", step_word(line.steps[i].kind));
        json_out_string(j, "text", line.steps[i].text);
        json_out_end_object(j);
    }
    json_out_end_array(j);
    timeline_free(&line);
}

static void add_page(struct json_out *j, const struct run_verdict *v, size_t number)
{
    char id[32];
    struct buf began;
    snprintf(id, sizeof id, "run-%zu", number);
    buf_init(&began, 64);
    wall_add(&began, wall_unix_ns(&v->history->events[0], v->history->events[0].t_ns));
    json_out_object(j, NULL);
    json_out_string(j, "startedDateTime", began.data);
    json_out_string(j, "id", id);
    json_out_string(j, "title", v->scenario);
    add_lines(j, v);
    json_out_string(j, "_file", v->file);
    json_out_string(j, "_verdict", verdict_word(v->value));
    json_out_string(j, "_why", v->because.why);
    add_drain(j, v);
    json_out_end_object(j);
    buf_free(&began);
}

void report_har(const struct report_input *in, struct buf *out)
{
    struct json_out j;
    bool any = false;
    json_out_init(&j, out, 0);
    json_out_object(&j, NULL);
    json_out_object(&j, "log");
    json_out_string(&j, "version", "1.2");
    json_out_object(&j, "creator");
    json_out_string(&j, "name", "drainctl");
    json_out_string(&j, "version", DRAINCTL_VERSION);
    json_out_end_object(&j);
    json_out_array(&j, "pages");
    for (size_t i = 0; i < in->count; i++)
        add_page(&j, &in->runs[i], i + 1);
    json_out_end_array(&j);
    json_out_array(&j, "entries");
    for (size_t i = 0; i < in->count; i++) {
        struct har h = {.out = out, .row = {.v = &in->runs[i], .run = (int64_t)i + 1}};
        add_entries(&h, &any);
    }
    json_out_end_array(&j);
    json_out_end_object(&j);
    json_out_end_object(&j);
    buf_addc(out, '\n');
}
