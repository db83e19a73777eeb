/* The table of subcommands, in the order of --help. Adding one is a row here and a file of its own.
 */
#include "cmd/commands.h"

#include <stddef.h>

/* clang-format off: a row a line */
#define COMMANDS(X)                                                                                \
    X(scenario)                                                                                    \
    X(check)                                                                                       \
    X(init)                                                                                        \
    X(plan)                                                                                        \
    X(report)                                                                                      \
    X(compare)                                                                                     \
    X(signal)                                                                                      \
    X(watch)                                                                                       \
    X(storm)                                                                                       \
    X(skew)                                                                                        \
    X(load)                                                                                        \
    X(demo)                                                                                        \
    X(serve)                                                                                       \
    X(stop)                                                                                        \
    X(notice)                                                                                      \
    X(explain)                                                                                     \
    X(profiles)                                                                                    \
    X(completion)                                                                                  \
    X(help)
/* clang-format on */

#define DECLARE(name) extern const struct command cmd_##name;
#define POINT(name)   &cmd_##name,

COMMANDS(DECLARE)
const struct command *const commands[] = {COMMANDS(POINT) NULL};
