/* The target's output, line by line: into the journal within an allowance, into a ring of the last
 * ones, and to the one who made this. */
#ifndef PROCESS_LINES_H
#define PROCESS_LINES_H

#include <stdint.h>

#include "journal/journal.h"
#include "process/handles.h"
#include "process/output.h"

enum { LINES_LAST = 50 };

struct lines {
    struct journal *journal;
    struct handles *handles;
    void (*line)(void *arg, int stream, const char *text); /* 1: standard output, 2: error */
    void *arg;
    struct output streams[2];
    char *last[LINES_LAST]; /* a ring */
    int last_at, last_count;
    int64_t left;     /* that may still be journaled */
    int64_t left_out; /* that were not */
};

/* Set journal, handles, line and arg before. */
void lines_init(struct lines *l);
void lines_open(struct lines *l, uv_loop_t *loop, const int pipes[2]); /* takes the pipes over */
void lines_refill(struct lines *l); /* a new allowance from the first signal on */
void lines_drain(struct lines *l);  /* what is there now: the last words */
void lines_close(struct lines *l);  /* to the end, with a note of how many were left out */
/* The most recent `n` lines, newest last, each prefixed "| "; a fresh string. */
char *lines_last(const struct lines *l, int n);
void lines_free(struct lines *l);

#endif
