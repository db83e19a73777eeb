/* Which tries of a check need not be carried out any more: what they look for has been seen often
 * enough, so that nothing that they could show changes the grade. Each try costs a start of the
 * target, and for its time nothing else may go on. */
#ifndef CHECK_DECIDED_H
#define CHECK_DECIDED_H

#include <stdbool.h>

#include "judge/judge.h"

enum { RACES = 3 }; /* kinds of tries: decided.c */

struct decided {
    int seen[RACES]; /* tries that showed a loss; zeroed to begin with */
};

/* Take in the verdict of a run that is over; any run of the battery, in any order. */
void decided_add(struct decided *d, const struct run_verdict *run);

/* Does a run of this name only look for what two tries have shown? The first try of a kind, which
 * tells of more than the race, always is needed, and so is every other run. */
bool decided_is_needless(const struct decided *d, const char *scenario);

#endif
