/* The argument and environment vectors of the target. */
#ifndef PROCESS_ARGS_H
#define PROCESS_ARGS_H

#include "process/target.h"

/* NULL-terminated vectors of fresh strings; free both with args_free. The environment is ours, with
 * the plan's added, PORT, NOTIFY_SOCKET with the address `notify` (unless it is ""), and
 * DRAINCTL_RUN=<random id>, by which a person can tell a run's processes (/proc/PID/environ). */
char **args_of(const struct target_options *o);
char **args_environment(const struct target_options *o, const char *notify);
void args_free(char **args);

/* The vector as a JSON array, a fresh string. */
char *args_json(char *const *args);

#endif
