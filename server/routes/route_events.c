/* GET /api/events[?every=MS]: a tick now and then, for ever. During a notice or the drain it ends
 * with a `retry:`, and is never answered 503: that would end a browser's EventSource for good. */
#include "server/routes/events.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/life/leave.h"
#include "server/http/request.h"
#include "server/routes/health.h"
#include "server/routes/routes.h"

enum {
    DEFAULT_MS = 1000,
    LEAST_MS = 10,
    MAX_MS = 3600 * 1000,
    ENOUGH = 64 << 10, /* unwritten bytes after which a reader that is too slow misses ticks */
};

struct events {
    int64_t every_ns, number;
    bool told; /* the timer ends it */
};

static void send_text(struct request *r, const char *text)
{
    respond_piece(r, text, strlen(text));
}

static void last_event(struct server *s, char *text, size_t size)
{
    int64_t retry = announce_retry_ms(s);
    snprintf(text, size, "event: shutdown\nretry: %" PRId64 "\ndata: {\"retryMs\":%" PRId64 "}\n\n",
             retry, retry);
}

/* The last event, and the end of the stream. r may be gone after it. */
static void end(struct request *r)
{
    char text[128];
    list_remove(&r->link);
    last_event(r->http->server, text, sizeof text);
    send_text(r, text);
    respond_end(r);
}

/* A stream that is over as it begins. HTTP/1.0 has no frame for one that goes on. */
static void end_at_once(struct request *r)
{
    char text[128];
    last_event(r->http->server, text, sizeof text);
    respond(r, 200, "text/event-stream", text, strlen(text));
}

static void tick(struct request *r)
{
    char text[96];
    struct events *e = r->state;
    e->number++;
    if (r->http->out.len < ENOUGH) {
        snprintf(text, sizeof text,
                 "event: tick\nid: %" PRId64 "\ndata: {\"tick\":%" PRId64 "}\n\n", e->number,
                 e->number);
        send_text(r, text);
    }
    timers_set(&r->http->server->timers, &r->timer, clock_ns() + e->every_ns);
}

static void fire(struct timer *t)
{
    struct request *r = CONTAINER_OF(t, struct request, timer);
    struct http *h = r->http;
    struct events *e = r->state;
    if (e->told) {
        end(r);
        return;
    }
    tick(r);
    http_pump(h);
}

static void begin(struct request *r, int64_t every_ms)
{
    struct events *e = MEM_NEW(struct events);
    char text[48];
    e->every_ns = every_ms * NS_PER_MS;
    r->state = e;
    r->timer.fire = fire;
    list_append(&r->http->server->requests.subscribers, &r->link);
    snprintf(text, sizeof text, "retry: %" PRId64 "\n\n", announce_retry_ms(r->http->server));
    send_text(r, text);
    tick(r);
}

void route_events_answer(struct request *r)
{
    int64_t every_ms = DEFAULT_MS;
    if (!request_query_int(r, "every", LEAST_MS, MAX_MS, &every_ms)) {
        respond_error(r, 400, "'every' must be a whole number of ms from 10 to 3600000");
        return;
    }
    if (server_faulty(r->http->server, FAULT(SHED_EVENTS)) && server_draining(r->http->server)) {
        respond_error(r, 503, "draining");
        return;
    }
    if (r->head_only || r->http_1_0 || announced(r->http->server, NOTICE_NO_SUBSCRIPTIONS)) {
        end_at_once(r);
        return;
    }
    respond_begin(r, 200, "text/event-stream", 0);
    begin(r, every_ms);
}

void route_events_drop(struct request *r)
{
    free(r->state);
}

/* Without --close-spread a few may end at once. Many would come back at once, and the next server,
 * or this one's neighbour, would have a storm. */
static int64_t spread_ns(const struct server *s, int64_t count)
{
    enum { FEW = 20 };
    const int64_t each_ns = 4 * NS_PER_MS, most_ns = s->options->drain.timeout_ns / 4;
    if (s->options->drain.close_spread_ns > 0)
        return s->options->drain.close_spread_ns;
    if (count <= FEW || server_faulty(s, FAULT(CLOSE_AT_ONCE)))
        return 0;
    return count * each_ns < most_ns ? count * each_ns : most_ns;
}

void events_end_all(struct server *s)
{
    int64_t count = 0, i = 0, now = clock_ns();
    for (struct list *at = s->requests.subscribers.next; at != &s->requests.subscribers;
         at = at->next)
        count++;
    int64_t spread = spread_ns(s, count);
    /* by their timers, also the first one: an answer that ends may take others with it */
    for (struct list *at = s->requests.subscribers.next; at != &s->requests.subscribers;
         at = at->next, i++) {
        struct request *r = CONTAINER_OF(at, struct request, link);
        struct events *e = r->state;
        if (!e->told)
            timers_set(&s->timers, &r->timer, now + spread / count * i);
        e->told = true;
    }
}

void events_maintenance(struct server *s)
{
    char text[256], body[192];
    maintenance_json(s, body, sizeof body);
    snprintf(text, sizeof text, "event: maintenance\ndata: %s\n\n", body);
    for (struct list *at = s->requests.subscribers.next, *next; at != &s->requests.subscribers;
         at = next) {
        struct request *r = CONTAINER_OF(at, struct request, link);
        next = at->next;
        if (r->http->out.len < ENOUGH) {
            send_text(r, text);
            http_pump(r->http);
        }
    }
}
