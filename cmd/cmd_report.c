/* drainctl report: judge and render a recorded run. */
#include "session/check_verdict.h"
#include "cli/command.h"
#include "cli/messages.h"
#include "output/outputs.h"
#include "session/results.h"

static struct option_list reports;
static bool quiet, verbose;
static int color, fail_on = SEVERITY_MEDIUM;
static const char *baseline_file;

static const struct option options[] = {
    OPT_REPORTS(&reports, NULL, OUTPUTS_HELP),
    OPT_ENUM(0, "fail-on", &fail_on, severity_words, "SEVERITY",
             "for a check: fail for defects at least this severe (medium)"),
    OPT_FILE(0, "baseline", &baseline_file, "FILE",
             "for a check: a JSON list of defects that do not fail it"),
    OPT_FLAG('q', "quiet", &quiet, "only the verdict"),
    OPT_FLAG('v', "verbose", &verbose, "more of everything"),
    OPT_COLOR(&color),
    {0},
};

static int add_journal(struct results *r, const char *path, struct error *err)
{
    struct histories h = {0};
    if (histories_load(&h, path, err) < 0)
        return -1;
    return results_add(r, &h, err);
}

/* The journal of a check is audited again, with its severities as `check` has them by default. */
static int report_all(const struct results *r, const struct outputs *o, struct error *err)
{
    struct check_verdict a;
    if (!check_verdict_applies(r))
        return results_report(r, o, quiet, verbose, err);
    if (check_verdict_open(&a, r, fail_on, baseline_file, err) < 0)
        return command_fail(err);
    struct report_input input = a.report;
    input.runs = r->runs;
    input.count = r->count;
    input.quiet = quiet;
    input.verbose = verbose;
    int status = outputs_write(o, &input, err) < 0 ? command_fail(err) : a.status;
    check_verdict_close(&a);
    return status;
}

/* What is read stays. */
static int spare_all(const struct outputs *o, int argc, char **argv, struct error *err)
{
    int rc = outputs_spare(o, "the baseline", baseline_file, err);
    for (int i = 0; i < argc && rc == 0; i++)
        rc = outputs_spare(o, "the journal that it is made of", argv[i], err);
    return rc;
}

static int run_report(int argc, char **argv, struct error *err)
{
    struct results results = {0};
    struct outputs outputs;
    messages_color(color);
    if (outputs_open(&outputs, &reports, err) < 0)
        return command_fail(err);
    int status = -1;
    if (spare_all(&outputs, argc, argv, err) < 0)
        status = command_fail(err);
    for (int i = 0; i < argc && status < 0; i++)
        if (add_journal(&results, argv[i], err) < 0)
            status = command_fail(err);
    if (status < 0)
        status = report_all(&results, &outputs, err);
    outputs_close(&outputs);
    results_free(&results);
    return status;
}

extern const struct command cmd_report;
const struct command cmd_report = {
    .name = "report",
    .args = "[OPTIONS] JOURNAL...",
    .summary = "judge and render a recorded run",
    .about =
        "Reads journals that 'drainctl scenario --journal FILE' has written, judges them again "
        "and writes the reports. The verdict and the exit status are those of the live run. A "
        "journal that was cut is judged as far as it goes.",
    .examples = "  drainctl report run.jsonl\n"
                "  drainctl report run.jsonl --report json | jq .verdict\n",
    .options = options,
    .min_args = 1,
    .max_args = -1,
    .arguments = ARGS_JOURNALS,
    .run = run_report,
};
