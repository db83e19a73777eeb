/* The table of subcommands. */
#ifndef CMD_COMMANDS_H
#define CMD_COMMANDS_H

#include "cli/command.h"

extern const struct command *const commands[]; /* in the order of --help; ends with NULL */

#endif
