/* Messages, handed to those that wait for one. Each partition that this process has been given has
 * a queue of its own within librdkafka, and what is not waited for stays there. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "server/internal.h"
#include "server/work/kafka.h"

bool kafka_read_id(const char *id, int32_t *partition, int64_t *offset)
{
    return sscanf(id, "%" SCNd32 "-%" SCNd64, partition, offset) == 2;
}

static bool is_in(const struct list *calls, const char *id)
{
    for (const struct list *at = calls->next; at != calls; at = at->next)
        if (strcmp(CONTAINER_OF(at, struct queue_call, link)->message.id, id) == 0)
            return true;
    return false;
}

/* After it has lost the group and come back, what is worked on here comes again. */
bool kafka_is_held(const struct kafka_queue *q, const char *id)
{
    return is_in(&q->send.held, id) || is_in(&q->send.finishing, id);
}

static void hand(struct kafka_queue *q, const char *id, const rd_kafka_message_t *m)
{
    struct queue_call *c = CONTAINER_OF(q->group.takers.next, struct queue_call, link);
    list_remove(&c->link);
    list_append(&q->send.held, &c->link);
    queue_message_free(&c->message);
    snprintf(c->message.id, sizeof c->message.id, "%s", id);
    c->message.body = mem_strndup(m->payload ? m->payload : "", m->len);
    c->taken = ++q->group.taken;
    kafka_come_back(c, QUEUE_OK, "");
}

/* true: there may be more. */
static bool hand_one(struct kafka_queue *q, struct kafka_partition *p)
{
    char id[48];
    rd_kafka_message_t *m = p->later ? p->later : rd_kafka_consume_queue(p->messages, 0);
    p->later = NULL;
    if (!m)
        return false;
    enum offsets_taken taken = m->err ? OFFSETS_SEEN : offsets_take(&p->offsets, m->offset);
    if (taken == OFFSETS_LATER) { /* when the oldest one is done */
        p->later = m;
        return false;
    }
    snprintf(id, sizeof id, "%" PRId32 "-%" PRId64, p->number, m->offset);
    if (taken == OFFSETS_NEW && !kafka_is_held(q, id))
        hand(q, id, m);
    rd_kafka_message_destroy(m);
    return true;
}

void kafka_pass_over(struct kafka_queue *q, struct kafka_partition *p)
{
    char id[48];
    while (p->offsets.first < 0) {
        rd_kafka_message_t *m = p->later ? p->later : rd_kafka_consume_queue(p->messages, 0);
        p->later = m;
        if (!m)
            return;
        snprintf(id, sizeof id, "%" PRId32 "-%" PRId64, p->number, m->offset);
        if (!m->err && !kafka_is_held(q, id)) {
            offsets_begin(&p->offsets, m->offset, NULL);
            return;
        }
        if (!m->err)
            offsets_take(&p->offsets, m->offset);
        rd_kafka_message_destroy(m);
        p->later = NULL;
    }
}

static bool may_hand(const struct kafka_queue *q)
{
    return !list_empty(&q->group.takers) && !q->group.stopped;
}

void kafka_send_back(struct kafka_queue *q)
{
    while (!list_empty(&q->group.takers)) {
        struct queue_call *c = CONTAINER_OF(q->group.takers.next, struct queue_call, link);
        list_remove(&c->link);
        queue_message_free(&c->message);
        kafka_come_back(c, QUEUE_OK, "");
    }
}

/* From each partition in turn, until a round brings nothing. */
void kafka_take_serve(struct kafka_queue *q)
{
    size_t idle = 0;
    while (may_hand(q) && idle < q->group.n_partitions) {
        struct kafka_partition *p = q->group.partitions[q->group.turn++ % q->group.n_partitions];
        idle = p->assigned && !p->leaving && hand_one(q, p) ? 0 : idle + 1;
    }
    if (q->group.stopped)
        kafka_send_back(q);
}
