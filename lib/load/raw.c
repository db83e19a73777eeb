/* One connection of a raw client: connect, write what may go, read, end. */
#include "load/raw.h"

#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "load/group.h"
#include "load/received.h"

static void on_poll(uv_poll_t *poll, int status, int events);

static void on_closed(uv_handle_t *handle)
{
    struct raw *r = handle->data;
    free(r->text.at);
    free(r->body.chunk);
    free(r);
}

/* Let go of the socket; the memory goes when the loop has closed the handle. */
void raw_close(struct client *c)
{
    struct raw *r = c->wire;
    c->wire = NULL;
    if (!r)
        return;
    uv_poll_stop(&r->poll);
    uv_close((uv_handle_t *)&r->poll, on_closed);
    close(r->fd);
}

static void end_client(struct client *c, const struct attempt_end *end)
{
    bool reached = c->attempt.tries > 0;
    uv_timer_stop(&c->timer);
    raw_close(c);
    raw_pair_end(c, end);
    if (c->state != CLIENT_ENDED) /* a callback may have aborted all */
        client_over(c, reached);
}

void raw_end(struct raw *r, int code, int os_errno, enum ended ended)
{
    end_client(r->client,
               &(struct attempt_end){.code = code, .os_errno = os_errno, .ended = ended});
}

void raw_abort(struct client *c, enum ended ended)
{
    uv_timer_stop(&c->timer);
    raw_close(c);
    raw_pair_end(c, &(struct attempt_end){.code = CURLE_ABORTED_BY_CALLBACK, .ended = ended});
}

/* --- time --- */

static void on_timer(uv_timer_t *timer);

