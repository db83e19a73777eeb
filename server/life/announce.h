/* The notice in the life of the server: it plans, moves and calls off, and acts when a step is
 * reached. */
#ifndef SERVER_ANNOUNCE_H
#define SERVER_ANNOUNCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
struct server;

/* Plan a shutdown, or move the one that is planned: `in` a duration or `at` a time, see
 * notice_plan. 0, or -1 with err filled: the time is wrong (ERROR_USAGE), or it drains already
 * (ERROR_RUN). */
int announce_plan(struct server *s, const char *in, const char *at, struct error *err);
/* SIGUSR1: plan one at --notice-default. One that is planned already stays as it is. */
void announce_default(struct server *s);
/* Call it off; false when none was planned, or when the drain has begun. */
bool announce_cancel(struct server *s);

#endif
