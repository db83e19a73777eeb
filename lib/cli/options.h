/* Reading a command line by a command's table of options. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/command.h"

enum options_result { OPTIONS_BAD = -1, OPTIONS_OK = 0, OPTIONS_HELP = 1 };

/* Options and arguments may be mixed; everything behind "--" is an argument. The arguments are
 * moved to the front of argv, in their order, and *n_args counts them. `argv` is without the
 * command's name. OPTIONS_HELP as soon as --help or -h is seen. */
enum options_result options_parse(const struct command *command, int argc, char **argv, int *n_args,
                                  struct error *err);
/* Free what OPTION_LIST options gathered. */
void options_free(const struct command *command);

#endif
