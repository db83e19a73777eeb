/* The queue that is a table of the server's own database (jobs.h). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/work/database.h"
#include "server/work/jobs.h"
#include "server/work/queue.h"

extern const struct queue_kind queue_database;

struct database_queue {
    struct queue queue;
    int64_t lease_ns;
};

static int64_t now_ms(void)
{
    return clock_unix_ns() / NS_PER_MS;
}

/* --- on a thread of the pool --- */

static enum db_status add(const struct db_driver *driver, struct db *db, struct queue_call *c)
{
    struct job job = {.ms = strtoll(c->message.body, NULL, 10)};
    enum db_status status = jobs_add(driver, db, &job);
    snprintf(c->message.id, sizeof c->message.id, "%" PRId64, job.id);
    return status;
}

static enum db_status take(const struct db_driver *driver, struct db *db, struct queue_call *c)
{
    struct job job;
    enum db_status status = jobs_take(driver, db, c->owner, now_ms(), c->until_ms, &job);
    c->unsure = false;
    queue_message_free(&c->message);
    if (status != DB_OK || !job.id)
        return status;
    snprintf(c->message.id, sizeof c->message.id, "%" PRId64, job.id);
    c->message.body = mem_printf("%" PRId64, job.ms);
    return DB_OK;
}

static enum db_status finish(const struct db_driver *driver, struct db *db, struct queue_call *c,
                             int64_t id)
{
    enum db_status status = jobs_finish(driver, db, c->owner, id, c->unsure);
    c->unsure = status != DB_OK;
    return status;
}

static enum db_status run(struct work *w, const struct db_driver *driver, struct db *db)
{
    struct queue_call *c = CONTAINER_OF(w, struct queue_call, work);
    int64_t id = strtoll(c->message.id, NULL, 10);
    switch (c->op) {
    case QUEUE_ADD:
        return add(driver, db, c);
    case QUEUE_TAKE:
        return take(driver, db, c);
    case QUEUE_RENEW:
        return jobs_renew(driver, db, c->owner, id, c->until_ms);
    case QUEUE_FINISH:
        return finish(driver, db, c, id);
    case QUEUE_ACK:
        return jobs_acknowledge(driver, db, c->owner, id);
    case QUEUE_RECORD:
        return jobs_record(driver, db, c->owner, id, false);
    default:
        return jobs_list(driver, db, &c->text);
    }
}

/* --- on the loop --- */

static void done(struct work *w)
{
    struct queue_call *c = CONTAINER_OF(w, struct queue_call, work);
    c->database = w->status;
    c->status = w->status == DB_OK ? QUEUE_OK : QUEUE_DATABASE;
    snprintf(c->error, sizeof c->error, "%s", db_status_text(w->status));
    c->done(c);
}

static int refuse(struct queue_call *c, enum queue_status status)
{
    c->status = status;
    return -1;
}

static int call(struct queue *q, struct queue_call *c)
{
    struct error err = {0};
    if (!q->server->database.pool && c->aside) /* only a request opens it */
        return refuse(c, QUEUE_AWAY);
    struct pool *pool = database_pool(q->server, &err);
    if (!pool) {
        snprintf(c->error, sizeof c->error, "%.255s", err.text);
        return refuse(c, err.kind ? QUEUE_CANNOT : QUEUE_NONE);
    }
    c->until_ms = now_ms() + ((const struct database_queue *)q)->lease_ns / NS_PER_MS;
    c->work.run = run;
    c->work.done = done;
    c->work.aside = c->aside;
    return pool_submit(pool, &c->work) == 0 ? 0 : refuse(c, QUEUE_CROWDED);
}

static bool takes(const char *url)
{
    return strcmp(url, "database") == 0;
}

static struct queue *open_queue(struct server *s, const struct queue_place *at, struct error *err)
{
    (void)err;
    struct database_queue *q = MEM_NEW(struct database_queue);
    *q = (struct database_queue){.queue = {.kind = &queue_database, .server = s},
                                 .lease_ns = at->lease_ns};
    return &q->queue;
}

/* What it has put into the pool comes back by the pool's own end. */
static void close_queue(struct queue *q)
{
    free(q);
}

static struct queue_gauge gauge(const struct queue *q)
{
    return (struct queue_gauge){.connected = q->server->database.pool != NULL, .pending = -1};
}

const struct queue_kind queue_database = {
    .name = "database",
    .takes = takes,
    .open = open_queue,
    .call = call,
    .close = close_queue,
    .gauge = gauge,
    .in_database = true,
};
