/* A load of a plan: who asks for what, how often, and when. Rules for all of a plan: plan.h. */
#ifndef PLAN_PLAN_LOAD_H
#define PLAN_PLAN_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frontend/policy.h"

struct plan_pair {
    char *name, *value;
};

struct plan_pairs {
    struct plan_pair *at;
    size_t n;
};

/* An instant: `after_ns` after the loads started (of < 0), or after signal number `of` was sent. */
struct plan_instant {
    int64_t after_ns; /* -1: not given */
    int of;           /* index into signals, or -1 */
};

enum load_shape {
    SHAPE_REQUEST, /* ordinary requests, by libcurl */
    SHAPE_SILENT,  /* connect and never send a byte */
    /* By raw clients, for what libcurl would not do: */
    SHAPE_PARTIAL_HEAD, /* half of a request's head at once, the rest at `resume` */
    SHAPE_PIPELINED, /* a pair in one segment: this request, then GET of `then_path`; two attempts
                        with consecutive ids on one connection */
    SHAPE_EXPECT_CONTINUE, /* head with Expect: 100-continue; the body after the 100, or at `resume`
                              (RFC 9110 section 10.1.1) */
};

struct plan_body {
    int64_t bytes;   /* -1: no body */
    int64_t over_ns; /* spread over this long; 0: at once */
};

/* How fast an answer is read. */
struct plan_read {
    int64_t bps;               /* most bytes a second; 0: no limit */
    struct plan_instant until; /* from then on there is no limit; `after_ns` -1: never */
};

/* Where a load goes. */
struct plan_to {
    int process; /* the one that it makes requests to (plan_process) */
    bool via;    /* to those that the registry names, in turn, whatever `process` says */
};

/* Each client makes one request (the raw shapes: the first half of one), waits until this instant,
 * and then goes on. */
struct plan_resume {
    struct plan_instant at;
    bool never; /* ... and never goes on: it only keeps its connection open */
};

/* The people of a load whose clients are pages. */
struct plan_users {
    /* The clients are pages with a person each (frontend/frontend.h): a request is then what the
     * person wants, over all its attempts. NULL: plain clients. */
    struct fe_policy *frontend;
    /* With a frontend: the request is an event stream, which each person keeps open for this time;
     * 0: it is an ordinary one. */
    int64_t event_stream_ns;
    char *witness; /* path of the list of orders, read when the load ends; or NULL */
};

struct plan_load {
    char *name;
    enum load_shape shape;
    char *method, *path;
    char *then_path; /* of the second request of a pair; NULL: the same path */
    struct plan_pairs headers;
    struct plan_body body;
    int64_t clients;  /* 1; with a rate: the most connections at a time (default 1000) */
    int64_t requests; /* in all; -1: until the run ends or `stop` */
    double rate;      /* requests a second, open loop; 0: closed loop */
    bool reuse;       /* keep connections alive between requests (default), or a new one each */
    struct plan_instant start, stop;
    int64_t pause_ns;   /* between two requests of one client */
    int64_t timeout_ns; /* per attempt; default 30 s */
    struct plan_read read;
    struct plan_to to;
    bool held; /* named by a signal's `freeze` (see plan_signal), or has `resume` */
    struct plan_resume resume;
    struct plan_users users;
};

#endif
