/* A database, as the server needs one: a connection that is opened, asked, cancelled and closed.
 * Each kind is a row of a table; sqlite.c is one. A connection belongs to one thread at a time (the
 * pool sees to that); only `cancel` may be called from another. */
#ifndef SERVER_DB_H
#define SERVER_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* How a query ended. */
enum db_status {
    DB_OK,
    DB_CANCELLED, /* by `cancel`, or it was cancelled before it began */
    DB_BUSY,      /* somebody else holds a lock for longer than it was waited for */
    DB_FULL,      /* nothing more can be stored */
    DB_READ_ONLY, /* it may be read, not written */
    DB_GONE,      /* what was opened is not where others would look for it any more */
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
    /* Called for each row, its cells as text (NULL: null); may be NULL. */
    void (*row)(void *arg, const char *const *cells, int n);
    void *arg;
};

struct db; /* a connection */

struct db_driver {
    const char *name;
    /* Which of the drivers a place is for: true for "postgres://…", say. */
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
    /* keep false: nobody will want what it holds, so nothing need be tidied up. */
    void (*close)(struct db *db, bool keep);
    /* A transaction that writes: one at a time in this process, since they would only wait for each
     * other. End it with commit or, after a failure, roll back. */
    enum db_status (*begin)(struct db *db);
    enum db_status (*commit)(struct db *db);
    void (*roll_back)(struct db *db);
    const char *(*error)(const struct db *db); /* of the last failure; lower case */
    const char *sleep_sql; /* a query of one row that takes $1 ms and heeds `cancel` */
    const char *(*version)(void);
};

extern const struct db_driver *const db_drivers[]; /* what is built in; ends with NULL */

const char *db_status_text(enum db_status status);

#endif
