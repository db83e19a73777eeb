/* PostgreSQL behind the interface of db.h, by libpq (postgresql.org/docs/15/libpq.html): what the
 * files postgres*.c share. Nothing blocks without a limit: a connection is opened and asked by
 * libpq's non-blocking calls, with poll(2) on its socket and on a descriptor that `cancel` writes.
 */
#ifndef SERVER_POSTGRES_H
#define SERVER_POSTGRES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <libpq-fe.h>

#include "server/work/db.h"

struct pg_place;  /* where the servers are */
struct pg_cancel; /* a request to cancel that is under way */

struct db {
    struct pg_place *place;
    PGconn *conn; /* NULL: lost, or never there */
    atomic_bool cancelled;
    int wake_fd; /* readable while it is cancelled */
    struct pg_cancel *cancelling;
    bool writing;              /* in a transaction */
    bool elsewhere;            /* this server does not write any more; another one may */
    int64_t pause_ns, next_ns; /* after a failure to connect: not again before this */
    char error[256];
};

/* --- postgres_place.c --- */

/* NULL with err filled: it is no URL that libpq takes. */
struct pg_place *pg_place_parse(const char *url, struct error *err);
void pg_place_free(struct pg_place *p);
/* How long a server may say nothing: connect_timeout of the URL, or 5 s. */
int64_t pg_place_silent_ns(const struct pg_place *p);
int pg_place_tries(const struct pg_place *p); /* how many times `pg_place_start` can be asked */
int pg_place_hosts(const struct pg_place *p);
/* Begin to connect (PQconnectStartParams); at: 0 to tries - 1, in the order of the URL. */
PGconn *pg_place_start(const struct pg_place *p, int at);

/* --- postgres_connect.c --- */

/* Connect to the first server that will do. Not DB_OK: db->error says why. */
enum db_status pg_connect(struct db *db);
/* Have a connection that lives, a new one if need be; DB_AWAY while it pauses after a failure. */
enum db_status pg_have(struct db *db);

/* --- postgres_ask.c --- */

enum pg_wait { PG_READY, PG_CANCELLED, PG_LATE };

/* Until the descriptor is ready (POLLIN, POLLOUT), a cancellation comes that is not acted on yet,
 * or until_ns. */
enum pg_wait pg_wait(const struct db *db, int fd, short events, int64_t until_ns);
/* Ask and wait for the whole answer; when it is cancelled, the server is told, once. DB_OK: *out is
 * the answer, which may be an error, for the caller to clear. Else db->error says what happened:
 * DB_LOST (the connection is dropped), DB_CANCELLED (before it was sent). */
enum db_status pg_ask(struct db *db, const struct db_query *q, PGresult **out);
/* Ask, hand the rows over, and say how it ended. */
enum db_status pg_query(struct db *db, const struct db_query *q);
/* The status of an answer; its error into db->error. */
enum db_status pg_status(struct db *db, const PGresult *r);
/* Store a message of libpq or of the server: one line, without advice. */
void pg_say(struct db *db, const char *text);

/* --- postgres_cancel.c --- */

/* Ask the server to end what runs on this connection, on a thread of its own, since PQcancel
 * blocks. NULL: no thread, or nothing to cancel. */
struct pg_cancel *pg_cancel_start(PGconn *conn);
int pg_cancel_fd(const struct pg_cancel *c); /* readable when the server has heard it */
/* No more interest; the thread may still run. NULL is fine. */
void pg_cancel_forget(struct pg_cancel *c);
/* Drop the connection. It says goodbye (Terminate) where that is still possible. */
void pg_drop(struct db *db);

#endif
