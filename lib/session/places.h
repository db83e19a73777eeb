/* Which run of many may begin now: pure, so that every rule of it can be tried without a process.
 *
 * A run has two halves. Up to its signal it is at work: its target starts, its clients come, and
 * what it looks for may be a matter of a millisecond. From the signal on it mostly waits. So at
 * work are few at a time, and waiting many. A run that must not be disturbed (`alone`) has the
 * machine for itself while it is at work and for a while after its signal; others may then be
 * waiting for targets that take their time, or never exit. */
#ifndef SESSION_PLACES_H
#define SESSION_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum place_state { PLACE_TO_COME, PLACE_AT_WORK, PLACE_WAITING, PLACE_OVER };

struct place {
    enum place_state state;
    int64_t signalled_ns; /* when it began to wait */
    int64_t alone_ns;     /* > 0: alone, until this time after its signal */
    bool apart;           /* begins when all others are over, and until it is over none begins */
};

struct place_limits {
    size_t alive;   /* most runs that are at work or waiting */
    size_t at_work; /* most of them that are at work, at least 1 */
};

enum { PLACE_NONE = -1 };

/* The first of them, in their order, that has not begun and may begin now; those that are `apart`
 * come after all others. PLACE_NONE: none may; then *again_ns is the time from which on it is worth
 * asking again though no run has changed its state, INT64_MAX for never. */
int places_next(const struct place *places, size_t count, const struct place_limits *limits,
                int64_t now_ns, int64_t *again_ns);

#endif
