/* Reading a journal back: a file of one or more runs, each a history that begins with its plan. */
#ifndef JOURNAL_HISTORY_H
#define JOURNAL_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "journal/event.h"

struct history {
    struct event *events; /* events[0] is the plan */
    size_t count;
    bool cut;       /* the file ends inside a line, or the run without a run-end */
    char **strings; /* what the events' strings point into */
    size_t n_strings;
};

struct histories {
    struct history *runs;
    size_t count;
};

/* Read `len` bytes. A last line that is cut is left out and marks its run as cut; a line that is
 * broken elsewhere, or a file that does not begin with a plan, is an error naming the line
 * (ERROR_USAGE). Unknown event words and unknown keys are skipped: a later drainctl may write them.
 */
int histories_parse(struct histories *h, const char *name, const char *text, size_t len,
                    struct error *err);
/* As above, from a descriptor (read from its start) or a path. */
int histories_read_fd(struct histories *h, const char *name, int fd, struct error *err);
int histories_load(struct histories *h, const char *path, struct error *err);
void histories_free(struct histories *h); /* accepts a zeroed one */

#endif
