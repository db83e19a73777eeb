#include "run/tell.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

enum { PATIENCE_MS = 5000, ANSWER_MAX = 300 };

struct tell {
    char *name, *line;
    int fd; /* -1: there is none */
    uv_poll_t poll;
    uv_timer_t patience; /* and, at once, what failed in tell_begin */
    int handles;
    int failed; /* errno of what failed there; 0: nothing */
    char answer[ANSWER_MAX];
    size_t len;
    void (*done)(void *arg, const struct error *err);
    void *arg;
};

static void on_closed(uv_handle_t *handle)
{
    struct tell *t = handle->data;
    if (--t->handles > 0)
        return;
    if (t->fd >= 0)
        close(t->fd);
    free(t->name);
    free(t->line);
    free(t);
}

void tell_cancel(struct tell *t)
{
    if (!t)
        return;
    if (t->handles == 2)
        uv_close((uv_handle_t *)&t->poll, on_closed);
    uv_close((uv_handle_t *)&t->patience, on_closed);
}

static void finish(struct tell *t, const struct error *err)
{
    t->done(t->arg, err);
    tell_cancel(t);
}

static void fail(struct tell *t, const char *how)
{
    struct error err = {0};
    error_set(&err, ERROR_RUN, "HAProxy '%s' %s when it was told '%s'", t->name, how, t->line);
    finish(t, &err);
}

static void on_late(uv_timer_t *timer)
{
    struct tell *t = timer->data;
    char how[200];
    if (!t->failed) {
        fail(t, "did not answer");
        return;
    }
    snprintf(how, sizeof how, "could not be reached at its admin socket (%s)", strerror(t->failed));
    fail(t, how);
}

/* It closes the connection behind its answer. */
static void on_answer(uv_poll_t *poll, int status, int events)
{
    struct tell *t = poll->data;
    char how[ANSWER_MAX + 40];
    (void)status, (void)events;
    ssize_t n = recv(t->fd, t->answer + t->len, sizeof t->answer - 1 - t->len, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    t->len += n > 0 ? (size_t)n : 0;
    if (n > 0 && t->len < sizeof t->answer - 1)
        return;
    bool none = t->len == 0;
    while (t->len && strchr("\n ", t->answer[t->len - 1]))
        t->len--;
    t->answer[t->len] = '\0';
    snprintf(how, sizeof how, "answered '%s'", t->answer);
    if (none)
        fail(t, "closed its admin socket");
    else if (t->len)
        fail(t, how);
    else
        finish(t, NULL);
}

/* 0, or the errno. The line is shorter than what a socket takes at once. */
static int say(struct tell *t, const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    char *line = mem_printf("%s\n", t->line);
    int rc = ENAMETOOLONG;
    if (strlen(path) < sizeof at.sun_path) {
        memcpy(at.sun_path, path, strlen(path) + 1);
        t->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        bool ok = t->fd >= 0 && connect(t->fd, (const struct sockaddr *)&at, sizeof at) == 0 &&
                  send(t->fd, line, strlen(line), MSG_NOSIGNAL) == (ssize_t)strlen(line);
        rc = ok ? 0 : errno;
    }
    free(line);
    return rc;
}

struct tell *tell_begin(uv_loop_t *loop, const char *name, const char *path, const char *line,
                        void (*done)(void *arg, const struct error *err), void *arg)
{
    struct tell *t = MEM_NEW(struct tell);
    *t = (struct tell){.name = mem_strdup(name),
                       .line = mem_strdup(line),
                       .fd = -1,
                       .handles = 1,
                       .done = done,
                       .arg = arg};
    t->failed = say(t, path);
    uv_timer_init(loop, &t->patience);
    t->patience.data = t->poll.data = t;
    if (!t->failed && uv_poll_init(loop, &t->poll, t->fd) == 0) {
        t->handles = 2;
        uv_poll_start(&t->poll, UV_READABLE, on_answer);
    }
    uv_timer_start(&t->patience, on_late, t->handles == 2 ? PATIENCE_MS : 0, 0);
    return t;
}
