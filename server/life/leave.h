/* What those are told who must leave or come later: whether it is so far, and when to come back. */
#ifndef SERVER_LEAVE_H
#define SERVER_LEAVE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/life/notice.h"

struct server;

/* Is the step reached, by a notice or because the drain has begun? */
bool announced(const struct server *s, enum notice_step step);

/* Whole seconds for Retry-After: at least 1. While a shutdown is ahead, until it and one more;
 * during the drain, until no connection is accepted any more and one more. */
int64_t announce_retry_after_s(const struct server *s);
/* The same for an event stream's `retry:`, ms, and a random part of the spread on top, so that they
 * do not all come back at one moment. */
int64_t announce_retry_ms(struct server *s);

#endif