static void start_timer(struct raw *r)
{
    int64_t at = r->deadline_ns;
    if (r->wake_ns && (at == 0 || r->wake_ns < at))
        at = r->wake_ns;
    uv_timer_stop(&r->client->timer);
    if (at == 0)
        return;
    int64_t left_ns = at - clock_ns();
    uint64_t ms = left_ns > 0 ? (uint64_t)((left_ns + NS_PER_MS - 1) / NS_PER_MS) : 0;
    uv_update_time(r->client->timer.loop);
    uv_timer_start(&r->client->timer, on_timer, ms, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct client *c = timer->data;
    struct raw *r = c->wire;
    int64_t now = clock_ns();
    if (r->deadline_ns && now >= r->deadline_ns) {
        raw_end(r, CURLE_OPERATION_TIMEDOUT, 0,
                r->connected ? ENDED_RESPONSE_TIMEOUT : ENDED_CONNECT_TIMEOUT);
        return;
    }
    if (r->wake_ns && now >= r->wake_ns) {
        r->wake_ns = 0;
        r->body.open = true; /* the wait of the one that asked is over */
        start_timer(r);
        raw_write(r);
        return;
    }
    start_timer(r);
}

void raw_wake(struct raw *r, uint64_t ms)
{
    r->wake_ns = ms ? clock_ns() + (int64_t)ms * NS_PER_MS : 0;
    start_timer(r);
}

/* --- writing --- */

static void write_failed(struct raw *r)
{
    /* The answer may lie there already: read to the end before judging. */
    r->send_errno = errno;
}

/* Bytes that the socket took, 0 when it takes none now. */
static size_t write_some(struct raw *r, const char *data, size_t len)
{
    ssize_t n = send(r->fd, data, len, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EINTR)
        write_failed(r);
    return n > 0 ? (size_t)n : 0;
}

static bool fill_chunk(struct raw *r)
{
    if (r->body.chunk_at < r->body.chunk_len)
        return true;
    int64_t n = body_read(&r->body.body, r->body.chunk, RAW_CHUNK);
    r->body.chunk_at = 0;
    r->body.chunk_len = n > 0 ? (size_t)n : 0;
    if (n < 0)
        raw_wake(r, body_wait_ms(&r->body.body));
    return n > 0;
}

static void poll_for(struct raw *r, bool more)
{
    uv_poll_start(&r->poll, UV_READABLE | (more ? UV_WRITABLE : 0), on_poll);
}

void raw_write(struct raw *r)
{
    bool full = false;
    if (!r->connected)
        return;
    while (!r->send_errno && !full && r->text.written < r->text.may) {
        size_t n = write_some(r, r->text.at + r->text.written, r->text.may - r->text.written);
        r->text.written += n;
        full = n == 0;
    }
    bool body = r->text.written == r->text.len && r->body.open;
    while (body && !r->send_errno && !full && r->body.written < r->body.body.bytes &&
           fill_chunk(r)) {
        size_t n =
            write_some(r, r->body.chunk + r->body.chunk_at, r->body.chunk_len - r->body.chunk_at);
        r->body.chunk_at += n;
        r->body.written += (int64_t)n;
        full = n == 0;
    }
    raw_pair_written(r);
    poll_for(r, full && !r->send_errno);
    if (r->text.at)
        raw_pair_tell_sent(r);
    if (r->client->wire == r && r->halts && r->text.written == r->text.may) {
        r->halts = false;
        client_halfway(r->client);
    }
}

void raw_go_on(struct raw *r)
{
    r->halts = false;
    r->text.may = r->text.len;
    r->body.open = true;
    raw_wake(r, 0);
    client_go_on(r->client);
    raw_write(r);
}

/* --- reading --- */

/* The body is asked for; a held client keeps it back until `resume` all the same. */
static void on_interim(struct raw *r)
{
    bool asked = r->asks && r->answer.parser.status_code == 100;
    if (asked && !r->body.open && !group_is_held(r->client->group))
        raw_go_on(r);
}

/* The answer is whole. With a pair the next one belongs to the second request. */
static void on_whole(struct raw *r)
{
    struct client *c = r->client;
    if (r->lasting)
        return;
    if (!attempt_open(&c->behind)) {
        raw_end(r, CURLE_OK, 0, ENDED_ITSELF);
        return;
    }
    attempt_end(c, &(struct attempt_end){.code = CURLE_OK});
    if (c->wire != r)
        return;
    attempt_swap(c);
    raw_answer_begin(r);
}

static void on_broken(struct raw *r)
{
    if (r->lasting)
        return;
    raw_answer_first_bytes(r);
    if (r->client->wire == r)
        raw_end(r, raw_answer_code(r), 0, ENDED_ITSELF);
}

static void on_eof(struct raw *r, int os_errno)
{
    raw_answer_first_bytes(r);
    if (r->client->wire != r)
        return;
    int code = os_errno ? CURLE_RECV_ERROR : raw_answer_code(r);
    /* The kernel tells of a reset once: to the write that met it, not to the read after it. */
    if (!os_errno && r->send_errno && code != CURLE_OK) {
        code = CURLE_SEND_ERROR;
        os_errno = r->send_errno;
    }
    raw_end(r, code, os_errno, ENDED_ITSELF);
}

/* False when the connection is over, or not ours any more (a callback aborted it). */
static bool take(struct raw *r, const char *data, size_t len)
{
    static void (*const acts[])(struct raw * r) = {
        [ANSWER_INTERIM] = on_interim,
        [ANSWER_WHOLE] = on_whole,
        [ANSWER_BROKEN] = on_broken,
    };
    const struct client *c = r->client;
    while (len > 0 && c->wire == r) {
        size_t used = len;
        enum raw_answer got = raw_answer_take(r, data, &used);
        if (c->wire == r && acts[got])
            acts[got](r);
        data += used;
        len -= used;
    }
    return c->wire == r;
}

static void on_readable(struct raw *r)
{
    char data[4096];
    ssize_t n;
    while ((n = recv(r->fd, data, sizeof data, 0)) > 0)
        if (!take(r, data, (size_t)n))
            return;
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    on_eof(r, n < 0 ? errno : 0);
}

static void on_connected(struct raw *r)
{
    int failure = 0, yes = 1;
    socklen_t len = sizeof failure;
    getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &failure, &len);
    if (failure) {
        raw_end(r, CURLE_COULDNT_CONNECT, failure, ENDED_ITSELF);
        return;
    }
    setsockopt(r->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    r->connected = true;
    poll_for(r, false);
    raw_pair_connected(r, socket_identity(r->fd));
    if (r->client->wire == r)
        raw_write(r);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct raw *r = poll->data;
    /* the calls themselves tell which error it was */
    if (!r->connected) {
        on_connected(r);
        return;
    }
    if (status == 0 && events & UV_WRITABLE)
        raw_write(r);
    if (r->client->wire == r && (status < 0 || events & UV_READABLE))
        on_readable(r);
}

/* --- the beginning --- */

static void on_failed_start(uv_timer_t *timer)
{
    struct client *c = timer->data;
    end_client(c, &(struct attempt_end){.code = CURLE_COULDNT_CONNECT, .os_errno = c->start_errno});
}

static int try_connect(struct client *c, int fd)
{
    struct loads *l = c->group->loads;
    int rc = sources_bind(&l->sources, fd, c->identity);
    const struct address *to = c->group->address;
    if (rc == 0 && connect(fd, (const struct sockaddr *)&to->addr, to->addr_len) < 0 &&
        errno != EINPROGRESS)
        rc = -errno;
    return rc;
}

struct raw *raw_connect(struct client *c, char *text, size_t may)
{
    struct loads *l = c->group->loads;
    int fd =
        socket(c->group->address->addr.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int rc = fd < 0 ? -errno : try_connect(c, fd);
    if (rc < 0) {
        /* Told from the loop: an attempt never ends inside its own start. */
        if (fd >= 0)
            close(fd);
        free(text);
        c->start_errno = -rc;
        uv_timer_start(&c->timer, on_failed_start, 0, 0);
        return NULL;
    }
    struct raw *r = MEM_NEW(struct raw);
    r->client = c;
    r->fd = fd;
    r->text.at = text;
    r->text.len = r->text.first_len = text ? strlen(text) : 0;
    r->text.may = may;
    uv_poll_init_socket(l->loop, &r->poll, fd);
    r->poll.data = r;
    uv_poll_start(&r->poll, UV_WRITABLE, on_poll);
    c->wire = r;
    raw_answer_begin(r);
    if (c->group->plan->timeout_ns)
        r->deadline_ns = clock_ns() + c->group->plan->timeout_ns;
    start_timer(r);
    return r;
}
