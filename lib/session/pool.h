/* Several runs at a time, each in a process of its own that is forked before any event loop exists.
 * Which may go on beside which is decided in places.h. */
#ifndef SESSION_POOL_H
#define SESSION_POOL_H

#include "session/workers.h"

/* As workers_run. */
int pool_run(const struct workers *w, struct job *jobs, size_t count);

#endif
