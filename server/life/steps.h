/* The closing steps of a shutdown: each has a name, its place in the order, a time limit and a line
 * in the log. Steps of one place run side by side; the next place begins when all of them are over.
 * A step that fails or hangs is named, and keeps no other from running.
 *
 * To add one: a row in server_options.closing.steps (or in the table of closing.c). */
#ifndef SERVER_STEPS_H
#define SERVER_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/timers.h"

struct step;

/* Places that the server's own steps have; one of another's may stand anywhere between. */
enum {
    PLACE_NOT_READY = 0,
    PLACE_LISTENER = 10,
    PLACE_REQUESTS = 20,
    PLACE_CONSUMER = 30,
    PLACE_UPSTREAMS = 40,
    PLACE_POOL = 50,
    PLACE_RELEASE = 60, /* locks, registry entries, hooks: whatever needs none of the others */
    PLACE_LOGS = 70,
    PLACE_TRACES = 80, /* the last: it sends what the others took */
};

struct step_row {
    const char *name; /* what is true when it is done: "pool-closed" */
    int place;
    int64_t limit_ns; /* 0: none but the drain timeout */
    /* On the loop. It must come to step_over, in here or later. NULL: reported with steps_reach. */
    void (*begin)(struct step *step, void *arg);
    /* Or, instead of begin: on a thread of its own, so that it may block. 0; or -1: it failed. */
    int (*work)(void *arg);
    /* Its time is over: let go of whatever it holds. step_over may still come, and is ignored. For
     * `work`, which cannot be stopped: the thread is left behind. May be NULL. */
    void (*give_up)(void *arg);
    void *arg;
};

enum step_state { STEP_WAITING, STEP_RUNNING, STEP_DONE, STEP_FAILED, STEP_HUNG };

struct step {
    struct step_row row;
    enum step_state state;
    int64_t begun_ns, over_ns;
    char why[160]; /* of a failure */
    struct timer timer;
    struct steps *steps;
    struct step_thread *thread; /* of `work` */
};

struct steps {
    struct step *items;
    size_t count, cap;
    struct timers *timers;
    int64_t deadline_ns; /* of all; CLOCK_MONOTONIC */
    int place;           /* of those that run */
    bool begun, over;
    int bad;                                            /* failed or hung */
    void (*report)(void *ctx, const struct step *step); /* it is over */
    void (*finished)(void *ctx);                        /* all are */
    void *ctx;
};

/* `timers` and what the rows point at must outlive it. */
void steps_init(struct steps *ss, struct timers *timers, void *ctx,
                void (*report)(void *ctx, const struct step *step), void (*finished)(void *ctx));
void steps_add(struct steps *ss, const struct step_row *row); /* before steps_begin */
/* A step that the caller sees to itself is over: why NULL: it has come true; else it failed. */
void steps_reach(struct steps *ss, const char *name, const char *why);
/* Run all that are not over yet, in their order. What is left at deadline_ns is given up. */
void steps_begin(struct steps *ss, int64_t deadline_ns);
/* A step that runs is over: why NULL: done; else it failed, with this reason. On the loop. */
void step_over(struct step *step, const char *why);
const char *step_state_name(enum step_state state);
/* Give up what still runs, without a report. */
void steps_leave(struct steps *ss);
void steps_free(struct steps *ss);

/* steps_thread.c: `row.work` on a thread. `wake` is called on that thread when it is over, and must
 * bring the loop to steps_collect. */
int step_thread_start(struct step *step);
void step_thread_leave(struct step *step);
bool step_thread_over(struct step *step, int *rc);
/* Take back what threads have finished. */
void steps_collect(struct steps *ss);
/* What a thread calls when it is over; set it before steps_begin. NULL: none is woken. */
extern void (*step_thread_wake)(void);

#endif
