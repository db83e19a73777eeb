/* The wall time of what a journal holds. */
#ifndef JOURNAL_WALL_H
#define JOURNAL_WALL_H

#include <stdint.h>

#include "journal/event.h"

/* Nanoseconds since 1970 of the monotonic time `t_ns` in the run that `plan` begins. To the second
 * for journals of before there was `unix`; counted from 1970 when the plan has no wall time at all.
 * Never negative; what does not fit is INT64_MAX. */
int64_t wall_unix_ns(const struct event *plan, int64_t t_ns);

#endif
