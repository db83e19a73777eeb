/* The plan of `drainctl load`: clients and an address, and nothing else. It is made as a scenario
 * and parsed like any other, so that its journal is judged like any other. */
#ifndef PLAN_CLIENTS_H
#define PLAN_CLIENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "plan/plan.h"

struct clients_options {
    const char *url;            /* http://HOST[:PORT][/PATH][?QUERY]; the scheme may be left out */
    const char *name;           /* of the run and of its load */
    const char *method;         /* NULL: GET, or POST with a body */
    const char *const *headers; /* "NAME: VALUE" each */
    int n_headers;
    int64_t body_bytes; /* -1: none */
    int64_t body_over_ns;
    int64_t clients;  /* 0: the default, see struct plan_load */
    int64_t requests; /* 0: no end */
    const char *rate; /* "500/s" or "500"; NULL: closed loop */
    bool fresh;       /* a new connection for each request */
    int64_t pause_ns;
    int64_t request_timeout_ns;
    int64_t read_bps;    /* 0: no limit */
    int64_t duration_ns; /* 0: no end */
    int64_t within_ns;   /* for the server to listen */
};

/* Expected of the load: something was completed, and nothing cut off, failed or timed out. The
 * plan's time limit is a day, for the clients may have no end but the person's. ERROR_USAGE names
 * the option that is wrong. */
int clients_plan(const struct clients_options *options, struct plan *plan, struct error *err);

#endif
