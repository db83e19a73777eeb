/* The reference server: HTTP/1.1 that knows how to stop. `drainctl serve` runs it, and a run starts
 * it as a process like any other. One server a process: it owns the signal handlers. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/clock.h"
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

/* Where it listens, and how it says so. */
struct server_place {
    const char *host;      /* address or name to listen on */
    int port;              /* 0 picks a free one */
    const char *unix_path; /* listen at this Unix socket instead; or NULL */
    int control_port;      /* on 127.0.0.1: gates, gauge, ledger; -1: off, 0 picks a free one */
    const char *handover;  /* a Unix socket's path: take over from the server there; or NULL */
    struct server_turn turn;
    FILE *out; /* "listening on http://127.0.0.1:PORT" goes here, one line, flushed; or NULL */
};

struct server_drain {
    int64_t timeout_ns;      /* from the signal to the moment at which what is left is closed */
    int64_t delay_ns;        /* from the signal to the closing of the listener (lame duck) */
    int64_t close_spread_ns; /* subscriptions and idle connections end one after the other */
};

struct server_notice {
    struct notice_rules rules;
    int64_t default_ns;      /* of SIGUSR1 */
    int64_t retry_spread_ns; /* the random part of an event stream's `retry:` */
};

struct server_closing {
    const struct step_row *steps; /* closing steps beside the server's own; life/steps.h */
    int n_steps;
    const char *const *commands; /* NAME=COMMAND, run as closing steps */
    int n_commands;
    int64_t command_limit_ns; /* the time that each has */
};

struct server_database {
    const char *place;     /* a file, ":memory:", or NULL: a temporary file, at the first use */
    int64_t pool_size;     /* connections to it */
    int64_t pool_queue;    /* most that wait for one */
    int64_t order_time_ns; /* the work of each order, as a payment would take */
};

struct server_queue {
    const char *url;       /* where the jobs are: "database", or a URL */
    int64_t consumers;     /* that do them */
    int64_t lease_ns;      /* a job is held for this time without a sign of life */
    const char *publish;   /* a URL: the queue that gets an event for each order; or NULL */
    const char *subscribe; /* a URL: the queue whose events are handled; or NULL */
};

struct server_upstream {
    const char *url;    /* that /api/aggregate and /api/upstream call, or NULL */
    int64_t timeout_ns; /* of those two */
};

struct server_registry {
    const char *where; /* KIND:WHERE, or NULL */
    int64_t ttl_ns;    /* an entry that is not renewed expires after it */
};

/* What it writes down of itself. */
struct server_records {
    const char *ledger; /* "fd:N", a path, or NULL */
    bool ledger_all;    /* of requests without X-Drainctl-Attempt as well */
    const char *otlp;   /* address of a collector of traces, or NULL */
    FILE *log;          /* one line a transition of its life; or NULL */
    enum log_format log_format;
};

/* Each part has its readers: the folders of server/. */
struct server_options {
    struct server_place at;
    struct server_drain drain;
    struct server_notice notice;
    struct server_closing closing;
    struct server_database database;
    struct server_queue queue;
    struct server_upstream upstream;
    struct server_registry registry;
    struct server_records records;
    struct server_limits limits;
    const char *const *gates; /* NAME=POINT, see server_gate_points */
    int n_gates;
    const char *fault; /* id of a planted fault, or NULL */
    bool web;          /* serve the page too */
    int64_t web_build; /* as if it were this build of the page; 0: as it was built */
    struct server_guest guest;
};

/* The defaults that `drainctl serve` shows. */
#define SERVER_DEFAULTS                                                                            \
    {                                                                                              \
        .at = {.host = "127.0.0.1", .control_port = -1}, .drain = {.timeout_ns = 10 * NS_PER_S},   \
        .notice = {.rules = NOTICE_DEFAULTS,                                                       \
                   .default_ns = 300 * NS_PER_S,                                                   \
                   .retry_spread_ns = 2 * NS_PER_S},                                               \
        .closing = {.command_limit_ns = 5 * NS_PER_S},                                             \
        .database = {.pool_size = 8, .pool_queue = 128},                                           \
        .queue = {.url = "database", .consumers = 1, .lease_ns = 5 * NS_PER_S},                    \
        .upstream = {.timeout_ns = 2 * NS_PER_S}, .registry = {.ttl_ns = 10 * NS_PER_S},           \
        .limits = {.header_bytes = 16 << 10,                                                       \
                   .body_bytes = INT64_C(1) << 30,                                                 \
                   .header_timeout_ns = 10 * NS_PER_S,                                             \
                   .body_timeout_ns = 30 * NS_PER_S,                                               \
                   .idle_timeout_ns = 75 * NS_PER_S},                                              \
    }
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
