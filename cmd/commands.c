/* The table of subcommands. Adding one is a row here and a file of its own. */
#include "cmd/command.h"

#include <stddef.h>

extern const struct command cmd_scenario, cmd_check, cmd_report, cmd_serve, cmd_stop, cmd_signal,
    cmd_watch, cmd_explain, cmd_profiles, cmd_help, cmd_plan, cmd_init;

const struct command *const commands[] = {
    &cmd_scenario, &cmd_plan,  &cmd_init,    &cmd_check,    &cmd_report, &cmd_serve, &cmd_stop,
    &cmd_signal,   &cmd_watch, &cmd_explain, &cmd_profiles, &cmd_help,   NULL,
};
