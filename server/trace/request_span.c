/* Requests as spans of kind SERVER, with the attributes of OpenTelemetry's semantic conventions for
 * HTTP; and the queries that they ask. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mask.h"
#include "base/mem.h"
#include "server/http/request.h"
#include "server/http/route.h"
#include "server/internal.h"
#include "server/trace/span.h"
#include "server/work/pool.h"
#include "wire/calls.h"

enum { FLAGS_AT = 54 }; /* the last digit of a traceparent: bit 0 is "sampled" (section 3.2.2.4) */

void request_span_join(struct request *r, const char *value)
{
    struct span *span = &r->span;
    if (!r->http->server->outside.tracer || !trace_parent_parse(value, &span->trace, &span->parent))
        return;
    span->unsampled = strchr("13579bdf", value[FLAGS_AT]) == NULL;
}

/* Below the span that the client has named, if it did. */
void request_span_begin(struct request *r)
{
    struct server *s = r->http->server;
    struct span remote = {
        .trace = r->span.trace, .id = r->span.parent, .unsampled = r->span.unsampled};
    if (!s->outside.tracer || !r->http->counted)
        return;
    if (remote.unsampled) { /* it is passed on as it is, and not recorded */
        r->span.id = 0;
        return;
    }
    span_begin(s, &r->span, &remote);
    r->span.start_ns = r->begun_ns;
}

static void add_target(struct buf *b, const struct request *r)
{
    size_t len;
    const char *path = request_path(r, &len);
    char *text = mem_strndup(path, len), *query = mem_strdup(path + len);
    otlp_string(b, "url.path", text);
    mask_text(query);
    if (query[0] == '?' && query[1])
        otlp_string(b, "url.query", query + 1);
    free(text);
    free(query);
}

static void add_attributes(struct buf *b, const struct request *r, const char *error)
{
    const struct server *s = r->http->server;
    otlp_string(b, "http.request.method", request_method(r));
    add_target(b, r);
    otlp_word(b, "url.scheme", "http");
    if (r->route)
        otlp_string(b, "http.route", r->route->path);
    if (r->answer.status)
        otlp_int(b, "http.response.status_code", r->answer.status);
    otlp_word(b, "network.protocol.version", r->http_1_0 ? "1.0" : "1.1");
    if (s->sockets.listener.port > 0) {
        otlp_string(b, "server.address", s->sockets.listener.host);
        otlp_int(b, "server.port", s->sockets.listener.port);
    }
    if (error)
        otlp_string(b, "error.type", error);
    if (r->ledger.attempt >= 0)
        otlp_int(b, "drainctl.attempt", r->ledger.attempt);
    if (*r->ids.id)
        otlp_string(b, "drainctl.request_id", r->ids.id);
    otlp_bool(b, "drainctl.draining", server_draining(s));
}

/* Only 5xx is an error of a server's: 4xx is the client's. */
void request_span_end(struct request *r, const char *why)
{
    char name[128], status[16];
    struct buf attributes;
    if (!r->span.id)
        return;
    snprintf(name, sizeof name, "%s%s%.100s", request_method(r), r->route ? " " : "",
             r->route ? r->route->path : "");
    snprintf(status, sizeof status, "%d", r->answer.status);
    const char *error = why ? why : r->answer.status >= 500 ? status : NULL;
    span_attributes(&attributes);
    add_attributes(&attributes, r, error);
    span_end(
        r->http->server, &r->span,
        &(struct span_end){
            .name = name, .kind = OTLP_KIND_SERVER, .attributes = &attributes, .error = error});
    buf_free(&attributes);
}

void query_span_end(struct server *s, struct work *w)
{
    struct buf attributes;
    char error[320];
    if (!w->span.id)
        return;
    span_attributes(&attributes);
    otlp_string(&attributes, "db.system.name", w->system);
    snprintf(error, sizeof error, "%s%s%s", db_status_text(w->status), *w->error ? ": " : "",
             w->error);
    span_end(s, &w->span,
             &(struct span_end){.name = "query",
                                .kind = OTLP_KIND_CLIENT,
                                .attributes = &attributes,
                                .error = w->status == DB_OK ? NULL : error});
    buf_free(&attributes);
}

bool call_span_begin(struct request *r, struct span *span, char context[TRACE_PARENT_TEXT])
{
    span_begin(r->http->server, span, &r->span);
    return span_context(span->id ? span : &r->span, context);
}

void call_span_end(struct server *s, struct span *span, const struct call *call, const char *why)
{
    struct buf attributes;
    char status[16];
    if (!span->id)
        return;
    span_attributes(&attributes);
    otlp_word(&attributes, "http.request.method", "GET");
    char *url = mask_copy(s->options->upstream.url);
    otlp_string(&attributes, "url.full", url ? url : s->options->upstream.url);
    free(url);
    if (call->status)
        otlp_int(&attributes, "http.response.status_code", call->status);
    snprintf(status, sizeof status, "%d", call->status);
    const char *error = why                  ? why
                        : !call->status      ? call->error
                        : call->status > 399 ? status
                                             : NULL;
    span_end(
        s, span,
        &(struct span_end){
            .name = "GET", .kind = OTLP_KIND_CLIENT, .attributes = &attributes, .error = error});
    buf_free(&attributes);
}
