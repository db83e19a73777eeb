/* The relay moves events from the outbox (events.h) into the queue of --publish, and marks them
 * once the queue has them. Killed in between, it sends them again: handling them is what is
 * idempotent. */
#ifndef SERVER_RELAY_H
#define SERVER_RELAY_H

#include "server/life/steps.h"

struct server;

void relay_start(struct server *s);
/* There may be something in the outbox. */
void relay_poke(struct server *s);
/* The closing step: over when the outbox is empty, or the queue takes nothing. */
void relay_begin_stop(struct step *step, void *server);
void relay_give_up(void *server);
void relay_free(struct server *s);

#endif
