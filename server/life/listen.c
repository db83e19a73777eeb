/* Listening and accepting. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "server/http/conn.h"
#include "server/internal.h"

static const int64_t retry_ns = 100 * NS_PER_MS;

static void on_connection(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    struct listener *l = poll->data;
    l->server->signals.notice(l->server);
    listener_accept(l); /* nothing when it was closed just now */
}

static void on_retry(struct timer *t)
{
    struct listener *l = CONTAINER_OF(t, struct listener, retry);
    uv_poll_start(&l->poll, UV_READABLE, on_connection);
    listener_accept(l);
}

static int bind_to(const struct addrinfo *a)
{
    int on = 1;
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, LISTENER_BACKLOG) == 0)
        return fd;
    int errnum = errno;
    close(fd);
    return -errnum;
}

/* The address that a socket has, as text into host (may be NULL). Returns the port; 0: none. */
static int name_of(int fd, char *host, size_t size)
{
    struct sockaddr_storage addr;
    socklen_t len = sizeof addr;
    char port[16] = "0";
    int number = 0;
    if (getsockname(fd, (struct sockaddr *)&addr, &len) == 0 &&
        getnameinfo((struct sockaddr *)&addr, len, host, host ? (socklen_t)size : 0, port,
                    sizeof port, NI_NUMERICSERV | NI_NUMERICHOST) == 0)
        sscanf(port, "%d", &number);
    return number;
}

int listener_port(int fd)
{
    return name_of(fd, NULL, 0);
}

static int resolve_and_bind(const char *host, int port, struct error *err)
{
    char service[16];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *found;
    snprintf(service, sizeof service, "%d", port);
    int rc = getaddrinfo(host, service, &hints, &found);
    if (rc != 0)
        return error_set(err, ERROR_RUN, "cannot listen on '%s': %s", host, gai_strerror(rc));
    int fd = bind_to(found);
    freeaddrinfo(found);
    if (fd >= 0)
        return fd;
    error_set_errno(err, ERROR_RUN, -fd, "cannot listen on '%s' port %d", host, port);
    if (fd == -EADDRINUSE)
        error_hint(err, "another process listens there; `--port 0` picks a free port");
    return -1;
}

void listener_begin(struct listener *l, struct server *s, int fd, bool control)
{
    l->server = s;
    l->control = control;
    l->fd = fd;
    l->port = name_of(fd, l->host, sizeof l->host);
    socklen_t size = sizeof l->family;
    getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &l->family, &size);
    fcntl(fd, F_SETFL, O_NONBLOCK); /* of the socket itself, for all who have it */
    l->poll.data = l;
    l->retry.fire = on_retry;
    uv_poll_init(&s->loop.uv, &l->poll, fd);
    uv_poll_start(&l->poll, UV_READABLE, on_connection);
}

int listener_open(struct listener *l, struct server *s, const char *host, int port, bool control,
                  struct error *err)
{
    int fd = resolve_and_bind(host, port, err);
    if (fd < 0)
        return -1;
    listener_begin(l, s, fd, control);
    return 0;
}

int listener_adopt(struct listener *l, struct server *s, int fd, int port, bool control,
                   struct error *err)
{
    listener_begin(l, s, fd, control);
    if (port == 0 || port == l->port)
        return 0;
    error_set(err, ERROR_RUN, "the socket that was handed over listens on port %d, not %d", l->port,
              port);
    return error_hint(err, "give %s %d, or 0", control ? "--control" : "--port", l->port);
}

/* Out of descriptors: the connection stays in the queue. To go on polling would spin, so wait for
 * one to be closed, or a moment (another process may have been the cause). */
static void pause_accepting(struct listener *l, int errnum)
{
    if (!l->short_of_fds)
        server_log(l->server, "cannot accept, connections wait in the queue: %s", strerror(errnum));
    l->short_of_fds = true;
    uv_poll_stop(&l->poll);
    timers_set(&l->server->timers, &l->retry, clock_ns() + retry_ns);
}

bool listener_accept(struct listener *l)
{
    while (l->fd >= 0) {
        int fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            conn_open(l, fd);
            continue;
        }
        if (errno == EAGAIN)
            return true;
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            pause_accepting(l, errno);
            return false;
        }
        /* ECONNABORTED and the network's own errors are that connection's alone (accept(2)) */
    }
    return true;
}

void listener_unlink(struct listener *l)
{
    struct stat st;
    if (!l->bound || server_faulty(l->server, FAULT(LEAVE_FILES) | FAULT(LEAK_LISTENER)))
        return;
    l->bound = false;
    if (lstat(l->at.path, &st) == 0 && st.st_ino == l->at.file && st.st_dev == l->at.dev)
        unlink(l->at.path);
}

void listener_close(struct listener *l)
{
    if (l->fd < 0)
        return;
    timers_clear(&l->server->timers, &l->retry);
    uv_close((uv_handle_t *)&l->poll, NULL);
    listener_unlink(l);
    close(l->fd);
    l->fd = -1;
}

static int look(const struct server *s, struct sockdiag_listener *out)
{
    struct unix_listener at = s->sockets.listener.at;
    return at.path
               ? unixdiag_listener(s->sockets.diag, &at, out)
               : sockdiag_listener(s->sockets.diag, (uint16_t)s->sockets.listener.port, NULL, out);
}

int64_t listener_depth(const struct server *s)
{
    struct sockdiag_listener l;
    if (!s->sockets.diag || s->sockets.listener.fd < 0 || look(s, &l) < 0)
        return -1;
    return l.sockets > 0 ? (int64_t)l.depth : -1;
}
