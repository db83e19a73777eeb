/* --help and `drainctl help`, written from the tables. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/command.h"

void help_overview(void);                   /* all commands, to standard output */
void help_command(const struct command *c); /* one command, to standard output */
void help_version(void);

#endif
