/* The manual pages of section 1, written from the tables of --help. */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

#include "cli/command.h"

/* drainctl(1), or drainctl-NAME(1), as man(7) source to standard output. Nothing in them depends on
 * when or where they are made: their date is the release's. */
void manual_overview(void);
void manual_command(const struct command *c);

#endif
