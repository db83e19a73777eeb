/* A bounded pool of database connections, each with a thread of its own, so that no query ever runs
 * on the loop. Work is put in and comes back on the loop, in any order, exactly once. */
#ifndef SERVER_POOL_H
#define SERVER_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "base/error.h"
#include "base/list.h"
#include "server/trace/span.h"
#include "server/work/db.h"

struct pool;

enum work_state { WORK_NONE, WORK_WAITING, WORK_RUNNING, WORK_DONE };

/* One piece of work; part of the caller's memory, which must live until `done`. */
struct work {
    /* On a thread of the pool. Not called for work that is cancelled while it waits. */
    enum db_status (*run)(struct work *w, const struct db_driver *driver, struct db *db);
    /* On the loop: w->status says how it ended. The pool is done with it. */
    void (*done)(struct work *w);
    enum db_status status;
    char error[256]; /* of a failure */
    bool aside;      /* not a request's: it takes no place that a request could have */

    /* database.c's, for work of a request */
    struct server *server;
    void (*then)(struct work *w); /* the caller's `done` */
    struct span span;
    const char *system; /* which database */

    enum work_state state; /* the pool's */
    struct list link;
};

struct pool_gauge {
    int size, idle, busy;
    int64_t waiting;
};

struct pool_row {
    const struct db_driver *driver;
    const char *place;
    int size;          /* connections, and a thread for each */
    int64_t queue_max; /* work that may wait */
    bool temporary;    /* what it holds is not wanted later: its file loses its name at once,
                        * and is gone with the last connection, also of a killed process */
};

/* Open the connections, and start their threads. The loop must outlive it. NULL with err filled. */
struct pool *pool_open(uv_loop_t *loop, const struct pool_row *row, struct error *err);

/* 0; -1: the queue is full, or the pool is closed. */
int pool_submit(struct pool *p, struct work *w);
/* Interrupt it, or take it out of the queue; its `done` is still called, later. */
void pool_cancel(struct pool *p, struct work *w);
struct pool_gauge pool_gauge(struct pool *p);
/* Nothing is taken any more; `idle` is called on the loop, perhaps in here, when the last is
 * done. */
void pool_drain(struct pool *p, void (*idle)(void *arg), void *arg);
/* Wait until nothing waits or runs, no longer than until_ns (CLOCK_MONOTONIC), then cancel what is
 * left. Returns how many were cancelled. Nothing is taken any more. All `done` have been called.
 * -1: a query did not heed its cancellation within a second; the pool must be left as it is. */
int pool_finish(struct pool *p, int64_t until_ns);
/* No more than n pieces of work will be there at a time from now on: connections above n close as
 * they become idle, each on its own thread, so that the end need not wait for them. One stays. */
void pool_shrink(struct pool *p, int64_t n);
/* Close the connections and end the threads; after pool_finish or pool_drain's `idle`. The memory
 * goes with the close callback of its handle: run the loop once more. */
void pool_close(struct pool *p);

#endif
