/* Messages of a stream: new ones, and those whose consumer has given no sign of life for a lease.
 * As many are asked for as are waited for here, and none is kept in store. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/work/redis.h"
#include "server/work/redis_list.h"

static const int64_t block_most_ms = 1000;
static const int64_t wake_ns = 10 * NS_PER_MS, again_ns = 200 * NS_PER_MS;

static void hand(struct redis_queue *q, const char *id, const char *body)
{
    struct queue_call *c = CONTAINER_OF(q->takers.next, struct queue_call, link);
    list_remove(&c->link);
    list_append(&q->held, &c->link);
    queue_message_free(&c->message);
    snprintf(c->message.id, sizeof c->message.id, "%s", id);
    c->message.body = mem_strdup(body ? body : "");
    c->status = QUEUE_OK;
    c->done(c);
}

/* After a long silence its own lease may be over, and it would be taken from itself. */
static bool is_held(const struct redis_queue *q, const char *id)
{
    for (struct list *at = q->held.next; at != &q->held; at = at->next)
        if (strcmp(CONTAINER_OF(at, struct queue_call, link)->message.id, id) == 0)
            return true;
    return false;
}

/* Entries: [id, [field, value, …]]. One that is not waited for any more is left to its lease. */
static void hand_all(struct redis_queue *q, const redisReply *entries)
{
    for (size_t i = 0; entries->type == REDIS_REPLY_ARRAY && i < entries->elements; i++) {
        const redisReply *e = entries->element[i];
        if (e->elements == 2 && e->element[0]->str && !is_held(q, e->element[0]->str) &&
            !list_empty(&q->takers))
            hand(q, e->element[0]->str, redis_field(e->element[1], "body"));
    }
}

/* Those that wait come back with nothing. */
static void send_back(struct redis_queue *q)
{
    while (!list_empty(&q->takers)) {
        struct queue_call *c = CONTAINER_OF(q->takers.next, struct queue_call, link);
        list_remove(&c->link);
        queue_message_free(&c->message);
        c->status = QUEUE_OK;
        c->done(c);
    }
}

static int count(const struct redis_queue *q)
{
    int n = 0;
    for (struct list *at = q->takers.next; at != &q->takers; at = at->next)
        n++;
    return n;
}

/* True: it was read, and may be read again at once. The group is gone with the stream when a client
 * has deleted it, or when Redis came back without its data. */
static bool is_read(struct redis_queue *q, const redisReply *reply)
{
    q->reading = false;
    if (!reply)
        return false;
    if (reply->type != REDIS_REPLY_ERROR)
        return true;
    if (redis_is_error(reply, "NOGROUP"))
        redis_link_renew(q->link, "the group was gone, it is made again");
    else if (!redis_is_error(reply, "UNBLOCKED"))
        server_log(q->queue.server, "queue %s: %s", q->url.shown, reply->str);
    timers_set(&q->queue.server->timers, &q->again, clock_ns() + again_ns);
    return false;
}

static void on_read(void *ctx, const redisReply *reply)
{
    struct redis_queue *q = ctx;
    bool ok = is_read(q, reply);
    if (ok && reply->type == REDIS_REPLY_ARRAY && reply->elements == 1 &&
        reply->element[0]->elements == 2)
        hand_all(q, reply->element[0]->element[1]);
    if (ok || q->stopped)
        redis_take_more(q);
}

static void on_claimed(void *ctx, const redisReply *reply)
{
    struct redis_queue *q = ctx;
    bool ok = is_read(q, reply);
    q->claim_ns = clock_ns() + q->lease_ns / 2;
    if (ok && reply->type == REDIS_REPLY_ARRAY && reply->elements >= 2) {
        snprintf(q->claim_from, sizeof q->claim_from, "%s", reply->element[0]->str);
        if (strcmp(q->claim_from, "0-0") != 0)
            q->claim_ns = 0; /* there is more to look through */
        hand_all(q, reply->element[1]);
    }
    if (ok || q->stopped)
        redis_take_more(q);
}

