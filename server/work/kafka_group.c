/* This process as a member of the group: which partitions it has, what of them is done, and how it
 * leaves. Another member gets a partition only when what is held of it here is finished and
 * acknowledged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/work/aside.h"
#include "server/work/kafka.h"

typedef rd_kafka_topic_partition_list_t partitions;

enum { WAIT_MS = 1000 };
static const int64_t rejoin_most_ns = 3 * NS_PER_S;

static struct kafka_partition *find(const struct kafka_queue *q, int32_t number)
{
    for (size_t i = 0; i < q->group.n_partitions; i++)
        if (q->group.partitions[i]->number == number)
            return q->group.partitions[i];
    return NULL;
}

static struct kafka_partition *find_or_add(struct kafka_queue *q, int32_t number)
{
    struct kafka_partition *p = find(q, number);
    if (p)
        return p;
    p = MEM_NEW(struct kafka_partition);
    p->number = number;
    q->group.partitions =
        mem_resize(q->group.partitions, q->group.n_partitions + 1, sizeof *q->group.partitions);
    q->group.partitions[q->group.n_partitions++] = p;
    return p;
}

static struct kafka_partition *partition_of(const struct kafka_queue *q, const struct queue_call *c)
{
    int32_t number = -1;
    int64_t offset = -1;
    return kafka_read_id(c->message.id, &number, &offset) ? find(q, number) : NULL;
}

/* --- partitions come --- */

static void begin(struct kafka_queue *q, rd_kafka_topic_partition_t *at)
{
    struct kafka_partition *p = find_or_add(q, at->partition);
    char *text = at->metadata ? mem_strndup(at->metadata, at->metadata_size) : NULL;
    offsets_begin(&p->offsets, at->offset < 0 ? -1 : at->offset, text);
    free(text);
    if (at->offset < 0)
        at->offset = RD_KAFKA_OFFSET_BEGINNING;
    p->messages = rd_kafka_queue_get_partition(q->group.client->rk, at->topic, at->partition);
    p->assigned = p->messages != NULL;
    p->leaving = false;
    if (!p->messages)
        return;
    rd_kafka_queue_forward(p->messages, NULL); /* its own, not the consumer's */
    kafka_listen(q, p->messages);
}

static void say_how_many(struct kafka_queue *q)
{
    int count = 0;
    for (size_t i = 0; i < q->group.n_partitions; i++)
        count += q->group.partitions[i]->assigned;
    if (!q->group.stopped && count != q->group.said_count)
        server_log(q->queue.server, "queue %s: %d partition%s", q->url.shown, count,
                   count == 1 ? "" : "s");
    q->group.said_count = count;
}

