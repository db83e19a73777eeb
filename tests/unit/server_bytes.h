/* A connection of the reference server without a socket: bytes in, bytes out, time by hand. For
 * test_server_http*.c; included by one file a program. */
#ifndef UNIT_SERVER_BYTES_H
#define UNIT_SERVER_BYTES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "server/http/http.h"
#include "server/internal.h"
#include "server/routes/routes.h"

struct wire {
    struct server server;
    struct server_options options;
    struct http http;
    struct buf got; /* what the server wrote */
    bool closed;
};

static inline int wire_send(struct http *h)
{
    struct wire *w = CONTAINER_OF(h, struct wire, http);
    buf_add(&w->got, h->out.data, h->out.len);
    buf_consume(&h->out, h->out.len);
    return 0;
}

static inline void wire_settled(struct http *h)
{
    struct wire *w = CONTAINER_OF(h, struct wire, http);
    w->closed = h->peer.broken || h->state == STATE_DONE;
}

static const struct http_io wire_io = {.send = wire_send, .settled = wire_settled};

static inline void wire_open_with(struct wire *w, const struct server_options *options)
{
    struct error err = {0};
    memset(w, 0, sizeof *w);
    w->options = *options;
    assert_int_equal(server_init(&w->server, &w->options, &err), 0);
    w->server.life.now = LIFE_RUNNING;
    buf_init(&w->got, 64 << 20);
    buf_adds(&w->got, "");
    http_init(&w->http, &w->server, main_routes, &wire_io, true);
}

static inline void wire_open(struct wire *w)
{
    struct server_options options = server_defaults;
    wire_open_with(w, &options);
}

static inline void wire_close(struct wire *w)
{
    http_free(&w->http, false);
    assert_int_equal(w->server.counts.in_flight, 0);
    server_free(&w->server);
    buf_free(&w->got);
}

static inline void wire_feed(struct wire *w, const char *bytes)
{
    http_input(&w->http, bytes, strlen(bytes));
}

/* As if `ns` had passed. */
static inline void wire_pass(struct wire *w, int64_t ns)
{
    timers_run(&w->server.timers, clock_ns() + ns);
}

static inline int wire_count(const struct wire *w, const char *text)
{
    int n = 0;
    for (const char *p = w->got.data; (p = strstr(p, text)); p += strlen(text))
        n++;
    return n;
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

#endif
