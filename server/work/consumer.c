#include "server/work/consumer.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/work/queue.h"

/* After a failure of the queue. */
static const int64_t retry_ns = 200 * NS_PER_MS;

enum { MOST_MS = 3600 * 1000 };

enum phase { IDLE, TAKING, WORKING, RENEWING, FINISHING, ACKING };

struct consumer {
    struct server *server;
    struct queue_call call;
    enum phase phase;
    struct timer timer;
    int64_t end_ns;   /* of the work */
    bool acked;       /* before it, by a planted fault */
    struct span span; /* from its taking to its acknowledgement */
};

struct consumers {
    int count;
    bool given_up;
    struct step *step; /* waits for them */
    struct consumer items[];
};

static void submit(struct consumer *c, enum phase phase);
static int busy(const struct server *s);

static void again_at(struct consumer *c, int64_t at_ns)
{
    timers_set(&c->server->timers, &c->timer, at_ns);
}

static bool may_take(const struct server *s)
{
    return (s->life.now == LIFE_RUNNING || s->hooks->takes_on(s)) && !s->queues.consumers->given_up;
}

static void rest(struct consumer *c)
{
    struct server *s = c->server;
    struct step *step = s->queues.consumers->step;
    c->phase = IDLE;
    if (may_take(s)) /* others may leave jobs behind: look again within their lease */
        again_at(c, clock_ns() + s->options->queue.lease_ns / 2);
    else if (step && busy(s) == 0) {
        s->queues.consumers->step = NULL;
        step_over(step, NULL);
    }
}

static void take_next(struct consumer *c)
{
    if (may_take(c->server))
        submit(c, TAKING);
    else
        rest(c);
}

/* Until the work is done, or until the lease should be renewed. */
static void work_on(struct consumer *c)
{
    int64_t renew = clock_ns() + c->server->options->queue.lease_ns / 3;
    c->phase = WORKING;
    again_at(c, c->end_ns < renew ? c->end_ns : renew);
}

static void begin_work(struct consumer *c)
{
    int64_t ms = strtoll(c->call.message.body, NULL, 10); /* others may add anything */
    c->end_ns = clock_ns() + (ms > 0 ? ms < MOST_MS ? ms : MOST_MS : 0) * NS_PER_MS;
    c->acked = false;
    span_begin(c->server, &c->span, NULL);
    work_on(c);
    if (c->server->hooks->acks_first(c->server) && c->server->queues.jobs->kind->in_database)
        submit(c, ACKING);
}

static void end_span(struct consumer *c, const char *error)
{
    struct buf attributes;
    if (!c->span.id)
        return;
    span_attributes(&attributes);
    otlp_word(&attributes, "messaging.operation.name", "process");
    otlp_string(&attributes, "messaging.message.id", c->call.message.id);
    span_end(
        c->server, &c->span,
        &(struct span_end){
            .name = "job", .kind = OTLP_KIND_CONSUMER, .attributes = &attributes, .error = error});
    buf_free(&attributes);
}

static void done(struct queue_call *call)
{
    struct consumer *c = CONTAINER_OF(call, struct consumer, call);
    struct server *s = c->server;
    s->signals.notice(s);
    bool ok = call->status == QUEUE_OK, none = c->phase == TAKING && (!ok || !call->message.id[0]);
    if (!ok && call->error[0])
        server_log(s, "job %s: %s", call->message.id[0] ? call->message.id : "-", call->error);
    if (s->queues.consumers->given_up || none) {
        end_span(c, "left at the drain timeout");
        rest(c);
    } else if (c->phase == TAKING) {
        begin_work(c);
    } else if (c->phase == RENEWING || c->phase == ACKING) {
        c->acked |= ok && c->phase == ACKING;
        work_on(c);
    } else if (!ok) { /* not acknowledged: again, before the lease is over */
        c->phase = WORKING;
        c->end_ns = clock_ns() + retry_ns;
        again_at(c, c->end_ns);
    } else {
        end_span(c, NULL);
        take_next(c);
    }
}

static void submit(struct consumer *c, enum phase phase)
{
    static const enum queue_op ops[] = {[TAKING] = QUEUE_TAKE,
                                        [RENEWING] = QUEUE_RENEW,
                                        [FINISHING] = QUEUE_FINISH,
                                        [ACKING] = QUEUE_ACK};
    enum phase before = c->phase;
    c->phase = phase;
    enum queue_op op = phase == FINISHING && c->acked ? QUEUE_RECORD : ops[phase];
    if (queue_call(c->server->queues.jobs, op, &c->call) == 0)
        return;
    c->phase = before;
    again_at(c, clock_ns() + retry_ns);
}

static void on_timer(struct timer *t)
{
    struct consumer *c = CONTAINER_OF(t, struct consumer, timer);
    if (c->phase == IDLE)
        take_next(c);
    else if (c->phase == WORKING)
        submit(c, clock_ns() >= c->end_ns ? FINISHING : RENEWING);
}

void consumers_start(struct server *s)
{
    int count = (int)s->options->queue.consumers;
    if (s->queues.consumers || count == 0)
        return;
    s->queues.consumers =
        mem_zero(1, sizeof *s->queues.consumers + (size_t)count * sizeof(struct consumer));
    s->queues.consumers->count = count;
    for (int i = 0; i < count; i++) {
        struct consumer *c = &s->queues.consumers->items[i];
        c->server = s;
        c->call = (struct queue_call){.done = done, .aside = true};
        c->timer.fire = on_timer;
        snprintf(c->call.owner, sizeof c->call.owner, "%d-%lld-%d", (int)getpid(),
                 (long long)clock_unix_ns(), i);
        again_at(c, clock_ns());
    }
}

void consumers_poke(struct server *s)
{
    for (int i = 0; s->queues.consumers && i < s->queues.consumers->count; i++)
        if (s->queues.consumers->items[i].phase == IDLE && may_take(s))
            again_at(&s->queues.consumers->items[i], clock_ns());
}

/* In this phase or a later one. */
static int count_from(const struct server *s, enum phase phase)
{
    int count = 0;
    for (int i = 0; s->queues.consumers && i < s->queues.consumers->count; i++)
        count += s->queues.consumers->items[i].phase >= phase;
    return count;
}

int consumers_held(const struct server *s)
{
    return count_from(s, WORKING);
}

static int busy(const struct server *s)
{
    return count_from(s, TAKING);
}

void consumers_begin_stop(struct step *step, void *server)
{
    struct server *s = server;
    if (busy(s) == 0)
        step_over(step, NULL);
    else
        s->queues.consumers->step = step;
}

void consumers_give_up(void *server)
{
    struct server *s = server;
    s->queues.consumers->given_up = true;
    s->queues.consumers->step = NULL;
    for (int i = 0; i < s->queues.consumers->count; i++) {
        timers_clear(&s->timers, &s->queues.consumers->items[i].timer);
        if (s->queues.consumers->items[i].phase > TAKING)
            server_log(s, "job %s is left for another",
                       s->queues.consumers->items[i].call.message.id);
    }
}

void consumers_free(struct server *s)
{
    for (int i = 0; s->queues.consumers && i < s->queues.consumers->count; i++)
        queue_message_free(&s->queues.consumers->items[i].call.message);
    free(s->queues.consumers);
}
