/* Events between services. An order and its event are written in one transaction (the table
 * `outbox`), and the relay moves events from there into a queue. A consumer that gets one from the
 * queue handles it in one transaction, too: what it brings about (a parcel) and the note that this
 * event was seen, so that an event that comes twice brings about nothing more. Each function runs
 * on a thread of the pool. */
#ifndef SERVER_EVENTS_H
#define SERVER_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "server/work/db.h"

enum { OUTBOX_MOST = 64 };

struct outbox_row {
    int64_t id;
    char *body;
    bool sent;
};

struct outbox {
    struct outbox_row rows[OUTBOX_MOST];
    int count;
};

/* In the order's transaction: its event, with an id that no other has. */
enum db_status events_write(const struct db_driver *driver, struct db *db, int64_t order,
                            const char *item);
/* The oldest that were not sent, at most OUTBOX_MOST. */
enum db_status events_unsent(const struct db_driver *driver, struct db *db, struct outbox *out);
/* Those with `sent` are in the queue. */
enum db_status events_mark(const struct db_driver *driver, struct db *db, const struct outbox *o);
void outbox_free(struct outbox *o); /* empty it */

/* The id in the body of an event; a fresh text, or NULL: it is no event. */
char *events_id(const char *body);
/* Handle it, unless it was handled before; DB_OK in both cases. */
enum db_status events_handle(const struct db_driver *driver, struct db *db, const char *id,
                             const char *body);

/* JSON arrays, oldest first: what was written and what of it was sent; what was handled, how often
 * it came, and how many parcels there are for it. */
enum db_status events_list_written(const struct db_driver *driver, struct db *db, struct buf *out);
enum db_status events_list_handled(const struct db_driver *driver, struct db *db, struct buf *out);

#endif
