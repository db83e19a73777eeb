/* Cancelling runs down a tree: a request, and below it what it asks of others. What is cancelled
 * is told the cause, once, and so are all below. */
#ifndef SERVER_CANCEL_H
#define SERVER_CANCEL_H

#include <stdbool.h>

#include "base/list.h"

enum cancel_cause {
    CANCEL_NONE,
    CANCEL_DEADLINE,    /* of the request */
    CANCEL_CLIENT_GONE, /* no client waits for the answer */
    CANCEL_BRANCH,      /* another branch has failed */
    CANCEL_SHUTDOWN,    /* the drain timeout is over */
};

struct cancel {
    struct cancel *parent;
    struct list children, link;
    enum cancel_cause cause; /* CANCEL_NONE: goes on */
    /* May end this scope and those below it, and free what they are part of; none beside it. */
    void (*told)(struct cancel *c);
};

/* A scope below `parent` (NULL: a root). One below a cancelled scope begins cancelled, untold. */
void cancel_begin(struct cancel *c, struct cancel *parent, void (*told)(struct cancel *c));
/* Tell all below, and then the scope itself. Nothing happens to one that was told before. */
void cancel_fire(struct cancel *c, enum cancel_cause cause);
/* It is over: no one tells it anything any more. Harmless when it is over already. */
void cancel_end(struct cancel *c);
const char *cancel_cause_text(enum cancel_cause cause);

#endif
