/* Event streams (text/event-stream, HTML Living Standard §9.2): subscriptions, which never end by
 * themselves and must be told. */
#ifndef SERVER_EVENTS_H
#define SERVER_EVENTS_H

struct server;

/* Every open one gets its last event, `shutdown`, with a `retry:`, and ends; one after the other
 * over --close-spread. */
void events_end_all(struct server *s);
/* Every open one is told what is planned, or that it is called off. */
void events_maintenance(struct server *s);

#endif
