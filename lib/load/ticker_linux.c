/* timerfd(2) under a uv_poll. */
#include "load/ticker.h"

#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

struct ticker {
    uv_poll_t poll;
    int fd;
    void (*tick)(void *arg);
    void *arg;
};

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct ticker *t = poll->data;
    uint64_t expirations;
    (void)status;
    (void)events;
    if (read(t->fd, &expirations, sizeof expirations) > 0)
        t->tick(t->arg);
}

struct ticker *ticker_new(uv_loop_t *loop, void (*tick)(void *arg), void *arg)
{
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (fd < 0)
        return NULL;
    struct ticker *t = MEM_NEW(struct ticker);
    *t = (struct ticker){.fd = fd, .tick = tick, .arg = arg};
    uv_poll_init(loop, &t->poll, fd);
    t->poll.data = t;
    uv_poll_start(&t->poll, UV_READABLE, on_poll);
    return t;
}

void ticker_at(struct ticker *t, int64_t at_ns)
{
    if (at_ns <= 0) /* zero would disarm it */
        at_ns = 1;
    struct itimerspec when = {
        .it_value = {.tv_sec = at_ns / NS_PER_S, .tv_nsec = at_ns % NS_PER_S},
    };
    timerfd_settime(t->fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void ticker_free(struct ticker **t)
{
    struct ticker *old = *t;
    *t = NULL;
    if (!old)
        return;
    uv_poll_stop(&old->poll);
    close(old->fd);
    uv_close((uv_handle_t *)&old->poll, on_closed);
}
