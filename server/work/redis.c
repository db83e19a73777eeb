/* A queue that is a stream of Redis with a consumer group (redis.io/docs/data-types/streams).
 *
 * Two connections: one waits for messages (XREADGROUP BLOCK, XAUTOCLAIM) and the other does the
 * rest, so that no acknowledgement waits behind a read. A message that is done is recorded in the
 * hash STREAM:runs under its id and who did it, and acknowledged, in one script: the same one twice
 * leaves one record, and two who did the same job leave two.
 *
 * redis_take.c has the connection that waits. */
#include "server/work/redis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/work/queue_remote.h"
#include "server/work/redis_list.h"

static const int64_t look_ns = NS_PER_S; /* between two looks at how much is pending */
enum { LIST_MOST = 256 << 20 };

/* KEYS: stream, runs; ARGV: group, id, owner. */
static const char finish_script[] = "redis.call('HSET', KEYS[2], ARGV[2] .. ' ' .. ARGV[3], 1)\n"
                                    "return redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])";
/* KEYS: stream; ARGV: group, id, owner. Only while it is this owner's: the time since its last sign
 * of life begins anew. */
static const char renew_script[] =
    "local held = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1, ARGV[3])\n"
    "if #held == 0 then return 0 end\n"
    "redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, ARGV[2], 'JUSTID')\n"
    "return 1";
/* KEYS: stream; ARGV: group, owner. A consumer that holds nothing is taken off the list. */
static const char leave_script[] =
    "if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then return 0 end\n"
    "return redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])";

/* --- answers --- */

static void come_back(struct queue_call *c, enum queue_status status, const char *why)
{
    if (c->op == QUEUE_FINISH && status == QUEUE_OK)
        list_remove(&c->link);
    queue_come_back(c, status, why);
}

static void fail(struct queue_call *c, const redisReply *reply)
{
    if (!reply)
        come_back(c, QUEUE_AWAY, "the connection was lost before the answer");
    else if (strstr(reply->str, "OOM")) /* also from within a script */
        come_back(c, QUEUE_FULL, "Redis has no memory left (maxmemory)");
    else if (redis_is_error(reply, "LOADING") || redis_is_error(reply, "BUSY") ||
             redis_is_error(reply, "READONLY") || redis_is_error(reply, "MISCONF"))
        come_back(c, QUEUE_AWAY, reply->str);
    else
        come_back(c, QUEUE_FAILED, reply->str);
}

static void on_done(void *ctx, const redisReply *reply)
{
    struct queue_call *c = ctx;
    if (!reply || reply->type == REDIS_REPLY_ERROR) {
        fail(c, reply);
        return;
    }
    if (c->op == QUEUE_ADD && reply->type == REDIS_REPLY_STRING)
        snprintf(c->message.id, sizeof c->message.id, "%s", reply->str);
    if (c->op == QUEUE_LIST && !redis_list_write(&c->text, reply))
        come_back(c, QUEUE_FAILED, "Redis answered something else");
    else
        come_back(c, QUEUE_OK, "");
}

/* --- calls --- */

static int send_call(struct redis_queue *q, struct queue_call *c)
{
    const char *const id = c->message.id, *const stream = q->url.name, *const group = q->url.group;
    const char *const who = q->owner;
    const struct {
        int argc;
        const char *argv[8];
    } commands[] = {
        [QUEUE_ADD] = {5, {"XADD", stream, "*", "body", c->message.body}},
        [QUEUE_RENEW] = {7, {"EVAL", renew_script, "1", stream, group, id, who}},
        [QUEUE_FINISH] = {8, {"EVAL", finish_script, "2", stream, q->runs, group, id, who}},
        [QUEUE_LIST] = {6, {"EVAL", redis_list_script, "2", stream, q->runs, group}},
    };
    return redis_link_send(q->link, 0, on_done, c, commands[c->op].argc, commands[c->op].argv);
}

static int call(struct queue *queue, struct queue_call *c)
{
    struct redis_queue *q = (struct redis_queue *)queue;
    if (c->op == QUEUE_TAKE) {
        redis_take(q, c);
        return 0;
    }
    if (c->op == QUEUE_LIST)
        buf_init(&c->text, LIST_MOST);
    if (q->ready && send_call(q, c) == 0)
        return 0;
    c->status = QUEUE_AWAY;
    return -1;
}

/* --- the connection --- */

static void look(struct redis_queue *q);