static void change(struct kafka_queue *q, partitions *parts, bool come)
{
    rd_kafka_t *rk = q->group.client->rk;
    rd_kafka_error_t *error =
        come ? rd_kafka_incremental_assign(rk, parts) : rd_kafka_incremental_unassign(rk, parts);
    if (error)
        server_log(q->queue.server, "queue %s: %s", q->url.shown, rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    rd_kafka_topic_partition_list_destroy(parts);
    say_how_many(q);
}

static void assign(struct kafka_queue *q)
{
    partitions *parts = q->group.assigning;
    q->group.assigning = NULL;
    q->group.settled = q->group.has_joined = true;
    for (int i = 0; i < parts->cnt; i++)
        begin(q, &parts->elems[i]);
    change(q, parts, true);
}

struct reading {
    struct kafka_queue *queue; /* for the loop alone */
    struct kafka_client *client;
    partitions *parts;
    rd_kafka_resp_err_t code;
};

static void read_committed(void *arg)
{
    struct reading *r = arg;
    r->code = rd_kafka_committed(r->client->rk, r->parts, WAIT_MS);
    for (int i = 0; i < r->parts->cnt && !r->code; i++)
        r->code = r->parts->elems[i].err;
}

static void drop_reading(void *arg)
{
    struct reading *r = arg;
    kafka_client_drop(r->client); /* on the loop only while the queue has it, too */
    rd_kafka_topic_partition_list_destroy(r->parts);
    free(r);
}

static void on_read(void *arg)
{
    struct reading *r = arg;
    struct kafka_queue *q = r->queue;
    q->group.reading = NULL;
    if (!r->code) {
        rd_kafka_topic_partition_list_destroy(q->group.assigning);
        q->group.assigning = rd_kafka_topic_partition_list_copy(r->parts);
        assign(q);
    }
    drop_reading(r);
    kafka_call_wake(NULL, q);
}

/* What was acknowledged of them, with the texts, which librdkafka itself passes over. */
static void read_again(struct kafka_queue *q)
{
    static const struct aside_job job = {read_committed, on_read, drop_reading};
    if (q->group.stopped) { /* nothing is taken from them, and they go at once */
        assign(q);
        return;
    }
    struct reading *r = MEM_NEW(struct reading);
    *r = (struct reading){.queue = q,
                          .client = kafka_client_use(q->group.client),
                          .parts = rd_kafka_topic_partition_list_copy(q->group.assigning)};
    q->group.reading = aside_start(&q->queue.server->loop.uv, &job, r);
    if (!q->group.reading)
        drop_reading(r); /* no thread: kafka_group_serve tries again */
}

/* --- partitions go --- */

static bool is_worked_on(const struct kafka_queue *q, const struct kafka_partition *p)
{
    const struct list *const all[] = {&q->send.held, &q->send.finishing};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        for (const struct list *at = all[i]->next; at != all[i]; at = at->next)
            if (partition_of(q, CONTAINER_OF(at, struct queue_call, link)) == p)
                return true;
    return false;
}

static void end(struct kafka_partition *p)
{
    kafka_unlisten(&p->messages);
    if (p->later)
        rd_kafka_message_destroy(p->later);
    p->later = NULL;
    p->assigned = false;
}

/* Lost ones are another's already. */
static void give_back(struct kafka_queue *q)
{
    bool lost = rd_kafka_assignment_lost(q->group.client->rk);
    partitions *parts = q->group.revoking;
    for (int i = 0; i < parts->cnt && !lost; i++) {
        struct kafka_partition *p = find(q, parts->elems[i].partition);
        if (p && p->assigned && is_worked_on(q, p))
            return;
    }
    for (int i = 0; i < parts->cnt; i++) {
        struct kafka_partition *p = find(q, parts->elems[i].partition);
        if (p)
            end(p);
    }
    q->group.revoking = NULL;
    q->group.settled = q->group.settled && !lost;
    change(q, parts, false);
}

static void resume_commits(struct kafka_queue *q);

static void on_rebalance(struct kafka_queue *q, rd_kafka_event_t *event)
{
    resume_commits(q);
    partitions *parts =
        rd_kafka_topic_partition_list_copy(rd_kafka_event_topic_partition_list(event));
    if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        q->group.assigning = parts; /* begun in kafka_group_serve */
        return;
    }
    for (int i = 0; i < parts->cnt; i++) {
        struct kafka_partition *p = find(q, parts->elems[i].partition);
        if (p)
            p->leaving = true;
    }
    q->group.revoking = parts; /* given back in kafka_group_serve */
}

/* --- acknowledging --- */

/* One commit of a partition is on its way at a time; those that come meanwhile share the next. */
static void commit(struct kafka_queue *q, struct kafka_partition *p)
{
    char text[OFFSETS_TEXT];
    if (p->committing || q->group.rejoin_ns)
        return;
    partitions *parts = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_t *at =
        rd_kafka_topic_partition_list_add(parts, q->url.name, p->number);
    offsets_write(&p->offsets, text);
    at->offset = p->offsets.first;
    at->metadata = strdup(text); /* librdkafka frees it */
    at->metadata_size = strlen(text);
    p->commits++;
    p->committing =
        rd_kafka_commit_queue(q->group.client->rk, parts, q->group.control, NULL, p) == 0;
    rd_kafka_topic_partition_list_destroy(parts);
}

/* The next call that waits for this commit, or, with `any`, for any; NULL. */
static struct queue_call *waiting(const struct kafka_queue *q, const struct kafka_partition *p,
                                  bool any)
{
    for (struct list *at = q->send.finishing.next; at != &q->send.finishing; at = at->next) {
        struct queue_call *c = CONTAINER_OF(at, struct queue_call, link);
        if (c->commit && (any || c->commit <= p->commits) && partition_of(q, c) == p)
            return c;
    }
    return NULL;
}

/* While members join, commits are refused; and one of the generation before costs the partitions.
 * So they wait until this process is told which partitions it has, or for this time. */
static void resume_commits(struct kafka_queue *q)
{
    if (!q->group.rejoin_ns)
        return;
    q->group.rejoin_ns = 0;
    for (size_t i = 0; i < q->group.n_partitions; i++)
        if (waiting(q, q->group.partitions[i], true))
            commit(q, q->group.partitions[i]);
}

static void on_commit(struct kafka_queue *q, rd_kafka_event_t *event)
{
    struct kafka_partition *p = rd_kafka_event_opaque(event);
    const partitions *parts = rd_kafka_event_topic_partition_list(event);
    rd_kafka_resp_err_t code = rd_kafka_event_error(event);
    struct queue_call *c;
    if (!code && parts && parts->cnt == 1)
        code = parts->elems[0].err;
    p->committing = false;
    if (code == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS) {
        q->group.rejoin_ns = clock_ns() + rejoin_most_ns;
        return;
    }
    int64_t upto = p->commits;
    while ((c = waiting(q, p, false)) && c->commit <= upto)
        kafka_come_back(c, code ? QUEUE_AWAY : QUEUE_OK, code ? rd_kafka_err2str(code) : "");
    if (waiting(q, p, true))
        commit(q, p);
}

