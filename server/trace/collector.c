#include "server/trace/collector.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cjson/cJSON.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/mask.h"
#include "base/mem.h"
#include "server/internal.h"
#include "wire/calls.h"

/* A batch stays below what receivers take for a body; as many as these wait while the collector is
 * away: eight megabytes at most. */
enum { BATCH_SPANS = 512, BATCH_BYTES = 1000 * 1000, BATCHES = 8, RETRY_AFTER_MOST_S = 60 };

static const int64_t every_ns = 500 * NS_PER_MS, answer_ns = 3 * NS_PER_S;
static const int64_t flush_ns = 1500 * NS_PER_MS;
static const char tail[] = "]}]}]}";

struct batch {
    struct buf json; /* the resource and the spans so far; empty: free */
    int64_t count;
};

struct collector {
    struct server *server;
    struct calls *calls;
    struct call call;
    char *url, *shown, *resource;
    bool local;
    struct batch batches[BATCHES]; /* a ring: the first is sent, the last is filled */
    size_t first, n;
    struct timer timer; /* the next batch, or the next try */
    int tries;
    int64_t dropped;
    bool failing; /* said so already */
    struct step *step;
    struct timer limit; /* of the flush */
};

static void send_first(struct collector *c);

/* --- addresses --- */

static char *part(CURLU *u, CURLUPart which)
{
    char *text = NULL, *copy;
    if (curl_url_get(u, which, &text, 0) != CURLUE_OK)
        return NULL;
    copy = mem_strdup(text);
    curl_free(text);
    return copy;
}

