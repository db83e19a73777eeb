/* Is Kafka there, how much is pending, and what is in the topics: librdkafka answers such questions
 * only to a thread that waits, so they are asked on a thread. One at a time. */
#include <stdio.h>
#include <stdlib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/work/aside.h"
#include "server/work/kafka.h"

enum { WAIT_MS = 1000, LIST_MOST = 256 << 20 };
/* Between two looks; and after one that failed. */
static const int64_t look_ns = NS_PER_S, retry_ns = 100 * NS_PER_MS;

struct question {
    struct kafka_queue *queue; /* for the loop alone */
    struct kafka_client *client;
    struct kafka_client *producer; /* NULL: it is known to be ready */
    char *topic, *runs;
    bool wants_list;
    rd_kafka_resp_err_t code;
    int64_t pending;
    struct kafka_list list;
};

/* --- on the thread --- */

static int64_t pending_of(rd_kafka_t *rk, const rd_kafka_topic_partition_t *at)
{
    int64_t low = 0, high = 0, first = at->offset < 0 ? -1 : at->offset;
    struct offsets done;
    if (rd_kafka_query_watermark_offsets(rk, at->topic, at->partition, &low, &high, WAIT_MS))
        return -1;
    char *text = at->metadata ? mem_strndup(at->metadata, at->metadata_size) : NULL;
    offsets_begin(&done, first, text);
    free(text);
    first = first > low ? first : low;
    return high > first ? high - first - offsets_count(&done) : 0;
}

/* -1: not known. */
static int64_t count_pending(rd_kafka_t *rk, const char *topic, int partitions)
{
    int64_t sum = 0;
    rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(partitions);
    rd_kafka_topic_partition_list_add_range(all, topic, 0, partitions - 1);
    if (rd_kafka_committed(rk, all, WAIT_MS) != RD_KAFKA_RESP_ERR_NO_ERROR)
        sum = -1;
    for (int i = 0; i < all->cnt && sum >= 0; i++) {
        int64_t one = pending_of(rk, &all->elems[i]);
        sum = one < 0 ? -1 : sum + one;
    }
    rd_kafka_topic_partition_list_destroy(all);
    return sum;
}

/* The producer learns of the topics. */
static rd_kafka_resp_err_t introduce(const struct question *u)
{
    int count = 0;
    rd_kafka_resp_err_t code = kafka_partitions(u->producer->rk, u->topic, &count);
    return code ? code : kafka_partitions(u->producer->rk, u->runs, &count);
}

static void run(void *arg)
{
    struct question *u = arg;
    rd_kafka_t *rk = u->client->rk;
    int partitions = 0;
    u->pending = -1;
    u->code = kafka_partitions(rk, u->topic, &partitions);
    if (!u->code &&
        u->producer) /* else its first message would wait for that, for up to a second */
        u->code = introduce(u);
    if (!u->code && u->wants_list)
        u->code = kafka_list_read(&u->list, rk, u->topic, u->runs);
    if (!u->code)
        u->pending = count_pending(rk, u->topic, partitions);
}

static void drop(void *arg)
{
    struct question *u = arg;
    kafka_client_drop(u->client); /* on the loop only while the queue has it, too */
    if (u->producer)
        kafka_client_drop(u->producer);
    kafka_list_free(&u->list);
    free(u->topic);
    free(u->runs);
    free(u);
}

/* --- on the loop --- */

static void answer(struct kafka_queue *q, const struct question *u)
{
    while (!list_empty(&q->ask.listing)) {
        struct queue_call *c = CONTAINER_OF(q->ask.listing.next, struct queue_call, link);
        if (!u->code)
            kafka_list_write(&c->text, &u->list, q);
        kafka_come_back(c, u->code ? QUEUE_AWAY : QUEUE_OK,
                        u->code ? rd_kafka_err2str(u->code) : "");
    }
}

static void note(struct kafka_queue *q, const struct question *u)
{
    bool ok = !u->code && !q->ask.too_old;
    if (u->code && u->code != RD_KAFKA_RESP_ERR__TRANSPORT &&
        u->code != RD_KAFKA_RESP_ERR__TIMED_OUT)
        snprintf(q->why, sizeof q->why, "%s", rd_kafka_err2str(u->code));
    q->ask.pending = ok ? u->pending : -1;
    if (ok && !q->ask.connected) {
        server_log(q->queue.server, "queue %s: connected", q->url.shown);
        q->said[0] = q->why[0] = '\0';
        q->ask.connected = true;
    } else if (!ok) {
        kafka_down(q);
    }
    timers_set(&q->queue.server->timers, &q->ask.look, clock_ns() + (ok ? look_ns : retry_ns));
}

static void on_answer(void *arg)
{
    struct question *u = arg;
    struct kafka_queue *q = u->queue;
    q->queue.server->signals.notice(q->queue.server);
    q->ask.asking = NULL;
    note(q, u);
    answer(q, u);
    drop(u);
    kafka_call_wake(NULL, q);
}

static void ask(struct kafka_queue *q)
{
    static const struct aside_job job = {run, on_answer, drop};
    struct question *u = MEM_NEW(struct question);
    *u = (struct question){.queue = q,
                           .client = kafka_client_use(q->ask.client),
                           .producer = q->ask.connected ? NULL : kafka_client_use(q->send.client),
                           .topic = mem_strdup(q->url.name),
                           .runs = mem_strdup(q->runs),
                           .wants_list = !list_empty(&q->ask.listers)};
    while (!list_empty(&q->ask.listers)) {
        struct list *at = q->ask.listers.next;
        list_remove(at);
        list_append(&q->ask.listing, at);
    }
    timers_clear(&q->queue.server->timers, &q->ask.look);
    q->ask.asking = aside_start(&q->queue.server->loop.uv, &job, u);
    if (q->ask.asking)
        return;
    u->code = RD_KAFKA_RESP_ERR__FAIL; /* no thread */
    note(q, u);
    answer(q, u);
    drop(u);
}

static void on_look(struct timer *t)
{
    struct kafka_queue *q = CONTAINER_OF(t, struct kafka_queue, ask.look);
    if (!q->ask.asking)
        ask(q);
    kafka_call_wake(NULL, q); /* librdkafka wants to be asked for messages now and then */
}

void kafka_ask(struct kafka_queue *q, struct queue_call *c)
{
    buf_init(&c->text, LIST_MOST);
    list_append(&q->ask.listers, &c->link);
    kafka_call_wake(NULL, q);
}

void kafka_ask_serve(struct kafka_queue *q)
{
    rd_kafka_event_t *event;
    while (q->ask.news && (event = rd_kafka_queue_poll(q->ask.news, 0))) {
        if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR)
            kafka_error(q, q->ask.client, rd_kafka_event_error(event),
                        rd_kafka_event_error_string(event));
        rd_kafka_event_destroy(event);
    }
    if (!q->ask.asking && !list_empty(&q->ask.listers))
        ask(q);
}

int kafka_ask_open(struct kafka_queue *q, struct error *err)
{
    q->ask.client = kafka_client_open(q, KAFKA_ASKER, err);
    if (!q->ask.client)
        return -1;
    q->ask.look.fire = on_look;
    q->ask.news = rd_kafka_queue_get_main(q->ask.client->rk);
    kafka_listen(q, q->ask.news);
    ask(q);
    return 0;
}

void kafka_ask_close(struct kafka_queue *q)
{
    timers_clear(&q->queue.server->timers, &q->ask.look);
    aside_forget(q->ask.asking);
    q->ask.asking = NULL;
    kafka_unlisten(&q->ask.news);
    kafka_client_let_go(q, &q->ask.client);
}
