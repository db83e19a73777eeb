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

/* What the target serves. NULL where nothing else is said: it has none, or it was not given. */
struct battery_paths {
    const char *fast;    /* "/" */
    const char *slow;    /* takes a while */
    const char *outlast; /* takes longer than the grace; NULL: made from `slow`, when that ends in a
                            number of milliseconds */
    const char *large;   /* its answer has a megabyte or more; NULL: `fast` may be one */
    const char *stream;  /* its answer comes in parts and has an end */
    const char *subscription; /* its answer never ends by itself */
    const char *upload;       /* reads a body */
    const char *ready, *live; /* readiness and liveness */
    const char *page;         /* a page whose old files must outlast a deploy */
};

struct battery_options {
    char *const *command; /* NULL-terminated; NULL: the reference server */
    int64_t pid;          /* > 0: attach to this one instead; one run only */
    const char *fault;    /* reference server: a planted fault, or NULL */
    const char *url;      /* NULL: http://127.0.0.1:${port} */
    struct battery_paths paths;
    const char *ready_log;  /* ready when a line of output matches; NULL: by `ready` or the port */
    bool notify;            /* it has a NOTIFY_SOCKET, and is ready when it says READY=1 there */
    bool socket_activation; /* drainctl binds and holds the socket of its url, and passes it */
    int signo;              /* the shutdown signal */
    int64_t grace_ns;       /* from the signal to SIGKILL */
    const struct profile *profile; /* the platform that is played, or NULL */
    int64_t pre_stop_ns;           /* its hook before the signal, not part of grace_ns; 0: none */
    int64_t within_ns;             /* for the target to become ready */
    const char *deploy;  /* what deploys a new build of the page, for /bin/sh; NULL: a restart
                            alone */
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
