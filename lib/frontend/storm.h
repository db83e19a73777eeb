/* The simulator: many pages (frontend/frontend.h) in virtual time, whose server goes away and comes
 * back. It says how they come back: all at once, or spread. No I/O, no clock; the same plan always
 * gives the same result. At most STORM_BYTES of memory a client, without what is in offline queues.
 */
#ifndef FRONTEND_STORM_H
#define FRONTEND_STORM_H

#include "frontend/frontend.h"

enum { STORM_BYTES = 100, STORM_BIN_MS = 100, STORM_CLIENTS = 100000000 };

struct storm_plan {
    struct fe_policy policy;
    enum fe_what what; /* a form, a page, an event stream */
    uint32_t clients;
    fe_ms every;     /* each wants something once in this time (not FE_HOLD: that is for good) */
    fe_ms before;    /* ordinary life before the outage: the normal rate is measured there */
    fe_ms outage;    /* for this time the server does not listen */
    fe_ms longest;   /* the end, should not everyone be served before */
    double open;     /* 0 to 1: this part of the clients has something under way when it begins */
    double capacity; /* answers a second; 0: as many as are asked for */
    double backlog;  /* requests that can wait for their turn; what comes then is refused */
    fe_ms service;   /* from a request's turn to its answer */
    uint64_t seed;
};

struct storm_result {
    uint32_t *bins; /* attempts begun, per STORM_BIN_MS from the outage's begin on */
    size_t n_bins;
    double normal;      /* attempts per STORM_BIN_MS before the outage */
    uint32_t peak;      /* most in one bin after the server was back */
    fe_ms peak_at;      /* when, after the server was back */
    double peak_ratio;  /* peak / normal */
    uint32_t affected;  /* clients that met the outage */
    uint32_t unserved;  /* of these, still without an answer at the end */
    fe_ms served_after; /* after the server was back: the last of them had an answer */
    uint64_t attempts, refused, answered, wasted; /* from the outage's begin on */
    uint64_t given_up;                            /* intentions that ended in an error */
    uint64_t queued; /* intentions that were kept in an offline queue */
    uint64_t bytes;  /* most memory that the clients took, with their queues */
    uint64_t steps;  /* events played */
};

/* Play it. `result` is for storm_free afterwards. */
void storm_run(const struct storm_plan *plan, struct storm_result *result);
void storm_free(struct storm_result *result);

#endif
