/* What each part of the queue in Kafka does to a call and to the loop. */
#include "server/work/kafka.h"
#include "server/work/queue_remote.h"

void kafka_come_back(struct queue_call *c, enum queue_status status, const char *why)
{
    struct kafka_queue *q = (struct kafka_queue *)c->queue;
    if (c->op == QUEUE_ADD || c->op == QUEUE_FINISH || c->op == QUEUE_LIST)
        list_remove(&c->link);
    if (c->op == QUEUE_FINISH && status != QUEUE_OK)
        list_append(&q->send.held, &c->link); /* until it is */
    queue_come_back(c, status, why);
}

void kafka_call_wake(rd_kafka_t *rk, void *queue)
{
    struct kafka_queue *q = queue;
    (void)rk;
    uv_async_send(q->wake);
}
