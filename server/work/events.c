#include "server/work/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/json_out.h"
#include "base/mem.h"

enum { ID_BYTES = 16, BODY_MOST = 512 << 10 };

static enum db_status ask(const struct db_driver *driver, struct db *db, const char *sql,
                          const struct db_value *values, int count)
{
    return driver->query(db, &(struct db_query){.sql = sql, .values = values, .count = count});
}

/* --- written --- */

static bool make_id(char id[2 * ID_BYTES + 1])
{
    unsigned char bytes[ID_BYTES];
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        return false;
    for (int i = 0; i < ID_BYTES; i++)
        snprintf(id + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

static char *make_body(const char *id, int64_t order, const char *item)
{
    struct buf body;
    struct json_out j;
    buf_init(&body, BODY_MOST);
    json_out_init(&j, &body, 0);
    json_out_object(&j, NULL);
    json_out_string(&j, "event", id);
    json_out_int(&j, "order", order);
    json_out_string(&j, "item", item);
    json_out_end_object(&j);
    return buf_take(&body);
}

enum db_status events_write(const struct db_driver *driver, struct db *db, int64_t order,
                            const char *item)
{
    char id[2 * ID_BYTES + 1];
    if (!make_id(id))
        return DB_FAILED;
    char *body = make_body(id, order, item);
    const struct db_value values[] = {{.text = id}, {.text = body}};
    enum db_status status =
        ask(driver, db, "INSERT INTO outbox (event, body, sent) VALUES ($1, $2, 0)", values,
            ARRAY_LEN(values));
    free(body);
    return status;
}

/* --- sent --- */

static void on_unsent(void *arg, const char *const *cells, int n)
{
    struct outbox *o = arg;
    (void)n;
    if (o->count < OUTBOX_MOST)
        o->rows[o->count++] = (struct outbox_row){.id = db_int(cells[0]),
                                                  .body = mem_strdup(cells[1] ? cells[1] : "")};
}

enum db_status events_unsent(const struct db_driver *driver, struct db *db, struct outbox *out)
{
    const struct db_value most = {.number = OUTBOX_MOST};
    outbox_free(out);
    return driver->query(
        db,
        &(struct db_query){.sql = "SELECT id, body FROM outbox WHERE sent = 0 ORDER BY id LIMIT $1",
                           .values = &most,
                           .count = 1,
                           .row = on_unsent,
                           .arg = out});
}

enum db_status events_mark(const struct db_driver *driver, struct db *db, const struct outbox *o)
{
    enum db_status status = driver->begin(db);
    if (status != DB_OK)
        return status;
    for (int i = 0; i < o->count && status == DB_OK; i++) {
        const struct db_value id = {.number = o->rows[i].id};
        if (o->rows[i].sent)
            status = ask(driver, db, "UPDATE outbox SET sent = 1 WHERE id = $1", &id, 1);
    }
    if (status == DB_OK)
        return driver->commit(db);
    driver->roll_back(db);
    return status;
}

void outbox_free(struct outbox *o)
{
    for (int i = 0; i < o->count; i++)
        free(o->rows[i].body);
    o->count = 0;
}

/* --- handled --- */

static int read_id(const struct json_doc *doc, const cJSON *node, void *into, struct error *err)
{
    const char *text;
    if (json_get_string(doc, node, &text, err) < 0)
        return -1;
    *(char **)into = mem_strdup(text);
    return 0;
}

char *events_id(const char *body)
{
    static const struct json_field fields[] = {{"event", read_id, true}, {.key = NULL}};
    struct json_doc doc;
    char *id = NULL;
    if (json_doc_parse(&doc, "event", body, strlen(body), NULL) < 0)
        return NULL;
    /* It is kept and listed as it is: with a comment, which was blanked out here, it is no JSON. */
    bool plain = strcmp(doc.text, body) == 0;
    int rc = plain ? json_read_known(&doc, doc.root, fields, &id, NULL) : -1;
    json_doc_free(&doc);
    if (rc == 0 && id && *id)
        return id;
    free(id);
    return NULL;
}

static void on_deliveries(void *arg, const char *const *cells, int n)
{
    (void)n;
    *(int64_t *)arg = db_int(cells[0]);
}

/* The row of its id is what makes the second one wait for the first, and then see it. */
static enum db_status note(const struct db_driver *driver, struct db *db, const char *id,
                           int64_t *deliveries)
{
    const struct db_value value = {.text = id};
    return driver->query(
        db,
        &(struct db_query){.sql = "INSERT INTO events_seen (event, deliveries) VALUES ($1, 1) "
                                  "ON CONFLICT (event) DO UPDATE SET "
                                  "deliveries = events_seen.deliveries + 1 RETURNING deliveries",
                           .values = &value,
                           .count = 1,
                           .row = on_deliveries,
                           .arg = deliveries});
}

enum db_status events_handle(const struct db_driver *driver, struct db *db, const char *id,
                             const char *body)
{
    const struct db_value parcel[] = {{.text = id}, {.text = body}};
    int64_t deliveries = 0;
    enum db_status status = driver->begin(db);
    if (status != DB_OK)
        return status;
    status = note(driver, db, id, &deliveries);
    if (status == DB_OK && deliveries == 1)
        status = ask(driver, db, "INSERT INTO parcels (event, body) VALUES ($1, $2)", parcel,
                     ARRAY_LEN(parcel));
    if (status == DB_OK)
        return driver->commit(db);
    driver->roll_back(db);
    return status;
}

/* --- listed --- */

struct listing {
    struct json_out json;
    const char *const *names; /* of the numbers behind the body */
};

/* A body, and numbers. */
static void on_listed(void *arg, const char *const *cells, int n)
{
    struct listing *l = arg;
    json_out_object(&l->json, NULL);
    json_out_raw(&l->json, "is", cells[0] ? cells[0] : "null");
    for (int i = 1; i < n; i++)
        json_out_int(&l->json, l->names[i - 1], db_int(cells[i]));
    json_out_end_object(&l->json);
}

static enum db_status list(const struct db_driver *driver, struct db *db, const char *sql,
                           const char *const *names, struct buf *out)
{
    struct listing l = {.names = names};
    json_out_init(&l.json, out, 0);
    json_out_array(&l.json, NULL);
    enum db_status status =
        driver->query(db, &(struct db_query){.sql = sql, .row = on_listed, .arg = &l});
    json_out_end_array(&l.json);
    return status;
}

enum db_status events_list_written(const struct db_driver *driver, struct db *db, struct buf *out)
{
    static const char *const names[] = {"sent"};
    return list(driver, db, "SELECT body, sent FROM outbox ORDER BY id", names, out);
}

enum db_status events_list_handled(const struct db_driver *driver, struct db *db, struct buf *out)
{
    static const char *const names[] = {"deliveries", "parcels"};
    return list(driver, db,
                "SELECT min(parcels.body), min(deliveries), count(*) FROM events_seen "
                "JOIN parcels ON parcels.event = events_seen.event GROUP BY events_seen.event "
                "ORDER BY min(parcels.id)",
                names, out);
}
