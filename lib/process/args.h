/* The argument and environment vectors of the target. */
#ifndef PROCESS_ARGS_H
#define PROCESS_ARGS_H

#include "process/target.h"

/* NULL-terminated vectors of fresh strings; free both with args_free. The environment is ours, with
 * the plan's added, PORT, NOTIFY_SOCKET with the address `notify` (unless it is ""), LISTEN_FDS and
 * its like with socket activation, and DRAINCTL_RUN=<random id>, by which a person can tell a run's
 * processes (/proc/PID/environ). What a service manager told us alone is left out. */
char **args_of(const struct target_options *o);
char **args_environment(const struct target_options *o, const char *notify);
/* Where keeper_spawn's listen_pid goes in it; NULL: the plan wants none, or sets its own. */
char *args_listen_pid(char *const *envp);
void args_free(char **args);

/* The vector as a JSON array, a fresh string. */
char *args_json(char *const *args);

#endif
