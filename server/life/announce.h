/* The notice in the life of the server: it plans, moves and calls off, acts when a step is reached,
 * and says to whoever is sent away when to come back. */
#ifndef SERVER_ANNOUNCE_H
#define SERVER_ANNOUNCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "server/life/notice.h"

struct server;

/* Plan a shutdown, or move the one that is planned: `in` a duration or `at` a time, see
 * notice_plan. 0, or -1 with err filled: the time is wrong (ERROR_USAGE), or it drains already
 * (ERROR_RUN). */
int announce_plan(struct server *s, const char *in, const char *at, struct error *err);
/* SIGUSR1: plan one at --notice-default. One that is planned already stays as it is. */
void announce_default(struct server *s);
/* Call it off; false when none was planned, or when the drain has begun. */
bool announce_cancel(struct server *s);

/* Is the step reached, by a notice or because the drain has begun? */
bool announced(const struct server *s, enum notice_step step);

/* Whole seconds for Retry-After: at least 1. While a shutdown is ahead, until it and one more;
 * during the drain, until nobody is accepted any more and one more. */
int64_t announce_retry_after_s(const struct server *s);
/* The same for an event stream's `retry:`, ms, and a random part of the spread on top, so that they
 * do not all come back at one moment. */
int64_t announce_retry_ms(struct server *s);

#endif
