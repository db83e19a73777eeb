/* "loads": the groups of clients. */
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "plan/parse.h"
#include "plan/preflight.h"

enum { MAX_LOADS = 1000, MAX_CLIENTS = 1000000, OPEN_LOOP_CLIENTS = 1000 };
static const int64_t max_requests = INT64_C(1000000000);
static const double max_rate = 1e6;

/* --- "start" and "stop" --- */

struct instant_reader {
    const struct plan *plan;
    struct plan_instant *instant;
};

static int instant_after(READ_PARAMS)
{
    return json_get_duration(doc, node, &((struct instant_reader *)into)->instant->after_ns, err);
}

static int instant_of(READ_PARAMS)
{
    struct instant_reader *r = into;
    return read_signal_name(doc, node, r->plan, r->plan->n_signals, &r->instant->of, err);
}

const struct json_field instant_fields[] = {
    {"after", instant_after, true},
    {"of", instant_of, true},
    {0},
};

static int read_instant(const struct json_doc *doc, const cJSON *node, struct load_reader *from,
                        struct plan_instant *instant, struct error *err)
{
    struct instant_reader r = {from->plan, instant};
    if (cJSON_IsObject(node))
        return json_read_object(doc, node, instant_fields, &r, err);
    return instant_after(doc, node, &r, err);
}

/* --- the load itself --- */

static int read_load_title(READ_PARAMS)
{
    struct load_reader *r = into;
    if (read_text(doc, node, &r->load->name, err) < 0)
        return -1;
    if (strcmp(r->load->name, "*") == 0 || utf8_count(r->load->name) > 64)
        return json_error(doc, node, err, "a load's name has 1 to 64 letters and is not '*'");
    for (const struct plan_load *l = r->plan->loads; l < r->load; l++)
        if (strcmp(l->name, r->load->name) == 0)
            return json_error(doc, node, err, "there is already a load '%s'", l->name);
    return 0;
}

static int read_shape(READ_PARAMS)
{
    static const char *const shapes[] = {"request",   "silent",          "partial-head",
                                         "pipelined", "expect-continue", NULL};
    int shape;
    if (read_choice(doc, node, "shape", shapes, &shape, err) < 0)
        return -1;
    LOAD(into)->shape = (enum load_shape)shape;
    return 0;
}

static int read_clients(READ_PARAMS)
{
    return json_get_int(doc, node, 1, MAX_CLIENTS, &LOAD(into)->clients, err);
}

static int read_requests(READ_PARAMS)
{
    return json_get_int(doc, node, 1, max_requests, &LOAD(into)->requests, err);
}

static int read_rate(READ_PARAMS)
{
    double *rate = &LOAD(into)->rate;
    if (cJSON_IsString(node)) {
        const char *s = node->valuestring, *end = decimal_parse(s, rate);
        if (!end || strcmp(end, "/s") != 0)
            return json_error(doc, node, err, "expected a rate such as \"500/s\", not '%.60s'", s);
    } else if (json_get_number(doc, node, rate, err) < 0) {
        return -1;
    }
    if (!(*rate > 0 && *rate <= max_rate))
        return json_error(doc, node, err, "expected a rate above 0 and up to %g a second",
                          max_rate);
    return 0;
}

static int read_connection(READ_PARAMS)
{
    static const char *const kinds[] = {"new", "reuse", NULL};
    int kind;
    if (read_choice(doc, node, "kind of connection", kinds, &kind, err) < 0)
        return -1;
    LOAD(into)->reuse = kind == 1;
    return 0;
}

static int read_start(READ_PARAMS)
{
    return read_instant(doc, node, into, &LOAD(into)->start, err);
}

static int read_stop(READ_PARAMS)
{
    return read_instant(doc, node, into, &LOAD(into)->stop, err);
}

