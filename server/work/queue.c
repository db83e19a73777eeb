#include "server/work/queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

extern const struct queue_kind queue_database;
#ifndef WITHOUT_REDIS
extern const struct queue_kind queue_redis;
#endif
#ifndef WITHOUT_KAFKA
extern const struct queue_kind queue_kafka;
#endif

const struct queue_kind *const queue_kinds[] = {
    &queue_database,
#ifndef WITHOUT_REDIS
    &queue_redis,
#endif
#ifndef WITHOUT_KAFKA
    &queue_kafka,
#endif
    NULL,
};

const char *const queue_left_out[] = {
#ifdef WITHOUT_REDIS
    "redis",
#endif
#ifdef WITHOUT_KAFKA
    "kafka",
#endif
    NULL,
};

struct queue *queue_open(struct server *s, const struct queue_place *at, struct error *err)
{
    char *shown = mem_strdup(at->url);
    for (int i = 0; queue_kinds[i]; i++)
        if (queue_kinds[i]->takes(at->url)) {
            free(shown);
            return queue_kinds[i]->open(s, at, err);
        }
    shown[strcspn(shown, ":")] = '\0'; /* behind it may stand a password */
    error_set(err, ERROR_USAGE, "no queue is built in that takes '%s'", shown);
    error_hint(err, "`drainctl --version` says what is built in");
    free(shown);
    return NULL;
}

int queue_call(struct queue *q, enum queue_op op, struct queue_call *c)
{
    c->op = op;
    c->queue = q;
    c->status = QUEUE_OK;
    c->error[0] = '\0';
    if (q)
        return q->kind->call(q, c);
    c->status = QUEUE_AWAY;
    return -1;
}

void queue_stop(struct queue *q)
{
    if (q && q->kind->stop)
        q->kind->stop(q);
}

void queue_close(struct queue **q)
{
    struct queue *old = *q;
    *q = NULL;
    if (old)
        old->kind->close(old);
}

int queue_refusal(const struct queue_call *c, const char **text)
{
    static const struct {
        int http;
        const char *text;
    } rows[QUEUE_STATUSES] = {
        [QUEUE_OK] = {200, "ok"},
        [QUEUE_AWAY] = {503, "the queue cannot be reached"},
        [QUEUE_FULL] = {503, "the queue is full"},
        [QUEUE_DATABASE] = {500, "the database failed"},
        [QUEUE_NONE] = {501, "no database is built in"},
        [QUEUE_CANNOT] = {500, "the database cannot be opened"},
        [QUEUE_CROWDED] = {503, "every connection to the database is busy and the queue is full"},
        [QUEUE_FAILED] = {500, "the queue failed"},
    };
    *text = rows[c->status].text;
    if (c->status == QUEUE_CANNOT && *c->error)
        *text = c->error;
    return rows[c->status].http;
}
