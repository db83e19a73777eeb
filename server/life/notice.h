/* The notice before a shutdown, pure: what is planned, and which steps of the way have been reached
 * at a given moment. It knows no clock and no server; announce.c acts on it. */
#ifndef SERVER_NOTICE_H
#define SERVER_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* The steps; each has its place before the shutdown, a setting. */
enum notice_step {
    NOTICE_NO_SUBSCRIPTIONS,   /* a new event stream is told when to come back */
    NOTICE_NO_SESSIONS,        /* a client that would open a session is told to come later */
    NOTICE_TELL_SUBSCRIPTIONS, /* open event streams get their last event */
    NOTICE_DRAIN,              /* the drain begins */
    NOTICE_STEPS
};

struct notice_rules {
    int64_t before_ns[NOTICE_STEPS]; /* how long before the shutdown; NOTICE_AT_ONCE: always */
};

#define NOTICE_AT_ONCE INT64_MAX

/* What is planned. */
struct notice {
    bool scheduled;
    int64_t at_ns;      /* CLOCK_MONOTONIC: when the drain begins */
    int64_t at_unix_ns; /* the same moment for people */
};

/* No notice may be longer: the clocks of people and machines go apart. */
#define NOTICE_LONGEST_NS (1000 * 3600 * INT64_C(1000000000))

/* The defaults of a struct notice_rules. */
#define NOTICE_DEFAULTS                                                                            \
    {                                                                                              \
        .before_ns = {                                                                             \
            [NOTICE_NO_SUBSCRIPTIONS] = NOTICE_AT_ONCE,                                            \
            [NOTICE_NO_SESSIONS] = INT64_C(60000000000),                                           \
            [NOTICE_TELL_SUBSCRIPTIONS] = INT64_C(10000000000),                                    \
            [NOTICE_DRAIN] = 0                                                                     \
        }                                                                                          \
    }

/* "no-sessions", …; the names that notice_rules_set knows. */
const char *notice_step_name(enum notice_step step);

/* NAME=DURATION. 0, or -1 with err filled (ERROR_USAGE): no such step, or no duration. The drain
 * itself is at 0 and cannot be moved. */
int notice_rules_set(struct notice_rules *rules, const char *spec, struct error *err);

/* A notice shorter than a step's time has reached that step at once. */
bool notice_reached(const struct notice *n, const struct notice_rules *rules, enum notice_step step,
                    int64_t now_ns);

/* When the next step that is not reached is due; INT64_MAX: none is. */
int64_t notice_next_ns(const struct notice *n, const struct notice_rules *rules, int64_t now_ns);

/* Time left until the drain, 0 when it is over or nothing is planned. */
int64_t notice_left_ns(const struct notice *n, int64_t now_ns);

/* Plan one: in (NULL or a duration as text) or at (NULL or a time, base/utc.h), exactly one of
 * them, seen from now. 0, or -1 with err filled (ERROR_USAGE): neither or both, no duration, no
 * time, in the past, too far away. */
int notice_plan(struct notice *n, const char *in, const char *at, int64_t now_ns,
                int64_t now_unix_ns, struct error *err);

#endif
