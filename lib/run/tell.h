/* A line for the admin socket of HAProxy, and its answer (management guide, section 9.3). */
#ifndef RUN_TELL_H
#define RUN_TELL_H

#include <uv.h>

#include "base/error.h"

struct tell;

/* `done` is called once, from the loop, unless it is cancelled before: with NULL when the proxy has
 * taken it (its answer is an empty line), else with ERROR_RUN and its words. `name` is the proxy's,
 * for messages. */
struct tell *tell_begin(uv_loop_t *loop, const char *name, const char *path, const char *line,
                        void (*done)(void *arg, const struct error *err), void *arg);
void tell_cancel(struct tell *t); /* accepts NULL */

#endif
