/* What goes into Kafka: messages, and records of work that was done. Each is in every replica that
 * is in step (acks=all) before its report comes, and there once, however often librdkafka had to
 * send it (enable.idempotence). */
#include "server/work/kafka.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "server/internal.h"

static enum queue_status status_of(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
        return QUEUE_FULL;
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
        return QUEUE_FAILED;
    default:
        return QUEUE_AWAY;
    }
}

/* A record is the name of the message and that of this taking of it: sent twice, it counts once,
 * and two takings that were both worked on count as two. */
int kafka_send(struct kafka_queue *q, struct queue_call *c)
{
    bool add = c->op == QUEUE_ADD;
    char who[96];
    snprintf(who, sizeof who, "%s-%" PRId64, q->owner, c->taken);
    const char *value = add ? c->message.body : who;
    rd_kafka_resp_err_t code = rd_kafka_producev(
        q->send.client->rk, RD_KAFKA_V_TOPIC(add ? q->url.name : q->runs),
        RD_KAFKA_V_KEY(add ? NULL : c->message.id, add ? 0 : strlen(c->message.id)),
        RD_KAFKA_V_VALUE((void *)(uintptr_t)value, strlen(value)),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(c), RD_KAFKA_V_END);
    if (code) {
        c->status = status_of(code);
        snprintf(c->error, sizeof c->error, "%s", rd_kafka_err2str(code));
        return -1;
    }
    if (!add)
        list_remove(&c->link); /* of those that are held */
    list_append(add ? &q->send.adding : &q->send.finishing, &c->link);
    c->commit = 0;
    return 0;
}

static void on_report(struct kafka_queue *q, const rd_kafka_message_t *m)
{
    struct queue_call *c = m->_private;
    if (m->err) {
        kafka_come_back(c, status_of(m->err), rd_kafka_err2str(m->err));
    } else if (c->op == QUEUE_FINISH) {
        kafka_group_finish(q, c);
    } else {
        snprintf(c->message.id, sizeof c->message.id, "%" PRId32 "-%" PRId64, m->partition,
                 m->offset);
        kafka_come_back(c, QUEUE_OK, "");
    }
}

/* What was on its way is lost to it, and perhaps not to Kafka. */
static void renew(struct kafka_queue *q)
{
    struct list *const all[] = {&q->send.adding, &q->send.finishing};
    struct error err = {0};
    struct kafka_client *old = q->send.client;
    struct list gone;
    kafka_unlisten(&q->send.reports);
    if (kafka_send_open(q, &err) < 0) /* the old one refuses everything */
        server_log(q->queue.server, "queue %s: %s", q->url.shown, err.text);
    else
        kafka_client_let_go(q, &old);
    list_init(&gone);
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        for (struct list *at = all[i]->next, *next = at->next; at != all[i];
             at = next, next = at->next)
            if (CONTAINER_OF(at, struct queue_call, link)->commit == 0) {
                list_remove(at);
                list_append(&gone, at);
            }
    while (!list_empty(&gone))
        kafka_come_back(CONTAINER_OF(gone.next, struct queue_call, link), QUEUE_AWAY,
                        "the producer had to be made again");
}

static void on_error(struct kafka_queue *q, rd_kafka_event_t *event)
{
    kafka_error(q, q->send.client, rd_kafka_event_error(event), rd_kafka_event_error_string(event));
    if (rd_kafka_event_error_is_fatal(event))
        renew(q);
}

void kafka_send_serve(struct kafka_queue *q)
{
    rd_kafka_event_t *event;
    const rd_kafka_message_t *m;
    while (q->send.reports && (event = rd_kafka_queue_poll(q->send.reports, 0))) {
        if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR)
            while ((m = rd_kafka_event_message_next(event)))
                on_report(q, m);
        else if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR)
            on_error(q, event);
        rd_kafka_event_destroy(event);
    }
}

int kafka_send_open(struct kafka_queue *q, struct error *err)
{
    struct kafka_client *c = kafka_client_open(q, KAFKA_PRODUCER, err);
    if (!c)
        return -1;
    q->send.client = c;
    q->send.reports = rd_kafka_queue_get_main(c->rk);
    kafka_listen(q, q->send.reports);
    return 0;
}
