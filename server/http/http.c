/* The connection's machine: what it does with input, with answers, and when a state lasts too
 * long. */
#include "server/http/http.h"

#include <stdlib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "server/internal.h"
#include "server/life/leave.h"
#include "server/http/request.h"
#include "server/routes/routes.h"

enum {
    IN_ENOUGH = 64 << 10, /* unparsed bytes after which no more are read */
    IN_MAX = 512 << 10,
    OUT_MAX = 8 << 20,
};

/* --- what happens when a state lasts too long --- */

/* Closing an idle connection is a race with the client's next request; what has already arrived
 * wins it. */
static void idle_over(struct http *h)
{
    if (h->io->look)
        h->io->look(h);
    if (h->in.len == 0 && !h->peer.broken)
        http_enter(h, STATE_DONE);
    http_pump(h);
}

static void head_late(struct http *h)
{
    respond_error(h->request, 408, "the header section took too long");
}

static void body_late(struct http *h)
{
    respond_error(h->request, 408, "the body took too long");
}

static void linger_over(struct http *h)
{
    http_broken(h);
}

static void (*const late[])(struct http *h) = {
    [STATE_IDLE] = idle_over,
    [STATE_HEAD] = head_late,
    [STATE_BODY] = body_late,
    [STATE_DONE] = linger_over,
};

/* WAITING and ANSWERING have no limit of their own. */
static void fire(struct timer *t)
{
    struct http *h = CONTAINER_OF(t, struct http, timer);
    if (late[h->state])
        late[h->state](h);
}

/* --- a connection's life --- */

void http_init(struct http *h, struct server *s, const struct route *routes,
               const struct http_io *io, bool counted)
{
    *h = (struct http){
        .server = s, .io = io, .routes = routes, .counted = counted, .go_on = http_pump};
    h->accepted_ns = h->active_ns = clock_ns();
    h->timer.fire = fire;
    buf_init(&h->in, IN_MAX);
    buf_init(&h->out, OUT_MAX);
    http_parser_init(h);
    timers_set(&s->timers, &h->timer, h->active_ns + s->options->limits.idle_timeout_ns);
}

void http_trim(struct http *h)
{
    if (h->in.len == 0 && h->in.cap > 0)
        buf_free(&h->in);
    if (h->out.len == 0 && h->out.cap > 0)
        buf_free(&h->out);
}

static void drop_request(struct http *h)
{
    struct request *r = h->request;
    if (!r)
        return;
    h->request = NULL;
    request_free(r);
}

void http_free(struct http *h, bool cut)
{
    struct server *s = h->server;
    if (h->request) {
        request_tell(h->request, clock_ns(), cut ? LEDGER_CUT : LEDGER_GONE);
        request_span_end(h->request, cut ? "cut-off" : "client-gone");
    }
    drop_request(h);
    timers_clear(&s->timers, &h->timer);
    buf_free(&h->in);
    buf_free(&h->out);
}

/* --- the drain --- */

void http_drain(struct http *h, int64_t slack_ns)
{
    h->drain.begun = true;
    h->drain.slack_ns = slack_ns;
    bool idle = h->state == STATE_IDLE && !h->server->hooks->keeps_idle(h);
    if (idle || h->state == STATE_HEAD)
        http_progress(h);
}

/* --- going on --- */

static bool parse_pending(struct http *h)
{
    bool read = h->request && h->request->is.read; /* act_on_parse comes first */
    if (!http_parses(h) || h->in.len == 0 || h->refuse.status || read)
        return false;
    size_t used = http_parse(h, h->in.data, h->in.len);
    buf_consume(&h->in, used);
    return used > 0;
}

/* What parsing has led to. Answers are made here and not in the parser's callbacks, since making
 * one may read more input and move the buffer that is being parsed. */
static bool act_on_parse(struct http *h)
{
    struct request *r = h->request;
    if (h->refuse.status) {
        int status = h->refuse.status;
        h->refuse.status = 0;
        respond_error(r ? r : request_new(h), status, h->refuse.text);
        return true;
    }
    if (h->state != STATE_BODY)
        return false;
    if (r->is.read) {
        http_enter(h, STATE_WAITING);
        if (r->answer.refuse == 405)
            respond_not_allowed(r, r->answer.allow);
        else if (r->answer.refuse)
            respond_error(r, r->answer.refuse, "no such resource");
        else if (r->route->opens_session && !r->asks.has_session &&
                 announced(h->server, NOTICE_NO_SESSIONS))
            refuse_session(r);
        else if (!h->server->hooks->answers(r))
            r->route->answer(r);
        return true;
    }
    if (r->head.expect_continue && r->body_len == 0) {
        buf_adds(&h->out, "HTTP/1.1 100 Continue\r\n\r\n"); /* RFC 9110 §10.1.1 */
        r->answer.told_continue = true;
    }
    r->head.expect_continue = false;
    return false;
}

static void finish_exchange(struct http *h)
{
    struct request *r = h->request;
    h->active_ns = clock_ns();
    request_tell(r, h->active_ns, LEDGER_WRITTEN);
    request_span_end(r, NULL);
    bool last = h->last || (h->peer.eof && h->in.len == 0);
    h->peer.unread = !r->is.read || h->in.len > 0;
    h->served++;
    h->server->counts.answers[r->answer.status / 100 % 6] += h->counted;
    h->parser.head_bytes = 0;
    drop_request(h);
    http_trim(h);
    http_enter(h, last ? STATE_DONE : STATE_IDLE);
}

/* Everything was handed to the kernel: is the exchange over, or has the handler more? */
static bool after_send(struct http *h)
{
    struct request *r = h->request;
    if (h->state != STATE_ANSWERING || h->out.len > 0)
        return false;
    if (r->answer.done) {
        finish_exchange(h);
        return true;
    }
    if (r->route && r->route->drained)
        r->route->drained(r);
    return h->out.len > 0;
}

static bool step(struct http *h)
{
    bool moved = parse_pending(h);
    moved |= act_on_parse(h);
    if (h->out.len > 0 && h->io->send(h) < 0) {
        h->peer.broken = true;
        return false;
    }
    return after_send(h) || moved;
}

void http_pump(struct http *h)
{
    if (h->pumping)
        return;
    h->pumping = true;
    while (!h->peer.broken && step(h))
        ;
    /* the peer ended in the middle of a request, or between two */
    if (h->peer.eof && http_parses(h) && !h->peer.broken)
        http_enter(h, STATE_DONE);
    h->pumping = false;
    h->io->settled(h);
}

void http_input(struct http *h, const char *data, size_t len)
{
    if (h->state == STATE_DONE)
        return;
    h->active_ns = clock_ns();
    size_t used = 0;
    if (h->in.len == 0 && http_parses(h))
        used = http_parse(h, data, len);
    if (used < len && buf_add(&h->in, data + used, len - used) < 0)
        h->peer.broken = true;
    http_pump(h);
}

void http_eof(struct http *h)
{
    h->peer.eof = true;
    if (h->state == STATE_WAITING && h->request->route && h->request->route->ends_with_client)
        h->peer.broken = true;
    http_pump(h);
}

void http_broken(struct http *h)
{
    h->peer.broken = true;
    http_pump(h);
}

void http_writable(struct http *h)
{
    http_pump(h);
}

bool http_wants_input(const struct http *h)
{
    return !h->peer.eof && h->in.len < IN_ENOUGH;
}
