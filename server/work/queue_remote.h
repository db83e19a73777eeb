/* What the queues behind a URL share, whatever they speak. */
#ifndef SERVER_QUEUE_REMOTE_H
#define SERVER_QUEUE_REMOTE_H

#include "server/work/queue.h"

/* The call is over, with these words for the log: `done` is called. */
void queue_come_back(struct queue_call *c, enum queue_status status, const char *why);

/* A name of this process among the owners of messages, never used again: "PID-NS". */
void queue_owner(char *out, size_t size);

/* The end. `left` is to be called once the queue has left. */
void queue_leaves(struct queue *q, void (*left)(void *arg), void *arg);
/* It has left, for all that can be done about it: `left` is called once, from the loop and never
 * from in here. The caller may be about to give up a connection, or to let the last of those that
 * wait come back, and what is told may close the queue. */
void queue_has_left(struct queue *q);
/* It is closed: `left` is not called any more. */
void queue_forget_left(struct queue *q);

#endif
