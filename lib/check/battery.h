/* The built-in battery of `drainctl check`: ordinary scenarios, made here as JSON and parsed like
 * any other, so that a check is nothing but runs that a person could also write down. Its runs
 * and loads stand in roles.h, which the rules of the catalogue go by, too. */
#ifndef CHECK_BATTERY_H
#define CHECK_BATTERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "plan/plan.h"
#include "plan/profiles.h"

struct battery_options {
    char *const *command; /* NULL-terminated; NULL: the reference server */
    int64_t pid;          /* > 0: attach to this one instead; one run only */
    const char *fault;    /* reference server: a planted fault, or NULL */
    const char *url;      /* NULL: http://127.0.0.1:${port} */
    const char *path;     /* a fast path, "/" */
    const char *slow;     /* a path that takes a while, or NULL */
    const char *outlast;  /* a path that takes longer than the grace; NULL: made from `slow`, when
                             that ends in a number of milliseconds */
    const char *large;    /* a path with an answer of a megabyte or more; NULL: `path` may be one */
    const char *stream;   /* a path whose answer comes in parts and has an end, or NULL */
    const char *subscription; /* one whose answer never ends by itself, or NULL */
    const char *upload;       /* a path that reads a body, or NULL */
    const char *ready;        /* readiness path, or NULL */
    const char *live;         /* liveness path, or NULL */
    const char *ready_log;  /* ready when a line of output matches; NULL: by `ready` or the port */
    bool notify;            /* it has a NOTIFY_SOCKET, and is ready when it says READY=1 there */
    bool socket_activation; /* drainctl binds and holds the socket of its url, and passes it */
    int signo;              /* the shutdown signal */
    int64_t grace_ns;       /* from the signal to SIGKILL */
    const struct profile *profile; /* the platform that is played, or NULL */
    int64_t pre_stop_ns;           /* its hook before the signal, not part of grace_ns; 0: none */
    int64_t within_ns;             /* for the target to become ready */
    const char *page;    /* the path of a page whose old files must outlast a deploy, or NULL */
    const char *deploy;  /* ... what deploys a new build, for /bin/sh; NULL: a restart alone */
    bool quick;          /* the first run alone; with a subscription those, too, that tell
                                      who else holds up the exit */
    int64_t descriptors; /* that this process may have; 0: plenty */
};

struct json_out;

/* For a run that begins when all others are over: it changes what they serve. */
#define BATTERY_LAST INT64_MAX

struct battery {
    struct plan *plans;
    int64_t *alone_ns; /* of each: how long after its signal nothing else may begin; 0: it goes
                          beside others; BATTERY_LAST */
    size_t count;
};

/* battery_options.c: are the texts among them right? ERROR_USAGE names the option. */
int battery_check_options(const struct battery_options *o, struct error *err);

/* All runs, in order; each plan is owned by the battery. ERROR_USAGE when an option does not make a
 * valid scenario (a path without a slash, say). */
int battery_build(const struct battery_options *options, struct battery *battery,
                  struct error *err);
/* The "target" of each of them. */
struct battery_run; /* battery_loads.h */
void battery_write_target(struct json_out *j, const struct battery_options *o,
                          const struct battery_run *run);
void battery_free(struct battery *battery); /* accepts a zeroed one */

#endif
