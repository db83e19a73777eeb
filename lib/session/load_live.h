/* What a load shows while it goes on: a line for the person at the terminal, and lines for a script
 * that waits for something to be true (--notify). */
#ifndef SESSION_LOAD_LIVE_H
#define SESSION_LOAD_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "journal/journal.h"
#include "words/words.h"
#include "run/run.h"

struct live {
    const char *name;
    bool line; /* show the progress line */
    int64_t outcomes[OUTCOME_COUNT];
    bool closed;        /* the listener is */
    int64_t announced;  /* this many in flight */
    int notify_fd;      /* or -1 */
    int notify_errno;   /* of the first write that failed */
    const char *notify; /* the file's name */
};

/* `notify`: the file to append to, created if need be, or NULL. A FIFO is not waited for: the lines
 * stay in it until they are read. ERROR_RUN when it cannot be opened. */
int live_open(struct live *l, const char *name, const char *notify, bool line, struct error *err);
/* For struct session; `arg` is the struct live. */
void live_adapt(void *arg, struct run_options *options, struct journal *journal);
/* ERROR_RUN when a line for --notify could not be written. */
int live_close(struct live *l, struct error *err);

#endif
