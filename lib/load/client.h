/* One virtual user: makes one request at a time, on a connection of its own. */
#ifndef LOAD_CLIENT_H
#define LOAD_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "load/attempt.h"

struct group;
struct engine;
struct lane;

enum client_state {
    CLIENT_FREE, /* open loop: between two requests */
    CLIENT_BUSY, /* an attempt is open */
    CLIENT_PAUSED,
    CLIENT_HELD,
    CLIENT_ENDED,
};

struct client {
    struct group *group;
    int64_t number;   /* in its load, from 1 */
    int64_t identity; /* in the run, from 1: no other client may use its connection */
    enum client_state state;
    struct attempt attempt;
    struct attempt behind; /* of a pair: the one that waits for its turn, or has had it */
    bool halfway;          /* held within its attempt */
    bool last;             /* the request that it makes now is its last one */
    int64_t attempts;      /* begun */
    int64_t backoff_ns;    /* grows while connections are refused */
    struct engine *engine;
    void *wire;        /* the shape's own */
    int start_errno;   /* of a start that failed at once */
    uv_timer_t timer;  /* pause; or, in an attempt, the shape's */
    struct lane *lane; /* of a frontend's page; NULL: a plain client */
    /* The attempt is over: this begins the next one. NULL: the client itself. */
    void (*over)(struct client *c, bool reached);
    struct client *next_free;
};

struct client *client_new(struct group *g, int64_t number);
/* Closed loop: begin the next request, wait, or end. */
void client_next(struct client *c);
/* Make an attempt at request number `request`. */
void client_attempt(struct client *c, int64_t request, int64_t intended_ns);
/* The attempt is over (attempt_end was called). `reached`: there was a connection. */
void client_over(struct client *c, bool reached);
/* Held within its attempt, until the load is released. */
void client_halfway(struct client *c);
/* ... or until it goes on by itself. */
void client_go_on(struct client *c);
/* Has it an attempt open (of a pair: any)? */
bool client_open(const struct client *c);
/* No attempt is open, and none will be. */
void client_end(struct client *c);

#endif
