/* GET /api/orders, /api/jobs and of events: all of them, in pieces as the reader takes them. */
#include <stdlib.h>

#include "base/attr.h"
#include "base/mem.h"
#include "server/http/request.h"
#include "server/internal.h"
#include "server/routes/routes.h"
#include "server/work/database.h"
#include "server/work/events.h"
#include "server/work/jobs.h"
#include "server/known.h"
#include "server/work/orders.h"
#include "server/work/queue.h"

enum { MAX_LIST = 256 << 20, PIECE = 256 << 10 };

struct orders_list {
    struct work work;
    struct server *server;
    struct request *request; /* NULL: gone */
    enum db_status (*list)(const struct db_driver *driver, struct db *db, struct buf *out);
    struct queue_call call; /* of a queue that is not in the database */
    bool out;               /* … and it is out */
    struct buf text;
    size_t sent;
};

static void list_free(struct orders_list *l)
{
    buf_free(&l->text);
    free(l);
}

static enum db_status run(struct work *w, const struct db_driver *driver, struct db *db)
{
    struct orders_list *l = CONTAINER_OF(w, struct orders_list, work);
    return l->list(driver, db, &l->text);
}

void route_orders_drained(struct request *r)
{
    struct orders_list *l = r->state;
    size_t len = l->text.len - l->sent;
    len = len < PIECE ? len : PIECE;
    respond_piece(r, l->text.data + l->sent, len);
    l->sent += len;
    if (l->sent == l->text.len)
        respond_end(r);
    else
        http_pump(r->http);
}

static void answer(struct request *r, struct orders_list *l)
{
    if (l->text.overflow) {
        respond_error(r, 500, "there are too many for one answer");
        return;
    }
    respond_begin(r, 200, "application/json", l->text.len);
    route_orders_drained(r);
}

static void done(struct work *w)
{
    struct orders_list *l = CONTAINER_OF(w, struct orders_list, work);
    l->server->signals.notice(l->server);
    struct request *r = l->request;
    if (!r) {
        list_free(l);
    } else if (w->status != DB_OK) {
        database_refuse(r, w);
    } else {
        answer(r, l);
    }
}

static void list(struct request *r, enum db_status (*of)(const struct db_driver *driver,
                                                         struct db *db, struct buf *out))
{
    struct orders_list *l = MEM_NEW(struct orders_list);
    *l = (struct orders_list){
        .work = {.run = run, .done = done}, .server = r->http->server, .request = r, .list = of};
    buf_init(&l->text, MAX_LIST);
    r->state = l;
    database_submit(r, &l->work);
}

void route_orders_answer(struct request *r)
{
    list(r, orders_list);
}

void route_events_written_answer(struct request *r)
{
    list(r, events_list_written);
}

void route_events_handled_answer(struct request *r)
{
    list(r, events_list_handled);
}

/* The queue cannot be asked: what it said last, if it ever did. */
static void answer_away(struct request *r, struct orders_list *l)
{
    const char *text;
    int http = queue_refusal(&l->call, &text);
    if (l->call.status != QUEUE_AWAY || !known_answer(&l->server->queues.known, r))
        respond_error(r, http, text);
}

static void on_listed(struct queue_call *call)
{
    struct orders_list *l = CONTAINER_OF(call, struct orders_list, call);
    struct request *r = l->request;
    l->out = false;
    l->server->signals.notice(l->server);
    l->text = call->text;
    if (call->status == QUEUE_OK)
        known_keep(&l->server->queues.known, &l->text);
    if (!r)
        list_free(l);
    else if (call->status == QUEUE_OK)
        answer(r, l);
    else
        answer_away(r, l);
}

void route_jobs_answer(struct request *r)
{
    struct server *s = r->http->server;
    if (!s->queues.jobs || s->queues.jobs->kind->in_database) {
        list(r, jobs_list);
        return;
    }
    struct orders_list *l = MEM_NEW(struct orders_list);
    *l = (struct orders_list){.call = {.done = on_listed}, .server = s, .request = r, .out = true};
    r->state = l;
    if (queue_call(s->queues.jobs, QUEUE_LIST, &l->call) == 0)
        return;
    l->out = false;
    answer_away(r, l);
}

void route_orders_drop(struct request *r)
{
    struct orders_list *l = r->state;
    if (!l)
        return;
    l->request = NULL;
    if (l->out)
        return; /* it comes back */
    if (l->work.state == WORK_NONE)
        list_free(l);
    else
        database_cancel(r->http->server, &l->work);
}
