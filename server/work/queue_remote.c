#include "server/work/queue_remote.h"

#include <stdio.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "server/internal.h"

void queue_come_back(struct queue_call *c, enum queue_status status, const char *why)
{
    c->status = status;
    snprintf(c->error, sizeof c->error, "%s", why);
    c->done(c);
}

void queue_owner(char *out, size_t size)
{
    snprintf(out, size, "%d-%lld", (int)getpid(), (long long)clock_unix_ns());
}

static void on_gone(struct timer *t)
{
    struct queue *q = CONTAINER_OF(t, struct queue, gone);
    void (*left)(void *arg) = q->left;
    q->left = NULL;
    if (left)
        left(q->left_arg);
}

void queue_leaves(struct queue *q, void (*left)(void *arg), void *arg)
{
    q->left = left;
    q->left_arg = arg;
    q->gone.fire = on_gone;
}

void queue_has_left(struct queue *q)
{
    if (q->left)
        timers_set(&q->server->timers, &q->gone, 0);
}

void queue_forget_left(struct queue *q)
{
    q->left = NULL;
    timers_clear(&q->server->timers, &q->gone);
}
