/* Those who do the jobs of the queue (queue.h): each takes one, works, records and acknowledges it,
 * and takes the next. From the signal on none is taken, and what is held is finished. */
#ifndef SERVER_CONSUMER_H
#define SERVER_CONSUMER_H

#include "server/life/steps.h"

struct server;

/* The queue is open: begin to look for jobs. */
void consumers_start(struct server *s);
/* There may be a new job. */
void consumers_poke(struct server *s);
/* The closing step: over when no job is held any more. */
void consumers_begin_stop(struct step *step, void *server);
/* Its time is over: what is held is left, for the next consumer when its lease is over. */
void consumers_give_up(void *server);
int consumers_held(const struct server *s); /* jobs that are being done */
void consumers_free(struct server *s);

#endif
