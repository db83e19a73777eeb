/* The process that serves: it waits at PATH for the one that comes, gives it the listening sockets,
 * and drains when that one is ready. Whatever becomes of the partner before, it goes on. */
#include "server/life/handover.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/life/announce.h"
#include "server/life/handover_wire.h"

/* A partner that is not ready by then makes way for another. */
static const int64_t patience_ns = 30 * NS_PER_S;

struct partner {
    struct server *server;
    uv_poll_t poll;
    int fd;
    pid_t pid;
    bool has_sockets;
    struct timer limit;
};

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void let_go(struct server *s)
{
    struct partner *p = s->outside.handover->partner;
    s->outside.handover->partner = NULL;
    timers_clear(&s->timers, &p->limit);
    uv_close((uv_handle_t *)&p->poll, on_closed);
    handover_hang_up(p->fd);
}

/* The old server goes on; why is for its log, and told to the partner. */
static void break_off(struct server *s, const char *why)
{
    struct partner *p = s->outside.handover->partner;
    handover_send(p->fd, "no", why, NULL, 0);
    server_log(s, "handover: not to process %d, %s", (int)p->pid, why);
    let_go(s);
}

static void give_sockets(struct server *s)
{
    struct partner *p = s->outside.handover->partner;
    int fds[HANDOVER_FDS] = {s->sockets.listener.fd, s->sockets.control.fd};
    int rc = handover_send(p->fd, "sockets", s->sockets.listener.kept ? "1" : "0", fds,
                           s->sockets.control.fd >= 0 ? 2 : 1);
    if (rc < 0) {
        break_off(s, strerror(-rc));
        return;
    }
    p->has_sockets = true;
    server_log(s, "handover: process %d has the listening socket and makes itself ready",
               (int)p->pid);
}

static void leave_place(struct handover *h)
{
    if (h->polling)
        uv_close((uv_handle_t *)&h->poll, NULL);
    h->polling = false;
    if (h->fd >= 0)
        close(h->fd);
    h->fd = -1;
}

/* Before the partner is told: what belongs to the one that serves must be free by then. */
static void hand_over(struct server *s)
{
    struct partner *p = s->outside.handover->partner;
    pid_t pid = p->pid;
    if (s->options->at.turn.leave)
        s->options->at.turn.leave(s->options->at.turn.arg);
    int rc = handover_send(p->fd, "done", "", NULL, 0);
    if (rc < 0) {
        struct error err = {0};
        break_off(s, "it ended when it was ready");
        if (s->options->at.turn.take && s->options->at.turn.take(s->options->at.turn.arg, &err) < 0)
            server_log(s, "handover: %s", err.text);
        return;
    }
    let_go(s);
    leave_place(s->outside.handover);
    announce_cancel(s);
    listener_close(&s->sockets.control);
    drain_handed_over(s, pid);
}

static void on_message(struct server *s, const struct handover_message *m)
{
    char why[96];
    bool ready = strcmp(m->word, "ready") == 0, hello = strcmp(m->word, "hello") == 0;
    if (m->version != HANDOVER_VERSION) {
        snprintf(why, sizeof why, "it speaks version %d of the handover, not %d", m->version,
                 HANDOVER_VERSION);
        break_off(s, why);
    } else if (hello && !s->outside.handover->partner->has_sockets) {
        give_sockets(s);
    } else if (ready && s->outside.handover->partner->has_sockets) {
        hand_over(s);
    } else {
        snprintf(why, sizeof why, "it says '%s' out of turn", m->word);
        break_off(s, why);
    }
}

static void on_partner(uv_poll_t *poll, int status, int events)
{
    struct partner *p = poll->data;
    struct server *s = p->server;
    struct handover_message m;
    (void)status;
    (void)events;
    if (s->signals.notice(s) && server_draining(s))
        return; /* handover_turn tells it so */
    int rc = handover_receive(p->fd, &m);
    if (rc == -EAGAIN)
        return;
    if (rc > 0) {
        handover_close_fds(&m);
        on_message(s, &m);
    } else if (rc == -EPROTO) {
        break_off(s, "it speaks another language");
    } else {
        server_log(s, "handover: process %d ended before it was ready; this one goes on",
                   (int)p->pid);
        let_go(s);
    }
}

static void on_limit(struct timer *t)
{
    struct partner *p = CONTAINER_OF(t, struct partner, limit);
    break_off(p->server, "it was not ready within 30 s");
}

static void on_arrival(uv_poll_t *poll, int status, int events)
{
    struct server *s = poll->data;
    (void)status;
    (void)events;
    int fd = accept4(s->outside.handover->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    if (s->outside.handover->partner || s->life.now != LIFE_RUNNING) {
        handover_send(fd, "no",
                      s->outside.handover->partner ? "another process takes over just now"
                                                   : "it drains",
                      NULL, 0);
        handover_hang_up(fd);
        return;
    }
    struct partner *p = MEM_NEW(struct partner);
    *p = (struct partner){.server = s, .fd = fd, .pid = handover_peer(fd)};
    s->outside.handover->partner = p;
    p->limit.fire = on_limit;
    timers_set(&s->timers, &p->limit, clock_ns() + patience_ns);
    uv_poll_init(&s->loop.uv, &p->poll, fd);
    p->poll.data = p;
    uv_poll_start(&p->poll, UV_READABLE, on_partner);
}

void handover_wait(struct server *s)
{
    struct handover *h = s->outside.handover;
    h->temporary[0] = '\0';
    uv_poll_init(&s->loop.uv, &h->poll, h->fd);
    h->poll.data = s;
    h->polling = true;
    uv_poll_start(&h->poll, UV_READABLE, on_arrival);
}

void handover_turn(struct server *s)
{
    if (s->outside.handover && s->outside.handover->partner && server_draining(s))
        break_off(s, "a signal has begun the drain");
}

static void remove_own(const struct handover *h, const char *path)
{
    struct stat there;
    if (path[0] && lstat(path, &there) == 0 && there.st_dev == h->dev && there.st_ino == h->ino)
        unlink(path);
}

void handover_close(struct server *s)
{
    struct handover *h = s->outside.handover;
    if (!h)
        return;
    if (h->partner)
        let_go(s);
    if (h->fd >= 0) {
        remove_own(h, h->place);
        remove_own(h, h->temporary);
    }
    leave_place(h);
    if (h->old_fd >= 0)
        close(h->old_fd);
    h->old_fd = -1;
}

void handover_free(struct server *s)
{
    free(s->outside.handover);
    s->outside.handover = NULL;
}
