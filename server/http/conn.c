/* Sockets for the machine of http.c, and the two closes that TCP asks for: half-close and read on
 * until the peer has seen the answer (RFC 9112 §9.6), or, when it has nothing more to say, at once.
 *
 * Who holds up the exit? Every open connection of the main listener until its last answer is handed
 * to the kernel. After that the kernel delivers the rest by itself, also when the process is gone,
 * as long as nothing unread lies in the receive buffer and nothing more arrives: so a connection
 * that was read to the end of its request lets the process go at once, and only one whose client
 * was still sending (an upload refused half-way) is waited for, up to a second. */
#include "server/http/conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/http/http.h"
#include "server/internal.h"
#include "server/http/request.h"

enum { SCRATCH = 64 << 10 };
static const int64_t linger_ns = NS_PER_S;

struct conn {
    struct http http;
    struct list link;
    struct listener *listener;
    uv_poll_t poll;
    int fd;
    int events;
    bool lingering; /* write side closed: what still comes is thrown away */
    bool holding;   /* the exit waits for it */
};

static void on_event(uv_poll_t *poll, int status, int events);

static struct conn *conn_of(const struct http *h)
{
    return CONTAINER_OF(h, struct conn, http);
}

static void watch(struct conn *c, int events)
{
    if (events == c->events)
        return;
    c->events = events;
    if (events)
        uv_poll_start(&c->poll, events, on_event);
    else
        uv_poll_stop(&c->poll);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void let_go(struct conn *c)
{
    c->http.server->counts.holding -= c->holding;
    c->holding = false;
}

/* A descriptor has become free: a listener that was short of them accepts again. */
static void relieve(struct listener *l)
{
    if (l->fd >= 0 && l->retry.slot)
        timers_set(&l->server->timers, &l->retry, clock_ns());
}

static void conn_close(struct conn *c, bool cut)
{
    struct listener *l = c->listener;
    let_go(c);
    l->server->counts.connections -= c->http.counted;
    list_remove(&c->link);
    http_free(&c->http, cut);
    uv_close((uv_handle_t *)&c->poll, on_closed);
    close(c->fd);
    relieve(l);
}

/* --- what http.c asks for --- */

static int io_send(struct http *h)
{
    while (h->out.len > 0) {
        ssize_t n = send(conn_of(h)->fd, h->out.data, h->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EAGAIN ? 0 : -errno;
        buf_consume(&h->out, (size_t)n);
    }
    return 0;
}

/* Bytes read, 0 at the end, -EAGAIN when there is nothing now, another -errno. */
static ssize_t receive(const struct conn *c, char *scratch)
{
    ssize_t n;
    do
        n = recv(c->fd, scratch, SCRATCH, MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n;
}

static void io_look(struct http *h)
{
    static char scratch[SCRATCH];
    ssize_t n = receive(conn_of(h), scratch);
    if (n > 0)
        buf_add(&h->in, scratch, (size_t)n);
    else if (n == 0)
        h->peer.eof = true;
    else if (n != -EAGAIN)
        h->peer.broken = true;
}

/* Two round trips: the answer's way there, the next request's way back, and as much again. */
static int64_t io_grace(const struct http *h)
{
    return 2 * rtt_min_ns(conn_of(h)->fd);
}

static void start_linger(struct conn *c)
{
    struct http *h = &c->http;
    c->lingering = true;
    shutdown(c->fd, SHUT_WR);
    if (!h->peer.unread)
        let_go(c);
    if (h->peer.eof) {
        conn_close(c, false);
        return;
    }
    watch(c, UV_READABLE);
    timers_set(&h->server->timers, &h->timer, clock_ns() + linger_ns);
}

static void io_settled(struct http *h)
{
    struct conn *c = conn_of(h);
    if (h->peer.broken)
        conn_close(c, false);
    else if (h->state == STATE_DONE && h->out.len == 0 && !c->lingering)
        start_linger(c);
    else if (!c->lingering)
        watch(c, (http_wants_input(h) ? UV_READABLE : 0) | (h->out.len > 0 ? UV_WRITABLE : 0));
}

static const struct http_io socket_io = {
    .send = io_send,
    .settled = io_settled,
    .look = io_look,
    .grace = io_grace,
};

/* --- what the loop says --- */

static bool has_input(const struct conn *c)
{
    char byte;
    return recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static void discard(struct conn *c)
{
    static char scratch[SCRATCH];
    ssize_t n = receive(c, scratch);
    if (n == 0 || (n < 0 && n != -EAGAIN))
        conn_close(c, false);
}

static void read_some(struct conn *c)
{
    static char scratch[SCRATCH];
    const struct server *s = c->http.server;
    if (s->planted.flags && has_input(c) && s->hooks->closes_on_input(&c->http)) {
        conn_close(c, true);
        return;
    }
    ssize_t n = receive(c, scratch);
    if (n > 0)
        http_input(&c->http, scratch, (size_t)n);
    else if (n == 0)
        http_eof(&c->http);
    else if (n != -EAGAIN)
        http_broken(&c->http);
}

static void on_event(uv_poll_t *poll, int status, int events)
{
    struct conn *c = poll->data;
    if (c->http.server->signals.notice(c->http.server) && uv_is_closing((uv_handle_t *)poll))
        return;
    if (c->lingering)
        discard(c);
    else if (status < 0 || ((events & UV_READABLE) && http_wants_input(&c->http)))
        read_some(c);
    else if (events & UV_WRITABLE)
        http_writable(&c->http);
}

void conn_open(struct listener *l, int fd)
{
    struct server *s = l->server;
    struct conn *c = MEM_NEW(struct conn);
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    c->fd = fd;
    c->listener = l;
    c->poll.data = c;
    uv_poll_init(&s->loop.uv, &c->poll, fd);
    http_init(&c->http, s, l->routes, &socket_io, !l->control);
    c->http.doomed = s->planted.dropping && !l->control;
    c->holding = !l->control;
    s->counts.accepted += !l->control;
    s->counts.connections += !l->control;
    s->counts.holding += !l->control;
    list_append(&s->sockets.conns, &c->link);
    watch(c, UV_READABLE);
    if (!l->control && s->drain.step >= DRAIN_QUEUE)
        http_drain(&c->http, 0);
    read_some(c); /* the first request is often here already */
}

/* --- the drain --- */

/* The i-th of those that are idle closes at i/n of --close-spread: their clients come back one
 * after the other. */
static int64_t slack_ns(const struct server *s, const struct conn *c, int64_t *i)
{
    bool idle = c->http.state == STATE_IDLE && s->counts.connections > 0;
    return idle ? s->options->drain.close_spread_ns / s->counts.connections * (*i)++ : 0;
}

void conns_drain(struct server *s)
{
    int64_t i = 0;
    for (struct list *at = s->sockets.conns.next, *next; at != &s->sockets.conns; at = next) {
        struct conn *c = CONTAINER_OF(at, struct conn, link);
        next = at->next;
        if (!c->http.counted || c->lingering)
            continue;
        if (c->http.state == STATE_IDLE && s->hooks->drops_idle(&c->http))
            conn_close(c, false);
        else
            http_drain(&c->http, slack_ns(s, c, &i));
    }
}

static void log_cut(struct server *s, const struct conn *c)
{
    struct request *r = c->http.request;
    s->counts.cut++;
    server_log_of(s, &r->ids, "cut off %s %.200s, attempt %lld, %.1f ms old, %s", request_method(r),
                  r->target.len ? r->target.data : "-", (long long)r->ledger.attempt,
                  (double)(clock_ns() - r->begun_ns) / 1e6, request_phase(r));
}

void conns_each_if(struct server *s, bool (*test)(const struct http *h),
                   void (*act)(struct http *h))
{
    for (struct list *at = s->sockets.conns.next, *next; at != &s->sockets.conns; at = next) {
        struct conn *c = CONTAINER_OF(at, struct conn, link);
        next = at->next;
        if (c->http.counted && test(&c->http))
            act(&c->http);
    }
}

static void cut(struct http *h)
{
    log_cut(h->server, conn_of(h));
    conn_close(conn_of(h), true);
}

int conns_cut_if(struct server *s, bool (*test)(const struct http *h))
{
    int64_t before = s->counts.connections;
    conns_each_if(s, test, cut);
    return (int)(before - s->counts.connections);
}

int conns_cut(struct server *s, bool in_flight_only)
{
    int cut = 0;
    for (struct list *at = s->sockets.conns.next, *next; at != &s->sockets.conns; at = next) {
        struct conn *c = CONTAINER_OF(at, struct conn, link);
        next = at->next;
        bool in_flight = c->http.counted && c->http.request;
        if (in_flight) {
            log_cut(s, c);
            cut++;
        }
        if (in_flight || !in_flight_only)
            conn_close(c, true);
    }
    return cut;
}

void conns_close(struct server *s)
{
    static char scratch[SCRATCH];
    for (struct list *at = s->sockets.conns.next, *next; at != &s->sockets.conns; at = next) {
        struct conn *c = CONTAINER_OF(at, struct conn, link);
        next = at->next;
        /* unread bytes at the close would make the kernel throw away what is still being sent */
        while (receive(c, scratch) > 0)
            ;
        conn_close(c, true);
    }
}
