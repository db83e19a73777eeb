#include "server/work/orders.h"

#include <string.h>

#include "base/json_out.h"
#include "server/work/events.h"

struct found {
    const char *item;
    struct order_result *out;
    bool any;
};

/* Another connection may keep an order under this key after the look. */
static const char insert_sql[] =
    "INSERT INTO orders (item, key) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING RETURNING id";

static void on_known(void *arg, const char *const *cells, int n)
{
    struct found *f = arg;
    (void)n;
    f->any = true;
    f->out->id = db_int(cells[0]);
    f->out->replayed = cells[1] && strcmp(cells[1], f->item) == 0;
    f->out->other_item = !f->out->replayed;
}

static void on_id(void *arg, const char *const *cells, int n)
{
    struct order_result *out = arg;
    (void)n;
    out->id = db_int(cells[0]);
}

static enum db_status insert(const struct db_driver *driver, struct db *db, const char *item,
                             const char *key, struct order_result *out)
{
    const struct db_value values[] = {{.text = item}, {.text = key, .null = !key}};
    return driver->query(
        db, &(struct db_query){
                .sql = insert_sql, .values = values, .count = 2, .row = on_id, .arg = out});
}

static enum db_status look_up(const struct db_driver *driver, struct db *db, const char *key,
                              struct found *f)
{
    const struct db_value value = {.text = key};
    return driver->query(db, &(struct db_query){.sql = "SELECT id, item FROM orders WHERE key = $1",
                                                .values = &value,
                                                .count = 1,
                                                .row = on_known,
                                                .arg = f});
}

enum db_status orders_add(const struct db_driver *driver, struct db *db, const char *item,
                          const char *key, bool publish, struct order_result *out)
{
    struct found f = {.item = item, .out = out};
    *out = (struct order_result){0};
    enum db_status status = driver->begin(db);
    if (status != DB_OK)
        return status;
    if (key)
        status = look_up(driver, db, key, &f);
    if (status == DB_OK && !f.any)
        status = insert(driver, db, item, key, out);
    if (status == DB_OK && !f.any && !out->id)
        status = look_up(driver, db, key, &f);
    if (status == DB_OK && !f.any && publish)
        status = events_write(driver, db, out->id, item);
    if (status == DB_OK && !f.any)
        return driver->commit(db);
    driver->roll_back(db);
    return status;
}

static void on_order(void *arg, const char *const *cells, int n)
{
    struct json_out *j = arg;
    (void)n;
    json_out_object(j, NULL);
    json_out_int(j, "id", db_int(cells[0]));
    json_out_string(j, "item", cells[1]);
    json_out_string(j, "key", cells[2]);
    json_out_end_object(j);
}

enum db_status orders_list(const struct db_driver *driver, struct db *db, struct buf *out)
{
    struct json_out j;
    json_out_init(&j, out, 0);
    json_out_array(&j, NULL);
    enum db_status status = driver->query(
        db, &(struct db_query){
                .sql = "SELECT id, item, key FROM orders ORDER BY id", .row = on_order, .arg = &j});
    json_out_end_array(&j);
    return status;
}
