/* Orders, as the database keeps them. Each function runs on a thread of the pool. */
#ifndef SERVER_ORDERS_H
#define SERVER_ORDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "server/work/db.h"

struct order_result {
    int64_t id;
    bool replayed;   /* the key was there, with this item */
    bool other_item; /* the key was there, with another item: nothing was done */
};

/* Keep an order; it is on disk when DB_OK comes back. With a key (or NULL) that is known already,
 * the order of that key. `publish`: with an event for
 * others (events.h). */
enum db_status orders_add(const struct db_driver *driver, struct db *db, const char *item,
                          const char *key, bool publish, struct order_result *out);

/* All of them as a JSON array, in the order in which they were kept. */
enum db_status orders_list(const struct db_driver *driver, struct db *db, struct buf *out);

#endif
