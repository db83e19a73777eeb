/* What of the server speaks to queues, put together: the queue of jobs (--queue),
 * the relay of events (--publish), and those who handle events (--subscribe). */
#ifndef SERVER_MESSAGES_H
#define SERVER_MESSAGES_H

#include <stdio.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/json_out.h"

struct server;

/* 0, or -1 with err filled (ERROR_USAGE): a URL that is wrong. One that cannot be reached is tried
 * again for as long as the server runs. */
int messages_open(struct server *s, struct error *err);
/* The drain begins: nothing is taken any more. */
void messages_stop(struct server *s);
/* Their closing steps, into s->closing.steps. */
void messages_add_steps(struct server *s);
/* Close at once; harmless when it is closed. */
void messages_close(void *server);
void messages_free(struct server *s);
void messages_gauge_json(struct json_out *j, const struct server *s);
void messages_metrics(struct buf *b, const struct server *s);
/* What is built in: "with redis (hiredis 0.14.1)". */
void messages_print_parts(FILE *out);

#endif