static int claim(struct redis_queue *q, const char *n)
{
    char lease[24];
    const char *from = *q->claim_from ? q->claim_from : "0-0";
    snprintf(lease, sizeof lease, "%lld", (long long)(q->lease_ns / NS_PER_MS));
    return redis_link_send(q->reader, 0, on_claimed, q, 8,
                           (const char *[]){"XAUTOCLAIM", q->url.name, q->url.group, q->owner,
                                            lease, from, "COUNT", n});
}

static int read_new(struct redis_queue *q, const char *n)
{
    char block[24];
    int64_t ms = q->lease_ns / 2 / NS_PER_MS;
    ms = ms < block_most_ms ? ms : block_most_ms;
    snprintf(block, sizeof block, "%lld", (long long)ms);
    return redis_link_send(q->reader, ms, on_read, q, 11,
                           (const char *[]){"XREADGROUP", "GROUP", q->url.group, q->owner, "COUNT",
                                            n, "BLOCK", block, "STREAMS", q->url.name, ">"});
}

void redis_take_more(struct redis_queue *q)
{
    char n[16];
    if (q->reading)
        return;
    if (q->stopped) {
        send_back(q);
        return;
    }
    if (list_empty(&q->takers) || !q->ready || !redis_link_is_up(q->reader))
        return;
    snprintf(n, sizeof n, "%d", count(q));
    q->reading = true;
    if ((clock_ns() >= q->claim_ns ? claim(q, n) : read_new(q, n)) < 0)
        q->reading = false; /* it comes up again */
}

void redis_take(struct redis_queue *q, struct queue_call *c)
{
    list_append(&q->takers, &c->link);
    if (q->stopped || !q->reading) /* from the loop, not from within this call */
        timers_set(&q->queue.server->timers, &q->again, 0);
}

static void on_id(void *ctx, const redisReply *reply)
{
    struct redis_queue *q = ctx;
    if (reply && reply->type == REDIS_REPLY_INTEGER)
        snprintf(q->reader_id, sizeof q->reader_id, "%lld", reply->integer);
    redis_take_more(q);
}

static void on_up(void *ctx)
{
    struct redis_queue *q = ctx;
    redis_link_send(q->reader, 0, on_id, q, 2, (const char *[]){"CLIENT", "ID"});
}

static void on_down(void *ctx)
{
    struct redis_queue *q = ctx;
    q->reader_id[0] = '\0';
    q->reading = false;
    if (q->stopped)
        send_back(q);
}

/* A read that waits in Redis is woken up there, so that what it has already given is not lost. The
 * command may overtake it on its way: it is repeated until the read is back. */
static void wake_reader(struct redis_queue *q)
{
    const char *const argv[] = {"CLIENT", "UNBLOCK", q->reader_id};
    if (!q->reader_id[0] || redis_link_send(q->link, 0, NULL, NULL, ARRAY_LEN(argv), argv) < 0)
        redis_link_renew(q->reader, "stopped");
    else
        timers_set(&q->queue.server->timers, &q->again, clock_ns() + wake_ns);
}

static void on_again(struct timer *t)
{
    struct redis_queue *q = CONTAINER_OF(t, struct redis_queue, again);
    if (q->stopped && q->reading)
        wake_reader(q);
    else
        redis_take_more(q);
}

void redis_take_stop(struct queue *queue)
{
    struct redis_queue *q = (struct redis_queue *)queue;
    q->stopped = true;
    timers_set(&q->queue.server->timers, &q->again, 0);
}

void redis_take_open(struct redis_queue *q)
{
    static const struct redis_link_events events = {on_up, on_down};
    q->again.fire = on_again;
    q->reader = redis_link_open(q->queue.server, &q->url, false, &events, q);
}

void redis_take_close(struct redis_queue *q)
{
    q->stopped = true;
    timers_clear(&q->queue.server->timers, &q->again);
    redis_link_close(q->reader);
    timers_clear(&q->queue.server->timers, &q->again);
    send_back(q);
}
