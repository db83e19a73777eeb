/* drainctl help: the tables of the commands, as text or as manual pages. */
#include <stdio.h>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/manual.h"

static bool as_manual;

static const struct option options[] = {
    OPT_FLAG(0, "man", &as_manual, "print the manual page, as man(7) source"),
    {0},
};

static int run_help(int argc, char **argv, struct error *err)
{
    if (argc == 0) {
        as_manual ? manual_overview() : help_overview();
        return EXIT_PASSED;
    }
    const struct command *c = command_find(argv[0], err);
    if (!c)
        return EXIT_USAGE;
    as_manual ? manual_command(c) : help_command(c);
    return EXIT_PASSED;
}

extern const struct command cmd_help;
const struct command cmd_help = {
    .name = "help",
    .args = "[OPTIONS] [COMMAND]",
    .summary = "explain a command",
    .about = "Prints the help of a command, as COMMAND --help does; without one, the list of the "
             "commands.",
    .examples = "  drainctl help scenario\n"
                "  drainctl help --man check | man -l -\n",
    .options = options,
    .max_args = 1,
    .arguments = ARGS_COMMANDS,
    .exits = EXITS_PRINT,
    .run = run_help,
};
