/* A database, as the server needs one: a connection that is opened, asked, cancelled and closed.
 * Each kind is a row of a table (drivers.c): sqlite.c, postgres.c. A connection belongs to one
 * thread at a time (the pool sees to that); only `cancel` may be called from another. */
#ifndef SERVER_DB_H
#define SERVER_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A cell of a row as a whole number; 0 when it is null or something else. */
int64_t db_int(const char *cell);

/* How a query ended. */
enum db_status {
    DB_OK,
    DB_CANCELLED, /* by `cancel`, or it was cancelled before it began */
    DB_BUSY,      /* another connection holds a lock for longer than it was waited for */
    DB_FULL,      /* nothing more can be stored */
    DB_READ_ONLY, /* it may be read, not written */
    DB_GONE,      /* what was opened is not where others would look for it any more */
    DB_AWAY,      /* no connection can be made now */
    DB_LOST,      /* the connection broke, and what was not committed is not kept */
    DB_UNKNOWN,   /* it broke during a commit: kept or not is not known */
    DB_FAILED,    /* anything else */
    DB_STATUSES
};

/* One parameter of a query; its place is $1, $2, … in the order of the array. */
struct db_value {
    const char *text; /* NULL: `number`, or nothing at all when `null` */
    int64_t number;
    bool null;
};

struct db_query {
    const char *sql;
    const struct db_value *values;
    int count;
    int64_t takes_ms; /* how long it is meant to take */
    /* Called for each row, its cells as text (NULL: null); may be NULL. */
    void (*row)(void *arg, const char *const *cells, int n);
    void *arg;
};

struct db; /* a connection */

struct db_driver {
    const char *name;
    /* Which of the drivers a place is for: a file, or "postgres://…". */
    bool (*takes)(const char *place);
    /* Open a connection. NULL with err filled (ERROR_RUN): missing, no right, locked, none. */
    struct db *(*open)(const char *place, struct error *err);
    /* Run it to its end on this thread. What `cancel` ends returns DB_CANCELLED. After another
     * failure db_error says what it was. */
    enum db_status (*query)(struct db *db, const struct db_query *q);
    /* From any thread: end the query that runs, and any that begins before `renew`. */
    void (*cancel)(struct db *db);
    /* Take a cancellation back, before the next piece of work. */
    void (*renew)(struct db *db);
    /* keep false: what it holds is not wanted later, or another connection is still open: nothing
     * need be tidied up. */
    void (*close)(struct db *db, bool keep);
    /* Remove the names of what it is kept in. Connections that are open go on with it. NULL: it has
     * none. */
    void (*unname)(struct db *db);
    /* A transaction that writes: one at a time in this process, since they would only wait for each
     * other. End it with commit or, after a failure, roll back. */
    enum db_status (*begin)(struct db *db);
    enum db_status (*commit)(struct db *db);
    void (*roll_back)(struct db *db);
    const char *(*error)(const struct db *db); /* of the last failure; lower case */
    const char *sleep_sql;   /* a query of one row that takes $1 ms and heeds `cancel` */
    const char *skip_locked; /* ends a SELECT in a transaction that goes on to write what it finds:
                              * only rows that no other connection is about to write */
    const char *(*version)(void);
};

extern const struct db_driver *const db_drivers[]; /* what is built in; ends with NULL */
extern const char *const db_left_out[];            /* and what is not */

/* The driver for a place; NULL: none is built in. */
const struct db_driver *db_driver_of(const char *place);
/* A place for a message: without its password, however that is written. */
void db_place_shown(const char *place, char *out, size_t size);
/* A query that takes that long. */
enum db_status db_sleep(const struct db_driver *driver, struct db *db, int64_t ms);

const char *db_status_text(enum db_status status);

#endif
