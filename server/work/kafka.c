/* A queue that is a topic of Kafka with a consumer group (librdkafka).
 *
 * librdkafka's clients have threads of their own, and the loop only looks into their queues when it
 * is woken up: one client produces, one is a member of the group, and one answers what can only be
 * asked with a call that blocks, on a thread. A message that is done is recorded in the topic
 * TOPIC.runs under its name and who did it, and then acknowledged (offsets.h). */
#include "server/work/kafka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/work/queue_remote.h"

enum { RENEWING = -1 };

/* --- calls --- */

/* Those that wait for something are answered from the loop, never from in here. */
static int call(struct queue *queue, struct queue_call *c)
{
    struct kafka_queue *q = (struct kafka_queue *)queue;
    c->status = QUEUE_AWAY;
    if (c->op == QUEUE_TAKE) {
        list_append(&q->group.takers, &c->link);
        kafka_call_wake(NULL, q);
        return 0;
    }
    if (!q->ask.connected)
        return -1;
    if (c->op == QUEUE_ADD || c->op == QUEUE_FINISH)
        return kafka_send(q, c);
    if (c->op == QUEUE_LIST)
        kafka_ask(q, c);
    else
        c->commit = RENEWING; /* librdkafka renews, for as long as this process lives */
    kafka_call_wake(NULL, q);
    return 0;
}

static void answer_renewals(struct kafka_queue *q)
{
    for (struct list *at = q->send.held.next, *next = at->next; at != &q->send.held;
         at = next, next = at->next) {
        struct queue_call *c = CONTAINER_OF(at, struct queue_call, link);
        if (c->op == QUEUE_RENEW && c->commit == RENEWING) {
            c->commit = 0;
            kafka_come_back(c, QUEUE_OK, "");
        }
    }
}

/* --- the loop --- */

static void on_wake(uv_async_t *wake)
{
    struct kafka_queue *q = wake->data;
    q->queue.server->signals.notice(q->queue.server);
    kafka_ask_serve(q);
    kafka_send_serve(q);
    answer_renewals(q);
    kafka_group_serve(q);
    kafka_take_serve(q);
    if (!q->group.client || !q->ask.connected)
        queue_has_left(&q->queue);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

static void stop(struct queue *queue)
{
    struct kafka_queue *q = (struct kafka_queue *)queue;
    q->group.stopped = true;
    kafka_call_wake(NULL, q);
}

static void leave(struct queue *queue, void (*left)(void *arg), void *arg)
{
    queue_leaves(queue, left, arg);
    stop(queue);
}

/* --- the whole --- */

static bool takes(const char *url)
{
    return queue_url_is(url, "kafka");
}

static struct kafka_queue *make(struct server *s, const struct queue_place *at)
{
    struct kafka_queue *q = MEM_NEW(struct kafka_queue);
    *q = (struct kafka_queue){
        .queue = {.kind = &queue_kafka, .server = s}, .lease_ns = at->lease_ns, .ask.pending = -1};
    struct list *const lists[] = {&q->send.adding, &q->send.held,   &q->send.finishing,
                                  &q->ask.listers, &q->ask.listing, &q->group.takers};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        list_init(lists[i]);
    queue_owner(q->owner, sizeof q->owner);
    return q;
}

static int read_url(struct kafka_queue *q, const char *url, struct error *err)
{
    static const struct queue_scheme scheme = {
        "kafka",
        "kafka://[USER:PASSWORD@]HOST:PORT[,HOST:PORT...]/TOPIC[?group=GROUP&ca=FILE&cert=FILE&"
        "key=FILE&mechanism=NAME]",
        true, kafka_params};
    if (queue_url_read(&q->url, &scheme, url, err) < 0)
        return -1;
    if (!strchr(q->url.name, ':') && !q->url.password == !q->url.user && kafka_params_fit(&q->url))
        return 0;
    queue_url_refuse(&q->url, &scheme, err);
    queue_url_free(&q->url);
    return -1;
}

static struct queue *open_queue(struct server *s, const struct queue_place *at, struct error *err)
{
    struct kafka_queue *q = make(s, at);
    if (read_url(q, at->url, err) < 0) {
        free(q);
        return NULL;
    }
    q->runs = mem_printf("%s.runs", q->url.name);
    q->wake = MEM_NEW(uv_async_t);
    uv_async_init(&s->loop.uv, q->wake, on_wake);
    q->wake->data = q;
    if (kafka_send_open(q, err) == 0 && kafka_ask_open(q, err) == 0)
        return &q->queue;
    q->queue.kind->close(&q->queue);
    return NULL;
}

static void give_up(struct list *calls)
{
    struct list gone;
    list_init(&gone);
    while (!list_empty(calls)) {
        struct list *at = calls->next;
        list_remove(at);
        list_append(&gone, at);
    }
    while (!list_empty(&gone)) {
        struct queue_call *c = CONTAINER_OF(gone.next, struct queue_call, link);
        list_remove(&c->link);
        kafka_come_back(c, QUEUE_AWAY, "the queue is closed");
    }
}

static void close_queue(struct queue *queue)
{
    struct kafka_queue *q = (struct kafka_queue *)queue;
    q->ask.connected = false;
    q->group.stopped = true;
    kafka_group_close(q);
    kafka_ask_close(q);
    kafka_unlisten(&q->send.reports);
    kafka_client_let_go(q, &q->send.client);
    queue_forget_left(queue);
    answer_renewals(q);
    struct list *const lists[] = {&q->send.adding, &q->send.finishing, &q->ask.listers,
                                  &q->ask.listing};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        give_up(lists[i]);
    kafka_send_back(q);
    while (!list_empty(&q->send.held))
        list_remove(q->send.held.next);
    for (size_t i = 0; i < q->group.n_partitions; i++)
        free(q->group.partitions[i]);
    free(q->group.partitions);
    uv_close((uv_handle_t *)q->wake, on_closed);
    queue_url_free(&q->url);
    free(q->runs);
    free(q);
}

static struct queue_gauge gauge(const struct queue *queue)
{
    const struct kafka_queue *q = (const struct kafka_queue *)queue;
    return (struct queue_gauge){.connected = q->ask.connected, .pending = q->ask.pending};
}

static const char *version(void)
{
    static char text[40];
    snprintf(text, sizeof text, "librdkafka %s", rd_kafka_version_str());
    return text;
}

const struct queue_kind queue_kafka = {
    .name = "kafka",
    .takes = takes,
    .open = open_queue,
    .call = call,
    .stop = stop,
    .leave = leave,
    .close = close_queue,
    .gauge = gauge,
    .version = version,
};
