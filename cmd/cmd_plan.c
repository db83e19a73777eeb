/* drainctl plan: what scenarios would do, and nothing done. */
#include <stdio.h>

#include "base/fds.h"
#include "session/scenario_args.h"
#include "cli/messages.h"
#include "output/outputs.h"
#include "plan/builtin.h"
#include "report/plans/plans.h"

static struct option_list reports;
static bool print_schema;
static int color;

static const char *const plan_format_words[] = {"text", "json", NULL};

static const struct option options[] = {
    OPT_REPORTS(&reports, plan_format_words, OUTPUTS_FILE_HELP),
    OPT_FLAG(0, "schema", &print_schema,
             "print the JSON Schema of scenario files, for an editor, and nothing else"),
    OPT_COLOR(&color),
    {0},
};

static int show(const struct scenario_list *scenarios, const struct outputs *outputs,
                struct error *err)
{
    struct report_input input = {
        .kind = REPORT_PLANS,
        .plans = {scenarios->plans, scenarios->count,
                  .descriptor_limit = fds_raise_limit() /* main has raised it: what is in force */},
    };
    return outputs_write(outputs, &input, err) < 0 ? command_fail(err) : EXIT_PASSED;
}

static int spare_all(const struct scenario_list *scenarios, const struct outputs *outputs,
                     struct error *err)
{
    for (size_t i = 0; i < scenarios->count; i++)
        if (outputs_spare(outputs, "the scenario", scenarios->plans[i].from.file, err) < 0)
            return -1;
    return 0;
}

static int run_plan(int argc, char **argv, struct error *err)
{
    struct scenario_list scenarios = {0};
    struct outputs outputs = {0};
    int status;
    messages_color(color);
    if (print_schema) {
        fwrite(scenario_schema->text, 1, scenario_schema->len, stdout);
        return EXIT_PASSED;
    }
    if (scenarios_collect(&scenarios, argc, argv, err) < 0 ||
        outputs_open_as(&outputs, plan_formats, &reports, err) < 0 ||
        spare_all(&scenarios, &outputs, err) < 0)
        status = command_fail(err);
    else
        status = show(&scenarios, &outputs, err);
    outputs_close(&outputs);
    scenarios_free(&scenarios);
    return status;
}

extern const struct command cmd_plan;
const struct command cmd_plan = {
    .name = "plan",
    .args = "[OPTIONS] [FILE|FOLDER|NAME]...",
    .summary = "show what scenarios would do, and start nothing",
    .about =
        "Prints each scenario as a timeline: what is started, which clients use it, and when each "
        "signal is sent. The timeline also has what follows each signal, what is expected, and "
        "when the run ends at the latest. The command reads the same files, folders, names of "
        "built-in scenarios and '-' as 'drainctl scenario', and reports the same errors in them. "
        "Without an argument it shows all built-in scenarios. Nothing is started, nothing is sent "
        "and no socket is opened.",
    .examples = "  drainctl plan drain.json\n"
                "  drainctl plan tests/drain/ --report json | jq '.plans[].scenario'\n"
                "  drainctl plan --schema >scenario.schema.json\n",
    .options = options,
    .formats = plan_formats,
    .min_args = 0,
    .max_args = -1,
    .arguments = ARGS_SCENARIOS,
    .exits = EXITS_PRINT,
    .run = run_plan,
};
