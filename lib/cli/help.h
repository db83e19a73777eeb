/* --help and `drainctl help`, written from the tables. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/command.h"

void help_overview(void);                   /* all commands, to standard output */
void help_command(const struct command *c); /* one command, to standard output */
/* Print `text` wrapped at 80 columns: it begins in `column`, all lines but the first are indented.
 */
void help_wrap(const char *text, int indent, int column);
void help_version(void);

/* The formats of a command's reports, ending with a NULL name; NULL when it writes none. */
const struct report_format *command_formats(const struct command *c);

/* The command with this name, or the only one that begins with it. NULL and ERROR_USAGE with the
 * nearest one otherwise. */
const struct command *command_find(const char *name, struct error *err);

#endif
