/* One binary heap of timers, driven by the loop when serving, and else by a test or the fuzzer.
 * Setting and clearing need no allocation per timer and no close callback. */
#ifndef SERVER_TIMERS_H
#define SERVER_TIMERS_H

#include <stddef.h>
#include <stdint.h>

#define TIMERS_NEVER INT64_MAX

struct timer {
    int64_t at_ns; /* CLOCK_MONOTONIC */
    size_t slot;   /* place in the heap, from 1; 0: not set */
    void (*fire)(struct timer *t);
};

struct timers {
    struct timer **heap; /* heap[1] is the earliest */
    size_t count, cap;
};

void timers_set(struct timers *ts, struct timer *t, int64_t at_ns); /* again moves it */
void timers_clear(struct timers *ts, struct timer *t);              /* harmless when not set */
/* When the earliest is due; TIMERS_NEVER when there is none. */
int64_t timers_next(const struct timers *ts);
/* Fire, in order, all that are due at now_ns; each is cleared before its `fire` runs. */
void timers_run(struct timers *ts, int64_t now_ns);
void timers_free(struct timers *ts);

#endif
