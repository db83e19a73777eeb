/* Those who handle the events of the queue of --subscribe: each takes one, handles it in the
 * database, acknowledges it, and takes the next. */
#ifndef SERVER_SUBSCRIBER_H
#define SERVER_SUBSCRIBER_H

#include "server/life/steps.h"

struct server;

void subscribers_start(struct server *s);
/* The closing step: over when none holds an event. */
void subscribers_begin_stop(struct step *step, void *server);
void subscribers_give_up(void *server);
void subscribers_free(struct server *s);

#endif
