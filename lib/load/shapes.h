/* The kinds of client, one row each: what an attempt of that kind does on the wire. */
#ifndef LOAD_SHAPES_H
#define LOAD_SHAPES_H

#include "base/error.h"
#include "load/client.h"
#include "plan/plan.h"

struct shape {
    /* Once for the load, before its first client. NULL: nothing to prepare. */
    int (*prepare)(struct group *g, struct error *err);
    /* Begin an attempt; attempt_start was called. It ends with attempt_end and client_over, now or
     * later. */
    void (*start)(struct client *c);
    /* The load is released while the attempt is open. NULL: nothing to do. */
    void (*release)(struct client *c);
    /* The client waits between two attempts; its connection is idle. NULL: nothing to do. */
    void (*idle)(struct client *c);
    /* End the open attempt now, because of us. Calls attempt_end, not client_over. */
    void (*abort)(struct client *c, enum ended ended);
    /* The client ends (no attempt is open): free its wire, close its connection. */
    void (*end)(struct client *c);
    /* Free what `prepare` made. */
    void (*finish)(struct group *g);
    bool halves; /* a held client waits within its first attempt, not after it */
    bool pair;   /* two attempts at a time */
};

extern const struct shape *const shape_table[]; /* by enum load_shape */

extern const struct shape shape_request; /* transfer.c */
extern const struct shape shape_silent;  /* raw_silent.c */
/* raw_request.c */
extern const struct shape shape_partial_head, shape_pipelined, shape_expect_continue;

#endif
