/* drainctl scenario: run scenarios, and say what became of every request. */
#include "session/scenario_args.h"
#include "cli/messages.h"
#include "session/session.h"

static struct session_options session_options = SESSION_DEFAULTS;
static bool list_them;

static const struct option options[] = {
    SESSION_OPTION_ROWS(session_options),
    OPT_FLAG('l', "list", &list_them, "list the built-in scenarios and run nothing"),
    {0},
};

static int run_scenario(int argc, char **argv, struct error *err)
{
    struct scenario_list scenarios = {0};
    struct session s = {.recording = {.file_fd = -1}};
    messages_color(session_options.color);
    if (list_them)
        return scenarios_print_builtin(err) < 0 ? command_fail(err) : EXIT_PASSED;
    int status;
    if (scenarios_collect(&scenarios, argc, argv, err) < 0 ||
        session_open(&s, &session_options, scenarios.plans, scenarios.count, err) < 0) {
        status = command_fail(err);
    } else {
        session_carry_out(&s);
        status = session_report(&s, &(struct report_input){0}, results_status(&s.results), err);
    }
    session_close(&s);
    scenarios_free(&scenarios);
    return status;
}

extern const struct command cmd_scenario;
const struct command cmd_scenario = {
    .name = "scenario",
    .args = "[OPTIONS] [FILE|FOLDER|NAME]...",
    .summary = "run scenarios: start a server, load it, signal it, judge",
    .about =
        "Each scenario starts a server, holds requests open against it, and sends it signals at "
        "chosen moments. The report says of every request whether it was completed, refused or cut "
        "off. A folder stands for all its *.json files, '-' for standard input, and a name for a "
        "built-in scenario; without any, all built-in ones run. Every file is read before anything "
        "starts.",
    .examples = "  drainctl scenario\n"
                "  drainctl scenario requests-in-flight-finish --repeat 20 --jobs 2\n"
                "  drainctl scenario tests/ --report junit=drain.xml --journal run.jsonl\n",
    .options = options,
    .min_args = 0,
    .max_args = -1,
    .arguments = ARGS_SCENARIOS,
    .run = run_scenario,
};
