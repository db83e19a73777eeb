/* A small HTTP/1.1 client for one purpose. */
#include "process/probe.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/unix_address.h"
#include "base/url.h"

enum { STATUS_LINE_BYTES = 12, READ_BYTES = 16384, MAX_REQUEST = 16384 };

struct probe {
    uv_poll_t poll;
    int fd;
    bool closing;
    bool knock;         /* only connects */
    struct buf request; /* what is still to be written */
    char head[STATUS_LINE_BYTES + 1];
    size_t head_len;
    int64_t started_ns, answered_ns;
    void (*answered)(void *arg, int status);
    void (*gone)(void *arg);
    void *arg;
};

bool probe_base_is_loopback(const struct probe_base *base)
{
    const struct sockaddr *addr = (const void *)&base->addresses[0].at;
    const struct sockaddr_in *in = (const void *)addr;
    const struct sockaddr_in6 *in6 = (const void *)addr;
    if (addr->sa_family == AF_UNIX)
        return true;
    return addr->sa_family == AF_INET6 ? IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr)
                                       : ntohl(in->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

/* The path in front of every path, without the last slashes. */
static void take_prefix(struct probe_base *base, const char *path)
{
    size_t len = strcspn(path, "?#");
    while (len > 0 && path[len - 1] == '/')
        len--;
    snprintf(base->prefix, sizeof base->prefix, "%.*s", (int)len, path);
}

static int parse_unix(struct probe_base *base, const char *url)
{
    struct unix_address a;
    *base = (struct probe_base){.n_addresses = 1, .host = "localhost"};
    if (unix_address_read(url, &a))
        return -1;
    unix_address_resolve(&a, &base->addresses[0]);
    take_prefix(base, a.rest);
    return 0;
}

int probe_base_parse(struct probe_base *base, const char *url)
{
    if (unix_address_is(url))
        return parse_unix(base, url);
    *base = (struct probe_base){0};
    char host[sizeof base->host], port[16];
    struct url u = url_split(url);
    snprintf(base->host, sizeof base->host, "%.*s", (int)u.authority_len, u.authority);
    snprintf(host, sizeof host, "%.*s", (int)u.host_len, u.host);
    take_prefix(base, u.rest);
    base->port = url_port(&u, 80);
    if (!host[0] || !base->port)
        return -1;
    snprintf(port, sizeof port, "%d", base->port);
    base->n_addresses = resolve_host(host, port, base->addresses, NULL);
    return base->n_addresses > 0 ? 0 : -1;
}

static void on_closed(uv_handle_t *handle)
{
    struct probe *p = CONTAINER_OF((uv_poll_t *)handle, struct probe, poll);
    void (*gone)(void *arg) = p->gone;
    void *arg = p->arg;
    buf_free(&p->request);
    free(p);
    gone(arg);
}

void probe_cancel(struct probe *p)
{
    if (p->closing)
        return;
    p->closing = true;
    p->answered = NULL;
    uv_close((uv_handle_t *)&p->poll, on_closed);
    close(p->fd);
}

static void answer(struct probe *p, int status)
{
    if (p->answered_ns)
        return;
    p->answered_ns = clock_ns();
    if (p->answered)
        p->answered(p->arg, status);
}

static void finish(struct probe *p, int status)
{
    answer(p, status);
    probe_cancel(p);
}

/* "HTTP/1.1 200" */
static int status_of(const char *head)
{
    if (strncmp(head, "HTTP/1.", 7) != 0 || head[8] != ' ')
        return PROBE_NO_ANSWER;
    int status = (int)strtol(head + 9, NULL, 10);
    return status >= 100 && status <= 999 ? status : PROBE_NO_ANSWER;
}

static void read_some(struct probe *p)
{
    char bytes[READ_BYTES];
    ssize_t n = recv(p->fd, bytes, sizeof bytes, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        finish(p, PROBE_NO_ANSWER); /* no more than the end, when it has answered before */
        return;
    }
    size_t take = STATUS_LINE_BYTES - p->head_len;
    if ((size_t)n < take)
        take = (size_t)n;
    memcpy(p->head + p->head_len, bytes, take);
    p->head_len += take;
    if (p->head_len == STATUS_LINE_BYTES)
        answer(p, status_of(p->head));
}

static void on_ready(uv_poll_t *poll, int status, int events);

static void write_some(struct probe *p)
{
    ssize_t n = send(p->fd, p->request.data, p->request.len, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EINTR) {
        finish(p, errno == ECONNREFUSED ? PROBE_REFUSED : PROBE_NO_ANSWER);
        return;
    }
    if (n > 0)
        buf_consume(&p->request, (size_t)n);
    if (p->request.len == 0)
        uv_poll_start(&p->poll, UV_READABLE, on_ready);
}

static int connect_error(int fd)
{
    int error = 0;
    socklen_t len = sizeof error;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len);
    return error;
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct probe *p = CONTAINER_OF(poll, struct probe, poll);
    /* libuv says EBADF for any POLLERR; what it was is the socket's own error */
    int error = p->knock || p->request.len > 0 ? connect_error(p->fd) : 0;
    if (error)
        finish(p, error == ECONNREFUSED ? PROBE_REFUSED : PROBE_NO_ANSWER);
    else if (p->knock)
        finish(p, PROBE_CONNECTED);
    else if (events & UV_WRITABLE && p->request.len > 0)
        write_some(p);
    else if (events & UV_READABLE || status < 0)
        read_some(p);
    if (status < 0 && !p->closing)
        finish(p, PROBE_NO_ANSWER);
}

/* To the first address at which a process listens: which one that is may change ("localhost" is
 * 127.0.0.1 and ::1), and a refusal by one of several would be told too late to try the next. */
int probe_connect(const struct probe_base *base, int *status)
{
    const struct resolved *to =
        &base->addresses[resolve_first_held(base->addresses, base->n_addresses)];
    int fd = socket(to->at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    *status = PROBE_NO_ANSWER;
    if (fd < 0)
        return -1;
    if (connect(fd, (const struct sockaddr *)&to->at, to->len) == 0 || errno == EINPROGRESS)
        return fd;
    if (errno == ECONNREFUSED || errno == ENOENT) /* ENOENT: of a Unix socket */
        *status = PROBE_REFUSED;
    close(fd);
    return -1;
}

struct probe *probe_start(uv_loop_t *loop, const struct probe_base *base, const char *path,
                          void (*answered)(void *arg, int status), void (*gone)(void *arg),
                          void *arg, int *status)
{
    int fd = probe_connect(base, status);
    if (fd < 0)
        return NULL;
    struct probe *p = MEM_NEW(struct probe);
    if (uv_poll_init(loop, &p->poll, fd) < 0) {
        close(fd);
        free(p);
        return NULL;
    }
    p->fd = fd;
    p->started_ns = clock_ns();
    p->answered = answered;
    p->gone = gone;
    p->arg = arg;
    p->knock = !path;
    buf_init(&p->request, MAX_REQUEST);
    if (path)
        buf_addf(&p->request,
                 "GET %s%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: drainctl\r\nAccept: */*\r\n"
                 "Connection: close\r\n\r\n",
                 base->prefix, path, base->host);
    uv_poll_start(&p->poll, UV_WRITABLE, on_ready);
    return p;
}

int64_t probe_started_ns(const struct probe *p)
{
    return p->started_ns;
}

int64_t probe_answered_ns(const struct probe *p)
{
    return p->answered_ns;
}