/* "never", or an instant after a signal or the loads' start. */
static int read_resume(READ_PARAMS)
{
    struct plan_load *l = LOAD(into);
    l->held = true;
    l->resume.never = cJSON_IsString(node) && strcmp(node->valuestring, "never") == 0;
    return l->resume.never ? 0 : read_instant(doc, node, into, &l->resume.at, err);
}

static int read_pause(READ_PARAMS)
{
    return json_get_duration(doc, node, &LOAD(into)->pause_ns, err);
}

static int read_timeout(READ_PARAMS)
{
    return read_span(doc, node, &LOAD(into)->timeout_ns, err);
}

static int read_bps(READ_PARAMS)
{
    return json_get_int(doc, node, 1, INT64_C(1) << 40, &LOAD(into)->read.bps, err);
}

static int read_until(READ_PARAMS)
{
    return read_instant(doc, node, into, &LOAD(into)->read.until, err);
}

const struct json_field read_rate_fields[] = {
    {"bytes_per_second", read_bps, true},
    {"until", read_until, false},
    {0},
};

static int read_read(READ_PARAMS)
{
    return json_read_object(doc, node, read_rate_fields, into, err);
}

static int read_frontend(READ_PARAMS)
{
    struct plan_load *l = LOAD(into);
    l->users.frontend = MEM_NEW(struct fe_policy);
    return fe_policy_read(doc, node, l->users.frontend, err);
}

static int read_event_stream(READ_PARAMS)
{
    struct plan_load *l = LOAD(into);
    if (read_span(doc, node, &l->users.event_stream_ns, err) < 0)
        return -1;
    if (l->users.event_stream_ns >= NS_PER_MS)
        return 0;
    return json_error(doc, node, err, "expected a duration of 1ms or more");
}

static int read_witness(READ_PARAMS)
{
    return read_path(doc, node, &LOAD(into)->users.witness, err);
}

static int read_load_to(READ_PARAMS)
{
    struct load_reader *r = into;
    return read_process_name(doc, node, r->plan, &r->load->to.process, err);
}

static int read_via(READ_PARAMS)
{
    static const char *const ways[] = {"registry", NULL};
    struct load_reader *r = into;
    int way;
    if (read_choice(doc, node, "way to a target", ways, &way, err) < 0)
        return -1;
    r->load->to.via = true;
    if (r->plan->registry)
        return 0;
    json_error(doc, node, err, "the scenario has no registry");
    return error_hint(err, "add \"registry\": \"file:${dir}/registry\" to it");
}

const struct json_field load_fields[] = {
    {"name", read_load_title, true},
    {"to", read_load_to, false},
    {"via", read_via, false},
    {"request", parse_request, false},
    {"shape", read_shape, false},
    {"clients", read_clients, false},
    {"requests", read_requests, false},
    {"rate", read_rate, false},
    {"connection", read_connection, false},
    {"start", read_start, false},
    {"stop", read_stop, false},
    {"resume", read_resume, false},
    {"pause", read_pause, false},
    {"timeout", read_timeout, false},
    {"read", read_read, false},
    {"frontend", read_frontend, false},
    {"event_stream", read_event_stream, false},
    {"witness", read_witness, false},
    {0},
};

/* By the registry go ordinary requests: each may go to another server. */
static int check_via(const struct json_doc *doc, const cJSON *node, const struct plan_load *l,
                     struct error *err)
{
    if (!l->to.via)
        return 0;
    const cJSON *via = cJSON_GetObjectItemCaseSensitive(node, "via");
    if (json_has(node, "to"))
        return json_error(doc, via, err, "expected 'to' or 'via', not both");
    if (l->shape != SHAPE_REQUEST || l->users.frontend)
        return json_error(doc, via, err, "the load '%s' cannot go via the registry: it %s", l->name,
                          l->users.frontend ? "has a frontend" : "has a shape of its own");
    return 0;
}

