/* The stream of what happens: every open panel hears each line, and one that opens hears the last
 * of them. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "demo/private.h"
#include "server/http/request.h"
#include "server/internal.h"

enum { ENOUGH = 1 << 20 }; /* a page that reads so slowly is closed, and opens the stream anew */

static void send_event(struct request *r, const char *json)
{
    respond_piece(r, "data: ", strlen("data: "));
    respond_piece(r, json, strlen(json));
    respond_piece(r, "\n\n", 2);
}

static void end_stream(struct timer *t)
{
    struct request *r = CONTAINER_OF(t, struct request, timer);
    list_remove(&r->link);
    respond_end(r);
}

void stream_join(struct stream *s, struct request *r, const char *hello)
{
    size_t first = s->told > DEMO_HISTORY ? s->told - DEMO_HISTORY : 0;
    respond_begin(r, 200, "text/event-stream", 0);
    r->timer.fire = end_stream;
    list_append(&s->open, &r->link);
    send_event(r, hello);
    for (size_t i = first; i < s->told; i++)
        send_event(r, s->history[i % DEMO_HISTORY]);
}

void stream_tell(struct demo *d, const char *json)
{
    struct stream *s = &d->stream;
    char **place = &s->history[s->told++ % DEMO_HISTORY];
    free(*place);
    *place = mem_strdup(json);
    for (struct list *at = s->open.next, *next; at != &s->open; at = next) {
        struct request *r = CONTAINER_OF(at, struct request, link);
        next = at->next;
        if (r->http->out.len > ENOUGH) {
            timers_set(&d->server->timers, &r->timer, clock_ns());
            continue;
        }
        send_event(r, json);
        http_pump(r->http);
    }
}

void stream_end_all(void *demo)
{
    struct demo *d = demo;
    for (struct list *at = d->stream.open.next; at != &d->stream.open; at = at->next)
        timers_set(&d->server->timers, &CONTAINER_OF(at, struct request, link)->timer, clock_ns());
}

void stream_init(struct stream *s)
{
    list_init(&s->open);
}

void stream_free(struct stream *s)
{
    for (size_t i = 0; i < DEMO_HISTORY; i++)
        free(s->history[i]);
}