static void on_look(void *ctx, const redisReply *reply)
{
    struct redis_queue *q = ctx;
    for (size_t i = 0; reply && reply->type == REDIS_REPLY_ARRAY && i < reply->elements; i++) {
        const redisReply *g = reply->element[i];
        const char *name = redis_field(g, "name");
        if (!name || strcmp(name, q->url.group) != 0)
            continue;
        q->pending = 0;
        for (size_t k = 0; k + 1 < g->elements; k += 2)
            if (strcmp(g->element[k]->str, "pending") == 0 ||
                strcmp(g->element[k]->str, "lag") == 0)
                q->pending += g->element[k + 1]->integer;
    }
}

/* It also finds a server that has begun to hang while nothing was asked of it. */
static void look(struct redis_queue *q)
{
    redis_link_send(q->link, 0, on_look, q, 3, (const char *[]){"XINFO", "GROUPS", q->url.name});
    timers_set(&q->queue.server->timers, &q->look, clock_ns() + look_ns);
}

static void on_look_timer(struct timer *t)
{
    look(CONTAINER_OF(t, struct redis_queue, look));
}

static void on_group(void *ctx, const redisReply *reply)
{
    struct redis_queue *q = ctx;
    if (!reply)
        return;
    if (reply->type == REDIS_REPLY_ERROR && !redis_is_error(reply, "BUSYGROUP")) {
        redis_link_renew(q->link, reply->str);
        return;
    }
    q->ready = true;
    look(q);
    redis_take_more(q);
}

static void on_up(void *ctx)
{
    struct redis_queue *q = ctx;
    redis_link_send(
        q->link, 0, on_group, q, 6,
        (const char *[]){"XGROUP", "CREATE", q->url.name, q->url.group, "0", "MKSTREAM"});
}

static void on_down(void *ctx)
{
    struct redis_queue *q = ctx;
    q->ready = false;
    timers_clear(&q->queue.server->timers, &q->look);
}

/* --- leaving --- */

static void on_left(void *ctx, const redisReply *reply)
{
    struct redis_queue *q = ctx;
    (void)reply;
    queue_has_left(&q->queue);
}

static void leave(struct queue *queue, void (*left)(void *arg), void *arg)
{
    struct redis_queue *q = (struct redis_queue *)queue;
    queue_leaves(queue, left, arg);
    const char *const argv[] = {"EVAL", leave_script, "1", q->url.name, q->url.group, q->owner};
    if (!q->ready || redis_link_send(q->link, 0, on_left, q, ARRAY_LEN(argv), argv) < 0)
        on_left(q, NULL);
}

/* --- the whole --- */

static bool takes(const char *url)
{
    return queue_url_is(url, "redis");
}

static struct queue *open_queue(struct server *s, const struct queue_place *at, struct error *err)
{
    static const struct redis_link_events events = {on_up, on_down};
    static const struct queue_scheme scheme = {
        "redis", "redis://[:PASSWORD@]HOST:PORT/STREAM[?group=GROUP]", false, NULL};
    struct redis_queue *q = MEM_NEW(struct redis_queue);
    *q = (struct redis_queue){.queue = {.kind = &queue_redis, .server = s},
                              .lease_ns = at->lease_ns,
                              .pending = -1,
                              .look.fire = on_look_timer};
    list_init(&q->takers);
    list_init(&q->held);
    if (queue_url_read(&q->url, &scheme, at->url, err) < 0) {
        free(q);
        return NULL;
    }
    q->runs = mem_printf("%s:runs", q->url.name);
    queue_owner(q->owner, sizeof q->owner);
    q->link = redis_link_open(s, &q->url, true, &events, q);
    redis_take_open(q);
    return &q->queue;
}

static void close_queue(struct queue *queue)
{
    struct redis_queue *q = (struct redis_queue *)queue;
    q->ready = false;
    redis_take_close(q);
    redis_link_close(q->link);
    timers_clear(&q->queue.server->timers, &q->look);
    queue_forget_left(queue);
    queue_url_free(&q->url);
    free(q->runs);
    free(q);
}

static struct queue_gauge gauge(const struct queue *queue)
{
    const struct redis_queue *q = (const struct redis_queue *)queue;
    return (struct queue_gauge){.connected = q->ready, .pending = q->ready ? q->pending : -1};
}

static const char *version(void)
{
    static char text[40];
    snprintf(text, sizeof text, "hiredis %d.%d.%d", HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH);
    return text;
}

const struct queue_kind queue_redis = {
    .name = "redis",
    .takes = takes,
    .open = open_queue,
    .call = call,
    .stop = redis_take_stop,
    .leave = leave,
    .close = close_queue,
    .gauge = gauge,
    .version = version,
};
