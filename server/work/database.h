/* The server's database: which kind, where, and the pool in front of it. */
#ifndef SERVER_DATABASE_H
#define SERVER_DATABASE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "server/life/steps.h"
#include "server/work/pool.h"

struct request;
struct server;

/* Open what --database names; without one nothing is opened before the first request needs it. 0,
 * or -1 with err filled. */
int database_open(struct server *s, struct error *err);
/* The pool, opened now if it is not yet. NULL: no database is built in, or (err filled) none could
 * be opened. */
struct pool *database_pool(struct server *s, struct error *err);
/* Put work in. false: it could not be, and the request has been answered: 501 when no database is
 * built in, 500 when none could be opened, 503 when the queue is full. */
bool database_submit(struct request *r, struct work *w);
/* Answer for work that did not end well: what it was decides the status. */
void database_refuse(struct request *r, const struct work *w);
/* Call off what a request that is gone had asked for. */
void database_cancel(struct server *s, struct work *w);
/* No more requests than this are there any more: connections that none of them can need close. */
void database_shrink(struct server *s, int64_t requests);
/* The closing step: let what is left finish, and close the pool. */
void database_begin_close(struct step *step, void *server);
/* Cancel what is left, and close it now. */
void database_close(void *server);
/* The gauge; false: there is no database. */
bool database_gauge(struct server *s, struct pool_gauge *g);

#endif
