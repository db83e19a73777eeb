/* The run-time side of a load (a group of clients) and of all loads together. */
#ifndef LOAD_GROUP_H
#define LOAD_GROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "journal/journal.h"
#include "load/address.h"
#include "load/client.h"
#include "load/engines.h"
#include "load/load.h"
#include "load/registry.h"
#include "load/sources.h"
#include "load/ticker.h"

struct pages;
struct shape;
struct curl_slist;

struct group_clients {
    struct client **all;
    size_t n;
    int64_t alive;   /* those that may still begin an attempt, or have one open */
    int64_t waiting; /* of these, held between two attempts */
    int64_t halfway; /* ... and within one */
};

/* The open loop. */
struct group_pace {
    void (*freed)(struct group *g); /* a client is free again; NULL: this is a closed loop */
    struct client *free;            /* clients between two requests, the last used first */
    struct ticker *ticker;
    int64_t begin_ns;
};

/* Requests by libcurl: the same for all attempts. */
struct group_sent {
    char *url, *body_type;
    struct curl_slist *headers;
    int64_t head_min; /* the head of the request has at least this many bytes */
    bool own_trace;   /* the scenario sets traceparent itself: each request carries that one */
    bool head;        /* they are HEAD */
};

struct group {
    struct loads *loads;
    const struct plan_load *plan;
    const struct shape *shape;
    const struct address *address; /* where its clients go */
    int index;
    struct load_counts counts;
    int64_t budget;           /* requests not yet begun; -1: no limit */
    int64_t requests;         /* begun */
    bool released, held_told; /* of a held load */
    bool stopping;            /* no more attempts */
    bool reads_freely;        /* a slow reader is slow no more */
    const char *why;          /* for load-end */
    struct group_clients clients;
    struct group_pace pace;
    struct pages *pages; /* of a load with a frontend; or NULL */
    struct group_sent sent;
};

struct loads {
    uv_loop_t *loop;
    const struct plan *plan;
    struct journal *journal;
    struct loads_callbacks callbacks;
    struct engines engines;
    struct address *addresses; /* of each process of the plan; zero: no load goes there */
    struct registry *registry; /* or NULL */
    struct sources sources;
    struct group *groups;
    size_t n_groups;
    int64_t last_attempt; /* id */
    int64_t clients;      /* ids for connection identity */
    bool abort_wanted;
    bool held_wanted;
    int closing; /* timers not yet closed */
    void (*closed)(void *arg);
    void *closed_arg;
};

void group_init(struct group *g, struct loads *l, int index);
void group_begin(struct group *g);
void group_release(struct group *g);
void group_release_some(struct group *g, int64_t n);
void group_stop(struct group *g, const char *why);

/* budget.c. Does a held load still wait for its release? */
bool group_is_held(const struct group *g);
/* Does a held client make a request before it waits? (Else it waits for its very first.) */
bool group_makes_first(const struct group *g);
/* A client that was alive is not any more, or the pace ran out: has the load ended? */
void group_settle(struct group *g);
/* Every client that is left waits: say so, from the loop. */
void group_check_held(struct group *g);
/* Take one request out of the budget; its number, or 0 when none is left or the load stops. */
int64_t group_take_request(struct group *g);

/* pace.c, the open loop: start what is due now and later, as far as clients are free. -1: there is
 * no descriptor for its timer. */
int pace_begin(struct group *g);

#endif
