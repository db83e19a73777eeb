/* GET /api/stream?ms=N&chunks=K[&bytes=B]: K chunks over N ms, the i-th at i/K of the time, each
 * padded to B bytes, then a marker line: an answer that is long under way. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/http/request.h"
#include "server/routes/routes.h"

enum {
    MAX_MS = 3600 * 1000,
    MAX_CHUNKS = 100000,
    MAX_BYTES = 1 << 20,
    ENOUGH = 256 << 10, /* unwritten bytes after which the next chunk waits for a slow reader */
};

static const char end_marker[] = "end\n";

struct stream {
    int64_t begun_ns, ms, chunks, bytes;
    int64_t sent;
    char *line; /* room for one chunk */
};

/* The i-th chunk, from 1, into s->line; returns its length. */
static size_t make_chunk(const struct stream *s, int64_t i)
{
    char text[64];
    size_t len = (size_t)snprintf(text, sizeof text, "chunk %lld of %lld", (long long)i,
                                  (long long)s->chunks);
    size_t size = (size_t)s->bytes > len + 1 ? (size_t)s->bytes : len + 1;
    if (s->line) {
        memset(s->line, '.', size);
        memcpy(s->line, text, len);
        s->line[size - 1] = '\n';
    }
    return size;
}

static uint64_t total_length(const struct stream *s)
{
    struct stream measure = {.chunks = s->chunks, .bytes = s->bytes};
    uint64_t total = strlen(end_marker);
    for (int64_t i = 1; i <= s->chunks; i++)
        total += make_chunk(&measure, i);
    return total;
}

static int64_t due_ns(const struct stream *s, int64_t i)
{
    return s->begun_ns + s->ms * NS_PER_MS / s->chunks * i;
}

/* Send what is due, as far as the reader keeps up. True when the answer is complete: r may be gone
 * then. */
static bool advance(struct request *r, int64_t now_ns)
{
    struct stream *s = r->state;
    if (r->http->server->hooks->stalls(r))
        return false;
    if (server_faulty(r->http->server, FAULT(END_STREAMS)) && server_draining(r->http->server)) {
        respond_end(r);
        return true;
    }
    while (s->sent < s->chunks && due_ns(s, s->sent + 1) <= now_ns) {
        if (r->http->out.len > ENOUGH)
            return false; /* route_stream_drained goes on */
        size_t len = make_chunk(s, ++s->sent);
        respond_piece(r, s->line, len);
    }
    if (s->sent < s->chunks) {
        timers_set(&r->http->server->timers, &r->timer, due_ns(s, s->sent + 1));
        return false;
    }
    respond_piece(r, end_marker, strlen(end_marker));
    respond_end(r);
    return true;
}

static void fire(struct timer *t)
{
    struct request *r = CONTAINER_OF(t, struct request, timer);
    struct http *h = r->http;
    /* the time it was set for has come, whatever says so */
    if (!advance(r, t->at_ns > clock_ns() ? t->at_ns : clock_ns()))
        http_pump(h);
}

void route_stream_drained(struct request *r)
{
    if (r->timer.slot == 0)
        advance(r, clock_ns());
}

void route_stream_answer(struct request *r)
{
    struct stream want = {.ms = 1000, .chunks = 10, .begun_ns = clock_ns()};
    if (!request_query_int(r, "ms", 0, MAX_MS, &want.ms) ||
        !request_query_int(r, "chunks", 1, MAX_CHUNKS, &want.chunks) ||
        !request_query_int(r, "bytes", 0, MAX_BYTES, &want.bytes)) {
        respond_error(r, 400, "'ms', 'chunks' or 'bytes' is no number, or out of range");
        return;
    }
    struct stream *s = MEM_NEW(struct stream);
    *s = want;
    r->state = s;
    r->timer.fire = fire;
    s->line = mem_zero(1, (size_t)want.bytes + 64);
    respond_begin(r, 200, "text/plain", r->http_1_0 ? total_length(&want) : 0);
    if (r->head_only)
        respond_end(r);
    else
        advance(r, clock_ns());
}

void route_stream_drop(struct request *r)
{
    struct stream *s = r->state;
    if (s)
        free(s->line);
    free(s);
}