/* A partition that was lost may come back, with what is held of it. Once it is known that it does
 * not, another consumer has it, and does the work again. */
static void finish_lost(struct kafka_queue *q, struct queue_call *c)
{
    kafka_come_back(c, q->group.settled ? QUEUE_OK : QUEUE_AWAY,
                    q->group.settled ? "" : "the group has to be joined again");
}

void kafka_group_finish(struct kafka_queue *q, struct queue_call *c)
{
    int32_t number = -1;
    int64_t offset = -1;
    struct kafka_partition *p = partition_of(q, c);
    if (!p || !p->assigned || !kafka_read_id(c->message.id, &number, &offset)) {
        finish_lost(q, c);
        return;
    }
    kafka_pass_over(q, p);
    if (p->offsets.first < 0) {
        kafka_come_back(c, QUEUE_AWAY, "its partition has not come back yet");
        return;
    }
    /* One that is finished already is acknowledged again: the commit before may have been refused,
     * which is no answer to what became of it. */
    offsets_finish(&p->offsets, offset);
    c->commit = p->commits + 1;
    commit(q, p);
    if (!p->committing && !q->group.rejoin_ns)
        kafka_come_back(c, QUEUE_AWAY, "the acknowledgement cannot be sent");
}

/* --- joining and leaving --- */

static void join(struct kafka_queue *q)
{
    struct error err = {0};
    partitions *topics = rd_kafka_topic_partition_list_new(1);
    q->group.client = kafka_client_open(q, KAFKA_CONSUMER, &err);
    if (!q->group.client) { /* tried again when the loop looks */
        server_log(q->queue.server, "queue %s: %s", q->url.shown, err.text);
        rd_kafka_topic_partition_list_destroy(topics);
        return;
    }
    rd_kafka_poll_set_consumer(q->group.client->rk);
    q->group.control = rd_kafka_queue_get_consumer(q->group.client->rk);
    kafka_listen(q, q->group.control);
    rd_kafka_topic_partition_list_add(topics, q->url.name, RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(q->group.client->rk, topics);
    rd_kafka_topic_partition_list_destroy(topics);
}

/* Said to the group at once, so that it need not wait for the session to run out. */
static void begin_leave(struct kafka_queue *q)
{
    q->group.closing = true;
    rd_kafka_error_destroy(rd_kafka_consumer_close_queue(q->group.client->rk, q->group.control));
}

static void serve_control(struct kafka_queue *q)
{
    rd_kafka_event_t *event;
    while (q->group.control && (event = rd_kafka_queue_poll(q->group.control, 0))) {
        switch (rd_kafka_event_type(event)) {
        case RD_KAFKA_EVENT_REBALANCE:
            on_rebalance(q, event);
            break;
        case RD_KAFKA_EVENT_OFFSET_COMMIT:
            if (rd_kafka_event_opaque(event))
                on_commit(q, event);
            break;
        case RD_KAFKA_EVENT_ERROR:
            kafka_error(q, q->group.client, rd_kafka_event_error(event),
                        rd_kafka_event_error_string(event));
            break;
        default:
            break;
        }
        rd_kafka_event_destroy(event);
    }
}

void kafka_group_serve(struct kafka_queue *q)
{
    if (!q->group.client && !q->group.stopped && !list_empty(&q->group.takers))
        join(q);
    serve_control(q);
    if (q->group.client && q->group.rejoin_ns && clock_ns() >= q->group.rejoin_ns)
        resume_commits(q);
    if (q->group.stopped && q->group.reading) {
        aside_forget(q->group.reading);
        q->group.reading = NULL;
    }
    if (q->group.assigning && !q->group.reading)
        read_again(q);
    if (q->group.revoking)
        give_back(q);
    if (q->group.client && q->group.stopped && !q->group.closing && list_empty(&q->send.held) &&
        list_empty(&q->send.finishing))
        begin_leave(q);
    if (q->group.closing && q->group.client && rd_kafka_consumer_closed(q->group.client->rk))
        kafka_group_close(q);
}

void kafka_group_close(struct kafka_queue *q)
{
    aside_forget(q->group.reading);
    q->group.reading = NULL;
    for (size_t i = 0; i < q->group.n_partitions; i++)
        end(q->group.partitions[i]);
    kafka_unlisten(&q->group.control);
    if (q->group.revoking)
        rd_kafka_topic_partition_list_destroy(q->group.revoking);
    if (q->group.assigning)
        rd_kafka_topic_partition_list_destroy(q->group.assigning);
    q->group.revoking = q->group.assigning = NULL;
    /* librdkafka 2.0 aborts the process when a member is destroyed that has joined and has not been
     * given its partitions (rd_kafka_sticky_assignor_state_destroy). It is left to the exit. */
    if (q->group.has_joined)
        kafka_client_let_go(q, &q->group.client);
    q->group.client = NULL;
}
