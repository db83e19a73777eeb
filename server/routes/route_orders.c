/* POST /api/orders {"item":"…"}: an order, on disk before the answer says 201. With an
 * Idempotency-Key (draft-ietf-httpapi-idempotency-key-header) the same key gives the same order,
 * and a key that is being worked on is waited for, on the loop, so that it takes one connection. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/json_out.h"
#include "base/mem.h"
#include "server/http/request.h"
#include "server/internal.h"
#include "server/routes/routes.h"
#include "server/work/database.h"
#include "server/work/orders.h"
#include "server/work/relay.h"

enum { MAX_BODY = 64 << 10, MAX_KEY = 255 };

struct order {
    struct work work;
    struct server *server;
    struct request
        *request; /* NULL: gone; the order is kept nevertheless, the client may ask again */
    struct buf body;
    char *item, *key;
    struct order_result result;
    struct list link;      /* of server->database.orders, or of the order with this key */
    struct list followers; /* those that wait for this one */
};

static void order_free(struct order *o)
{
    list_remove(&o->link);
    buf_free(&o->body);
    free(o->item);
    free(o->key);
    free(o);
}

/* --- answers --- */

static void answer_kept(struct request *r, const struct order *o, const struct order_result *result)
{
    struct buf body;
    struct json_out j;
    buf_init(&body, 2 * MAX_BODY + 8 * MAX_KEY);
    json_out_init(&j, &body, 0);
    json_out_object(&j, NULL);
    json_out_int(&j, "id", result->id);
    json_out_string(&j, "item", o->item);
    json_out_string(&j, "key", o->key);
    json_out_end_object(&j);
    respond_fields(r, 201, "application/json",
                   result->replayed ? "Idempotency-Replayed: true\r\n" : "", body.data, body.len);
    buf_free(&body);
}

/* o may be gone after it. */
static void answer(struct order *o, const struct order_result *result)
{
    struct request *r = o->request;
    if (!r)
        order_free(o);
    else if (o->work.status != DB_OK)
        database_refuse(r, &o->work);
    else if (result->other_item)
        respond_error(r, 422, "this Idempotency-Key was used for another order");
    else
        answer_kept(r, o, result);
}

/* --- one key at a time --- */

static enum db_status run(struct work *w, const struct db_driver *driver, struct db *db)
{
    struct order *o = CONTAINER_OF(w, struct order, work);
    int64_t ms = o->server->options->database.order_time_ns / NS_PER_MS;
    enum db_status status = ms > 0 ? db_sleep(driver, db, ms) : DB_OK;
    if (status != DB_OK)
        return status;
    /* by the option, not by the queue: that is the loop's, and is closed before the pool */
    bool publish = o->server->options->queue.publish != NULL;
    return orders_add(driver, db, o->item, o->key, publish, &o->result);
}

static void move_all(struct list *to, struct list *from)
{
    while (!list_empty(from)) {
        struct list *l = from->next;
        list_remove(l);
        list_append(to, l);
    }
}

/* False: it was answered, and may be gone. */
static bool submit(struct order *o)
{
    struct server *s = o->server;
    if (!database_submit(o->request, &o->work))
        return false;
    list_append(&s->database.orders, &o->link);
    return true;
}

/* The order that they waited for was not kept: the first of them that can tries, and the rest wait
 * for it. */
static void pass_on(struct list *followers)
{
    while (!list_empty(followers)) {
        struct order *next = CONTAINER_OF(followers->next, struct order, link);
        list_remove(&next->link);
        if (submit(next)) {
            move_all(&next->followers, followers);
            return;
        }
    }
}

static void answer_followers(struct list *followers, const struct order *first)
{
    while (!list_empty(followers)) {
        struct order *o = CONTAINER_OF(followers->next, struct order, link);
        struct order_result result = {.id = first->result.id, .replayed = true};
        result.other_item = first->result.other_item || strcmp(o->item, first->item) != 0;
        list_remove(&o->link);
        answer(o, &result);
    }
}

static void done(struct work *w)
{
    struct order *o = CONTAINER_OF(w, struct order, work);
    struct list followers;
    o->server->signals.notice(o->server);
    list_remove(&o->link);
    list_init(&followers);
    move_all(&followers, &o->followers);
    bool settled = w->status == DB_OK && !o->result.other_item;
    if (w->status == DB_OK)
        relay_poke(o->server);
    if (settled)
        answer_followers(&followers, o);
    answer(o, &o->result);
    pass_on(&followers);
}

static struct order *in_flight(const struct server *s, const char *key)
{
    for (struct list *at = s->database.orders.next; key && at != &s->database.orders;
         at = at->next) {
        struct order *o = CONTAINER_OF(at, struct order, link);
        if (o->key && strcmp(o->key, key) == 0)
            return o;
    }
    return NULL;
}

/* --- the request --- */

void route_order_begin(struct request *r)
{
    struct order *o = MEM_NEW(struct order);
    o->server = r->http->server;
    o->request = r;
    o->work.run = run;
    o->work.done = done;
    list_init(&o->link);
    list_init(&o->followers);
    buf_init(&o->body, MAX_BODY);
    r->state = o;
}

void route_order_body(struct request *r, const char *data, size_t len)
{
    struct order *o = r->state;
    buf_add(&o->body, data, len);
}

static int read_item(const struct json_doc *doc, const cJSON *node, void *into, struct error *err)
{
    const char *item;
    struct order *o = into;
    if (json_get_string(doc, node, &item, err) < 0)
        return -1;
    if (!*item)
        return json_error(doc, node, err, "expected an item, not an empty string");
    o->item = mem_strdup(item);
    return 0;
}

static int read_body(struct order *o, struct error *err)
{
    static const struct json_field fields[] = {{"item", read_item, true}, {.key = NULL}};
    struct json_doc doc;
    if (json_doc_parse(&doc, "body", o->body.data ? o->body.data : "", o->body.len, err) < 0)
        return -1;
    int rc = json_read_object(&doc, doc.root, fields, o, err);
    json_doc_free(&doc);
    return rc;
}

static bool good_key(const char *key)
{
    size_t len = strlen(key);
    for (size_t i = 0; i < len; i++)
        if (key[i] < '!' || key[i] > '~')
            return false;
    return len > 0 && len <= MAX_KEY;
}

void route_order_answer(struct request *r)
{
    struct order *o = r->state;
    struct error err = {0};
    if (o->body.overflow) {
        respond_error(r, 413, "an order is at most 64 KiB");
        return;
    }
    if (r->asks.key && !good_key(r->asks.key)) {
        respond_error(r, 400, "an Idempotency-Key is 1 to 255 visible ASCII characters");
        return;
    }
    if (read_body(o, &err) < 0) {
        respond_error(r, 400, err.text);
        return;
    }
    buf_free(&o->body);
    o->key = r->asks.key ? mem_strdup(r->asks.key) : NULL;
    struct order *first = in_flight(o->server, o->key);
    if (first)
        list_append(&first->followers, &o->link);
    else
        submit(o);
}

/* One that is being made goes on, and so do those that wait for it. */
void route_order_drop(struct request *r)
{
    struct order *o = r->state;
    if (!o)
        return;
    o->request = NULL;
    if (o->work.state == WORK_NONE)
        order_free(o);
}
