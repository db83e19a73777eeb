/* The demo's server: `drainctl serve` as a process of its own, which can be killed and started
 * again, and of which every line is read: what it prints, its log, its ledger. */
#ifndef DEMO_CHILD_H
#define DEMO_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <uv.h>

#include "base/buf.h"
#include "base/error.h"

/* What of it a line comes from. */
enum child_stream { CHILD_OUT, CHILD_LOG, CHILD_LEDGER, CHILD_STREAMS };

struct child;

struct child_events {
    void (*line)(struct child *c, enum child_stream stream, const char *line);
    /* It has been reaped, and its lines are read; code -1: died of signal signo. */
    void (*exited)(struct child *c, int code, int signo);
    void *arg;
};

struct child_pipe {
    struct child *child;
    uv_pipe_t pipe;
    struct buf text; /* a line that is not whole yet */
};

/* Freed with child_free, when the loop is closed: handles of it may live as long as that. */
struct child {
    const struct child_events *events;
    pid_t pid;
    int pidfd;
    bool running;
    uv_poll_t exit_poll;
    struct child_pipe pipes[CHILD_STREAMS];
    struct child *next; /* the owner's */
    /* the owner's, too */
    int number, build;
    int port, control; /* 0: it has not said it yet */
    bool replaces;     /* another one served when it was started */
};

/* Start `program` with these words. It gets no signal of our terminal, and dies with us whatever
 * happens. NULL with err filled. `events` must outlive it. */
struct child *child_start(uv_loop_t *loop, const char *program, char *const *argv,
                          const struct child_events *events, struct error *err);
void child_signal(struct child *c, int signo); /* nothing when it has exited */
/* After the loop is closed: SIGKILL if it still runs, reap, free. */
void child_free(struct child *c);

#endif
