/* Find the command, read its options, run it, and see that what it printed was really written. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/fds.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "cmd/commands.h"

/* As git's run_builtin does: a result that did not arrive is no result. */
static int check_stdout(int status)
{
    errno = 0;
    int flushed = fflush(stdout);
    if (flushed == 0 && !ferror(stdout))
        return status;
    message_error("cannot write standard output%s%s", errno ? ": " : "",
                  errno ? strerror(errno) : "");
    return status > EXIT_INCONCLUSIVE ? status : EXIT_INCONCLUSIVE;
}

static int run_command(const struct command *c, int argc, char **argv)
{
    struct error err = {0};
    int n_args = 0, status;
    switch (options_parse(c, argc, argv, &n_args, &err)) {
    case OPTIONS_HELP:
        help_command(c);
        status = EXIT_PASSED;
        break;
    case OPTIONS_OK:
        status = c->run(n_args, argv, &err);
        break;
    default:
        status = EXIT_USAGE;
    }
    if (err.kind != ERROR_NONE)
        status = command_fail(&err);
    options_free(c);
    return status;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        message_error("no command given");
        message_hint("'drainctl help' lists the commands, 'drainctl scenario' runs the built-in "
                     "scenarios");
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        help_version();
        return EXIT_PASSED;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        help_overview();
        return EXIT_PASSED;
    }
    struct error err = {0};
    const struct command *c = command_find(argv[1], &err);
    return c ? run_command(c, argc - 2, argv + 2) : command_fail(&err);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error to report, not a death */
    signal(SIGXFSZ, SIG_IGN); /* and so is a file that may grow no more (setrlimit(2)) */
    fds_fill_stdio();
    fds_cloexec_from(3);
    fds_raise_limit();
    command_table = commands;
    return check_stdout(dispatch(argc, argv));
}
