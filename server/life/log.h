/* The server's log, as text or as JSON lines, and what may not stand in it. */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include <stddef.h>

#include "base/attr.h"

struct server;

/* Which request a line is about. */
struct request_ids {
    char id[65];    /* X-Request-Id, or made up here; "" when there is none yet */
    char trace[33]; /* trace-id of `traceparent` (W3C Trace Context §3.2), or "" */
};

enum log_format { LOG_TEXT, LOG_JSON };

/* Keep them if they are what they should be: letters, digits and "._-:" and at most 64 of them; a
 * version 00 traceparent. */
void request_ids_take_id(struct request_ids *ids, const char *value);
void request_ids_take_trace(struct request_ids *ids, const char *value);

/* A line about a request; makes up an id for one that has none. */
void server_log_of(struct server *s, struct request_ids *ids, const char *fmt, ...) PRINTF(3, 4);

/* One line. state: "running"; head: for text, perhaps "running → draining"; ids may be NULL. */
void log_write(struct server *s, const struct request_ids *ids, const char *state, const char *head,
               const char *text);

#endif
