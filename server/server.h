/* The reference server: HTTP/1.1 that knows how to stop. `drainctl serve` runs it, and a run starts
 * it as a process like any other. One server a process: it owns the signal handlers. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "server/life/log.h"
#include "server/life/notice.h"
#include "server/life/steps.h"

struct server_limits {
    int64_t header_bytes;      /* request line and header section; 431, or 414 in the target */
    int64_t body_bytes;        /* 413 */
    int64_t header_timeout_ns; /* from a request's first byte to the end of its header; 408 */
    int64_t body_timeout_ns;   /* between two pieces of a body; 408 */
    int64_t idle_timeout_ns;   /* a connection without a request is closed */
};

/* What belongs to the server that serves just now, such as a pid file: taken when it is this one's
 * turn, and left before another one's begins. NULL where there is nothing to do. */
struct server_turn {
    int (*take)(void *arg, struct error *err); /* 0, or -1 with err filled */
    void (*leave)(void *arg);
    void *arg;
};

struct request;
struct route;
struct server;

/* Another program inside this server: its own routes in place of ours, for pages of this origin
 * alone (no CORS), and its own handles on the loop. NULL routes: there is none. */
struct server_guest {
    const struct route *routes;
    /* It listens. 0, or -1 with err filled: it ends. */
    int (*begin)(void *arg, struct server *s, struct error *err);
    /* The drain begins: end what would never end by itself. */
    void (*drain)(void *arg);
    void *arg;
};

struct server_options {
    const char *host;         /* address or name to listen on */
    int port;                 /* 0 picks a free one */
    const char *unix_path;    /* listen at this Unix socket instead; or NULL */
    int control_port;         /* on 127.0.0.1: gates, gauge, ledger; -1: off, 0 picks a free one */
    int64_t drain_timeout_ns; /* from the signal to the moment at which what is left is closed */
    int64_t drain_delay_ns;   /* from the signal to the closing of the listener (lame duck) */
    int64_t close_spread_ns;  /* subscriptions and idle connections end one after the other */
    struct notice_rules notice;
    int64_t notice_default_ns; /* of SIGUSR1 */
    int64_t retry_spread_ns;   /* the random part of an event stream's `retry:` */
    const char *database;      /* a file, ":memory:", or NULL: a temporary file, at the first use */
    int64_t pool_size;         /* connections to it */
    int64_t consumers;         /* who do the jobs of the queue */
    const char *publish;       /* a URL: the queue that gets an event for each order; or NULL */
    const char *subscribe;     /* a URL: the queue whose events are handled; or NULL */
    const char *queue;         /* where it is: "database", or a URL */
    int64_t job_lease_ns;      /* a job is held for this time without a sign of life */
    int64_t pool_queue;        /* most that wait for one */
    const struct step_row *steps; /* closing steps beside the server's own; life/steps.h */
    int n_steps;
    const char *const *commands; /* NAME=COMMAND, run as closing steps */
    int n_commands;
    int64_t command_limit_ns;   /* the time that each has */
    const char *upstream;       /* URL that /api/aggregate calls, or NULL */
    int64_t request_timeout_ns; /* of /api/aggregate */
    const char *handover;       /* a Unix socket's path: take over from who serves there; or NULL */
    struct server_turn turn;
    const char *registry;     /* KIND:WHERE, or NULL */
    const char *otlp;         /* address of a collector of traces, or NULL */
    int64_t registry_ttl_ns;  /* an entry that is not renewed expires after it */
    const char *ledger;       /* "fd:N", a path, or NULL */
    bool ledger_all;          /* of requests without X-Drainctl-Attempt as well */
    int64_t order_time_ns;    /* the work of each order, as a payment would take */
    const char *const *gates; /* NAME=POINT, see server_gate_points */
    int n_gates;
    const char *fault; /* id of a planted fault, or NULL */
    bool web;          /* serve the page too */
    int64_t web_build; /* as if it were this build of the page; 0: as it was built */
    struct server_guest guest;
    struct server_limits limits;
    FILE *out; /* "listening on http://127.0.0.1:PORT" goes here, one line, flushed; or NULL */
    enum log_format log_format;
    FILE *log; /* one line a transition of its life; or NULL */
};

/* The defaults that `drainctl serve` shows. */
extern const struct server_options server_defaults;

/* Listen, serve, drain at SIGTERM or SIGINT, and come back when it has stopped. Returns the exit
 * status: 0 drained, 1 the drain timeout cut requests off, 130 a second SIGINT; or -1 with err
 * filled when it could not start (ERROR_RUN: address taken, no such host; ERROR_USAGE: an unknown
 * fault, gate or gate point). */
int server_run(const struct server_options *options, struct error *err);

/* What of it is built in, one line each: "with sqlite 3.40.1". */
void server_print_parts(FILE *out);
/* Write the table of planted faults, one line each. */
void server_print_faults(FILE *out);
/* The points of the drain that --gate may name, NULL-terminated. */
extern const char *const server_gate_points[];

#endif
