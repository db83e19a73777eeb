/* The shape of a silent client: it connects and never sends a byte, as a browser's spare connection
 * or a load balancer's pool does. It ends when the server closes it (with or without an answer, 408
 * say), when it is reset, or at the client's own deadline. The codes are those that libcurl gives
 * for the same ends. */
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "load/group.h"
#include "load/shapes.h"

struct raw {
    uv_poll_t poll;
    struct client *client;
    int fd;
    bool connected;
    char line[512]; /* of the head of an answer; a longer line is judged by its start */
    size_t line_len;
};

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

/* Let go of the socket; the memory goes when the loop has closed the handle. */
static void raw_close(struct client *c)
{
    struct raw *r = c->wire;
    c->wire = NULL;
    if (!r)
        return;
    uv_poll_stop(&r->poll);
    uv_close((uv_handle_t *)&r->poll, on_closed);
    close(r->fd);
}

static void raw_end(struct client *c, int code, int os_errno, const char *why)
{
    bool reached = c->attempt.tries > 0;
    uv_timer_stop(&c->timer);
    raw_close(c);
    attempt_end(c, &(struct attempt_end){.code = code, .os_errno = os_errno, .why = why});
    client_over(c, reached);
}

static void on_deadline(uv_timer_t *timer)
{
    struct client *c = timer->data;
    const struct raw *r = c->wire;
    raw_end(c, CURLE_OPERATION_TIMEDOUT, 0, r->connected ? "response-timeout" : "connect-timeout");
}

static int local_port(int fd)
{
    struct sockaddr_storage addr = {0};
    socklen_t len = sizeof addr;
    getsockname(fd, (struct sockaddr *)&addr, &len);
    /* the port is at the same place in both families */
    return ntohs(((struct sockaddr_in *)(void *)&addr)->sin_port);
}

static void take_line(struct raw *r)
{
    struct answer *a = &r->client->attempt.answer;
    bool begun = a->begun;
    answer_line(a, r->line, r->line_len);
    r->line_len = 0;
    if (!begun && a->begun)
        attempt_first_byte(r->client);
}

static void take_bytes(struct raw *r, const char *data, ssize_t n)
{
    struct answer *a = &r->client->attempt.answer;
    for (ssize_t i = 0; i < n; i++) {
        if (a->header_done) {
            a->body_bytes += n - i;
            return;
        }
        if (r->line_len < sizeof r->line)
            r->line[r->line_len++] = data[i];
        if (data[i] == '\n')
            take_line(r);
    }
}

/* The server closed the connection in good order: what had come until then? */
static int code_at_eof(struct raw *r)
{
    const struct answer *a = &r->client->attempt.answer;
    if (!a->begun)
        return r->line_len ? CURLE_WEIRD_SERVER_REPLY : CURLE_GOT_NOTHING;
    if (a->header_done && a->length >= 0 && a->body_bytes < a->length)
        return CURLE_PARTIAL_FILE;
    return CURLE_OK;
}

static void on_readable(struct raw *r)
{
    char data[2048];
    ssize_t n;
    while ((n = recv(r->fd, data, sizeof data, 0)) > 0) {
        take_bytes(r, data, n);
        if (r->client->wire != r)
            return; /* a callback aborted it */
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n < 0)
        raw_end(r->client, CURLE_RECV_ERROR, errno, "");
    else
        raw_end(r->client, code_at_eof(r), 0, "");
}

static void on_poll(uv_poll_t *poll, int status, int events);

static void on_connected(struct raw *r)
{
    int failure = 0;
    socklen_t len = sizeof failure;
    getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &failure, &len);
    if (failure) {
        raw_end(r->client, CURLE_COULDNT_CONNECT, failure, "");
        return;
    }
    r->connected = true;
    r->client->attempt.tries = 1;
    uv_poll_start(&r->poll, UV_READABLE, on_poll);
    attempt_connected(r->client, local_port(r->fd), false);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct raw *r = poll->data;
    (void)status; /* the call itself tells which error it was */
    (void)events;
    if (r->connected)
        on_readable(r);
    else
        on_connected(r);
}

static void on_failed_start(uv_timer_t *timer)
{
    struct client *c = timer->data;
    raw_end(c, CURLE_COULDNT_CONNECT, c->start_errno, "");
}

static void deadline(struct client *c)
{
    uint64_t ms = (uint64_t)(c->group->plan->timeout_ns / NS_PER_MS);
    if (ms)
        uv_timer_start(&c->timer, on_deadline, ms, 0);
}

static int try_connect(struct client *c, int fd)
{
    struct loads *l = c->group->loads;
    int rc = sources_bind(&l->sources, fd, c->identity);
    if (rc == 0 && connect(fd, (struct sockaddr *)&l->address.addr, l->address.addr_len) < 0 &&
        errno != EINPROGRESS)
        rc = -errno;
    return rc;
}

static void silent_start(struct client *c)
{
    struct loads *l = c->group->loads;
    int fd = socket(l->address.addr.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int rc = fd < 0 ? -errno : try_connect(c, fd);
    if (rc < 0) {
        /* Told from the loop: an attempt never ends inside its own start. */
        if (fd >= 0)
            close(fd);
        c->start_errno = -rc;
        uv_timer_start(&c->timer, on_failed_start, 0, 0);
        return;
    }
    struct raw *r = MEM_NEW(struct raw);
    r->client = c;
    r->fd = fd;
    uv_poll_init_socket(l->loop, &r->poll, fd);
    r->poll.data = r;
    uv_poll_start(&r->poll, UV_WRITABLE, on_poll);
    c->wire = r;
    deadline(c);
}

static void silent_abort(struct client *c, const char *why)
{
    uv_timer_stop(&c->timer);
    raw_close(c);
    attempt_end(c, &(struct attempt_end){.code = CURLE_ABORTED_BY_CALLBACK, .why = why});
}

const struct shape shape_silent = {
    .start = silent_start,
    .abort = silent_abort,
    .end = raw_close,
};