static int check_silent(const struct json_doc *doc, const cJSON *node, struct error *err)
{
    static const char *const not_silent[] = {"request",    "requests", "rate",
                                             "connection", "pause",    "read"};
    for (size_t i = 0; i < ARRAY_LEN(not_silent); i++) {
        const cJSON *child = cJSON_GetObjectItemCaseSensitive(node, not_silent[i]);
        if (child)
            return json_error(doc, child, err, "a silent load sends nothing and has no '%s'",
                              not_silent[i]);
    }
    return 0;
}

/* A page with a person has a rhythm and a body of its own. */
static int check_frontend(const struct json_doc *doc, const cJSON *node, const struct plan_load *l,
                          struct error *err)
{
    static const char *const not_pages[] = {"shape", "rate", "resume", "read"};
    const cJSON *request = cJSON_GetObjectItemCaseSensitive(node, "request"), *child;
    for (size_t i = 0; i < ARRAY_LEN(not_pages); i++)
        if ((child = cJSON_GetObjectItemCaseSensitive(node, not_pages[i])))
            return json_error(doc, child, err, "a load with a 'frontend' has no '%s'",
                              not_pages[i]);
    if (l->users.event_stream_ns && l->method && strcmp(l->method, "GET") != 0)
        return json_error(doc, cJSON_GetObjectItemCaseSensitive(request, "method"), err,
                          "an event stream is got by GET");
    if (l->body.bytes >= 0)
        return json_error(doc, cJSON_GetObjectItemCaseSensitive(request, "body"), err,
                          "a frontend writes its own body: {\"item\": \"...\"}, a name for each "
                          "intention");
    return 0;
}

/* Only pages have these. */
static int check_plain(const struct json_doc *doc, const cJSON *node, struct error *err)
{
    static const char *const of_pages[] = {"witness", "event_stream"};
    const cJSON *child;
    for (size_t i = 0; i < ARRAY_LEN(of_pages); i++)
        if ((child = cJSON_GetObjectItemCaseSensitive(node, of_pages[i]))) {
            json_error(doc, child, err, "only a load with a 'frontend' has %s '%s'", i ? "an" : "a",
                       of_pages[i]);
            return error_hint(err, "add \"frontend\": \"careful\"");
        }
    return 0;
}

static int parse_load(const struct json_doc *doc, const cJSON *node, int index, void *into,
                      struct error *err)
{
    struct plan *plan = into;
    struct plan_load *l = &plan->loads[index];
    struct load_reader r = {plan, l};
    *l = (struct plan_load){
        .body.bytes = -1,
        .requests = -1,
        .reuse = true,
        .start = {-1, -1},
        .stop = {-1, -1},
        .resume.at = {-1, -1},
        .read.until = {-1, -1},
        .timeout_ns = 30 * NS_PER_S,
    };
    plan->n_loads++; /* from here on plan_free knows it */
    if (json_read_object(doc, node, load_fields, &r, err) < 0)
        return -1;
    if (check_via(doc, node, l, err) < 0)
        return -1;
    if (!l->clients)
        l->clients = l->rate > 0 ? OPEN_LOOP_CLIENTS : 1;
    if ((l->users.frontend ? check_frontend(doc, node, l, err) : check_plain(doc, node, err)) < 0)
        return -1;
    if (l->shape == SHAPE_SILENT) {
        if (check_silent(doc, node, err) < 0)
            return -1;
        l->method = mem_strdup("");
        l->path = mem_strdup("");
        return 0;
    }
    if (!l->path)
        return json_error(doc, node, err, "the key 'request' is missing");
    if (!l->method)
        l->method = mem_strdup("GET");
    if (l->users.frontend && *l->users.frontend->origin.at)
        preflight_set(l);
    return 0;
}

int parse_loads(const struct json_doc *doc, const cJSON *node, struct plan *plan, struct error *err)
{
    plan->loads = mem_zero((size_t)cJSON_GetArraySize(node) + 1, sizeof *plan->loads);
    return read_array(doc, node, 0, MAX_LOADS, parse_load, plan, err);
}