int collector_check(const char *url, struct error *err)
{
    CURLU *u = curl_url();
    char *scheme = NULL;
    bool ok = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
              (scheme = part(u, CURLUPART_SCHEME)) != NULL &&
              (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    free(scheme);
    curl_url_cleanup(u);
    if (ok)
        return 0;
    char *shown = mask_url(url);
    error_set(err, ERROR_USAGE, "'%.200s' is not the address of a collector", shown);
    free(shown);
    return error_hint(err, "expected http://HOST:PORT, as OTLP/HTTP receivers have it (4318)");
}

/* /v1/traces when there is no path. */
static void read_address(struct collector *c, const char *url)
{
    CURLU *u = curl_url();
    curl_url_set(u, CURLUPART_URL, url, 0);
    char *path = part(u, CURLUPART_PATH), *host = part(u, CURLUPART_HOST);
    if (!path || strcmp(path, "/") == 0)
        curl_url_set(u, CURLUPART_PATH, "/v1/traces", 0);
    c->url = part(u, CURLUPART_URL);
    curl_url_set(u, CURLUPART_USER, NULL, 0);
    curl_url_set(u, CURLUPART_PASSWORD, NULL, 0);
    c->shown = part(u, CURLUPART_URL);
    c->local = host && (strncmp(host, "127.", 4) == 0 || strcmp(host, "[::1]") == 0 ||
                        strcasecmp(host, "localhost") == 0);
    free(path);
    free(host);
    curl_url_cleanup(u);
}

/* --- what comes back --- */

static void tell(struct collector *c, const char *why)
{
    if (why && !c->failing)
        server_log(c->server, "traces: %s: %s", c->shown, why);
    else if (!why && c->failing)
        server_log(c->server, "traces: %s: spans are taken again", c->shown);
    c->failing = why != NULL;
}

static void drop_first(struct collector *c)
{
    struct batch *b = &c->batches[c->first];
    buf_free(&b->json);
    b->count = 0;
    c->first = (c->first + 1) % BATCHES;
    c->n--;
}

static void end_flush(struct collector *c)
{
    struct step *step = c->step;
    for (; c->n; drop_first(c))
        c->dropped += c->batches[c->first].count;
    if (c->dropped)
        server_log(c->server, "traces: %lld spans were not taken, and are lost",
                   (long long)c->dropped);
    timers_clear(&c->server->timers, &c->limit);
    timers_clear(&c->server->timers, &c->timer);
    c->step = NULL;
    step_over(step, NULL);
}

static void go_on(struct collector *c)
{
    bool full = c->n > 1 || (c->n && c->batches[c->first].count >= BATCH_SPANS);
    if (c->step && !c->n)
        end_flush(c);
    else if (c->step || full)
        send_first(c);
    else if (c->n)
        timers_set(&c->server->timers, &c->timer, clock_ns() + every_ns);
}

/* 2xx: taken; {"partialSuccess":{"rejectedSpans":"3","errorMessage":…}} says that some were not. */
static void taken(struct collector *c)
{
    cJSON *answer =
        c->call.body.len ? cJSON_ParseWithLength(c->call.body.data, c->call.body.len) : NULL;
    const cJSON *partial = cJSON_GetObjectItemCaseSensitive(answer, "partialSuccess");
    int64_t rejected = json_int64(cJSON_GetObjectItemCaseSensitive(partial, "rejectedSpans"));
    c->dropped += rejected > 0 ? rejected : 0;
    tell(c, rejected > 0 ? "spans are rejected" : NULL);
    cJSON_Delete(answer);
    c->tries = 0;
    drop_first(c);
}

/* As the specification wants it: these are to be tried again, and nothing else. */
static bool is_temporary(int status)
{
    return status == 0 || status == 429 || (status >= 502 && status <= 504);
}

static void try_later(struct collector *c)
{
    int64_t after_s = c->call.retry_after_s;
    int64_t pause_ns = calls_pause_ns(&c->tries);
    if (after_s > 0)
        pause_ns = (after_s < RETRY_AFTER_MOST_S ? after_s : RETRY_AFTER_MOST_S) * NS_PER_S;
    timers_set(&c->server->timers, &c->timer, clock_ns() + pause_ns);
}

static void on_answer(struct call *call)
{
    struct collector *c = CONTAINER_OF(call, struct collector, call);
    char why[320];
    snprintf(why, sizeof why, "status %d", call->status);
    if (call->status >= 200 && call->status < 300) {
        taken(c);
    } else if (is_temporary(call->status)) {
        tell(c, call->status ? why : call->error);
        buf_free(&call->body);
        if (c->step && !call->status) /* no collector is there: the exit does not wait for one */
            end_flush(c);
        else
            try_later(c);
        return;
    } else {
        tell(c, why);
        c->dropped += c->batches[c->first].count;
        c->tries = 0; /* of the next batch; collector_add goes by it */
        drop_first(c);
    }
    buf_free(&call->body);
    go_on(c);
}

/* --- what goes out --- */

static void send_first(struct collector *c)
{
    struct batch *b = &c->batches[c->first];
    if (c->call.easy || !c->n)
        return;
    timers_clear(&c->server->timers, &c->timer);
    size_t len = b->json.len;
    buf_adds(&b->json, tail);
    calls_start(c->calls, &c->call,
                &(struct call_request){.url = c->url,
                                       .body = b->json.data,
                                       .len = b->json.len,
                                       .total_ns = c->step ? flush_ns : answer_ns,
                                       .local = c->local});
    b->json.len = len; /* it may be sent again, but gets no more: see collector_add */
    b->json.data[len] = '\0';
}

static void on_timer(struct timer *t)
{
    send_first(CONTAINER_OF(t, struct collector, timer));
}

/* The batch to fill: the last one, unless it is full or was sent already. NULL: no room. */
static struct batch *open_batch(struct collector *c, size_t len)
{
    struct batch *last = c->n ? &c->batches[(c->first + c->n - 1) % BATCHES] : NULL;
    bool sent = c->n == 1 && (c->call.easy || c->tries);
    if (last && !sent && last->count < BATCH_SPANS && last->json.len + len < BATCH_BYTES)
        return last;
    if (c->n == BATCHES)
        return NULL;
    last = &c->batches[(c->first + c->n++) % BATCHES];
    buf_init(&last->json, 2 * BATCH_BYTES);
    buf_adds(&last->json, c->resource);
    return last;
}

void collector_add(struct collector *c, const struct buf *span)
{
    struct batch *b = span->overflow ? NULL : open_batch(c, span->len);
    if (!b) {
        c->dropped++;
        return;
    }
    if (b->count++)
        buf_addc(&b->json, ',');
    buf_add(&b->json, span->data, span->len);
    if (!c->call.easy && !c->tries && (b->count == 1 || b->count == BATCH_SPANS))
        go_on(c);
}

/* --- from the start to the end --- */

struct collector *collector_open(struct server *s, const char *url, const char *resource)
{
    struct calls *calls = calls_open(&s->loop.uv);
    if (!calls)
        return NULL;
    struct collector *c = MEM_NEW(struct collector);
    *c = (struct collector){.server = s, .calls = calls, .resource = mem_strdup(resource)};
    c->call.done = on_answer;
    c->timer.fire = on_timer;
    read_address(c, url);
    return c;
}

static void on_limit(struct timer *t)
{
    struct collector *c = CONTAINER_OF(t, struct collector, limit);
    call_cancel(&c->call);
    buf_free(&c->call.body);
    end_flush(c);
}

void collector_flush(struct collector *c, struct step *step)
{
    c->step = step;
    c->limit.fire = on_limit;
    timers_set(&c->server->timers, &c->limit, clock_ns() + flush_ns);
    if (!c->call.easy)
        go_on(c); /* also one that waits to be tried again */
}

void collector_stop(struct collector *c)
{
    timers_clear(&c->server->timers, &c->timer);
    timers_clear(&c->server->timers, &c->limit);
    if (c->call.easy) {
        call_cancel(&c->call);
        buf_free(&c->call.body);
    }
    calls_close(c->calls, NULL, NULL);
    while (c->n)
        drop_first(c);
    free(c->url);
    free(c->shown);
    free(c->resource);
    free(c);
}
