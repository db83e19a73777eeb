/* The progress line of several runs at a time. */
#ifndef SESSION_POOL_LINE_H
#define SESSION_POOL_LINE_H

#include "session/job.h"
#include "session/places.h"

/* Show how many runs are over and how many go on, and of the first that goes on what it tries and
 * how long that can still take. */
void pool_line_show(const struct job *jobs, const struct place *places, size_t count);

#endif
