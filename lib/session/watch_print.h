/* What `drainctl watch` prints: a line for each change of state, and a summary. */
#ifndef SESSION_WATCH_PRINT_H
#define SESSION_WATCH_PRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "load/poll.h"

struct watching {
    bool json, quiet, color;
    int64_t began_ns;
    int64_t polls, counts[POLL_STATES];
    struct poll_answer last;          /* as of the last poll */
    int64_t since_ns;                 /* when this state began */
    int64_t away_ns, longest_away_ns; /* not up: since when (0: it is up), and the longest */
};

void watching_begin(struct watching *w, bool json, bool quiet);
/* Take one answer; print it when it says something else than the one before. */
void watching_add(struct watching *w, const struct poll_answer *a);
/* The summary. */
void watching_end(struct watching *w);

#endif
