/* drainctl compare: what got worse between two runs, and what got better. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "session/compare_input.h"
#include "cli/messages.h"
#include "output/outputs.h"
#include "compare/compare.h"
#include "report/compare/compare.h"

static struct option_list reports;
static bool quiet, verbose;
static int color, fail_on = SEVERITY_LOW;
static const char *alpha_text = "0.05", *effect_text = "0";

static const char *const format_words[] = {"text", "json", "markdown", NULL};

static const struct option options[] = {
    OPT_REPORTS(&reports, format_words, OUTPUTS_FILE_HELP),
    OPT_STRING(0, "alpha", &alpha_text, "P",
               "a difference counts when its corrected p is below this (0.05)"),
    OPT_STRING(0, "min-effect", &effect_text, "POINTS",
               "a difference counts if it has at least this many percentage points (0)"),
    OPT_ENUM(0, "fail-on", &fail_on, severity_words, "SEVERITY",
             "for checks: a milder defect is not a regression (low)"),
    OPT_FLAG('q', "quiet", &quiet, "only the verdict"),
    OPT_FLAG('v', "verbose", &verbose, "show what has not changed as well"),
    OPT_COLOR(&color),
    {0},
};

static int read_number(const char *option, const char *text, double low, double high, double *out,
                       struct error *err)
{
    char *end;
    errno = 0;
    *out = strtod(text, &end);
    if (*text && !*end && !errno && *out >= low && *out <= high) /* NaN is neither */
        return 0;
    return error_set(err, ERROR_USAGE, "option '--%s' takes a number from %g to %g, not '%s'",
                     option, low, high, text);
}

static int read_options(struct compare_options *o, struct error *err)
{
    double points;
    if (read_number("alpha", alpha_text, 0, 1, &o->alpha, err) < 0 ||
        read_number("min-effect", effect_text, 0, 100, &points, err) < 0)
        return -1;
    o->min_effect = points / 100;
    o->fail_on = (enum severity)fail_on;
    return 0;
}

static int report_on(const struct comparison *c, const struct outputs *o, struct error *err)
{
    static const int statuses[] = {
        [VERDICT_PASSED] = EXIT_PASSED,
        [VERDICT_FAILED] = EXIT_FAILED,
        [VERDICT_INCONCLUSIVE] = EXIT_INCONCLUSIVE,
    };
    struct report_input input = {
        .kind = REPORT_COMPARISON, .comparison = c, .quiet = quiet, .verbose = verbose};
    return outputs_write(o, &input, err) < 0 ? command_fail(err) : statuses[c->value];
}

static int compare_files(char **argv, const struct compare_options *o, const struct outputs *out,
                         struct error *err)
{
    struct compared base = {0}, head = {0};
    int status;
    if (compared_load(&base, argv[0], err) < 0 || compared_load(&head, argv[1], err) < 0) {
        status = command_fail(err);
    } else {
        struct comparison c;
        compare_summaries(&c, &base.summary, &head.summary, o);
        status = report_on(&c, out, err);
        comparison_free(&c);
    }
    compared_free(&base);
    compared_free(&head);
    return status;
}

static int run_compare(int argc, char **argv, struct error *err)
{
    struct compare_options o;
    struct outputs outputs;
    (void)argc;
    messages_color(color);
    if (strcmp(argv[0], "-") == 0 && strcmp(argv[1], "-") == 0)
        return error_set(err, ERROR_USAGE, "only one side can be standard input"), EXIT_USAGE;
    if (read_options(&o, err) < 0 || outputs_open_as(&outputs, compare_formats, &reports, err) < 0)
        return command_fail(err);
    int status;
    if (outputs_spare(&outputs, "BASE", argv[0], err) < 0 ||
        outputs_spare(&outputs, "HEAD", argv[1], err) < 0)
        status = command_fail(err);
    else
        status = compare_files(argv, &o, &outputs, err);
    outputs_close(&outputs);
    return status;
}

extern const struct command cmd_compare;
const struct command cmd_compare = {
    .name = "compare",
    .args = "[OPTIONS] BASE HEAD",
    .summary = "say what got worse between two runs, and what got better",
    .about =
        "BASE and HEAD are each a journal (--journal FILE) or a JSON verdict (--report json=FILE) "
        "of 'drainctl scenario' or 'drainctl check'; '-' is standard input. Outcomes, broken "
        "expectations and defects are compared by Fisher's exact test, so that noise is not "
        "called a regression; facts of the target and latencies are shown. Repeat both sides "
        "(--repeat 5): how much runs differ among themselves is then part of the test.\n\nThe "
        "exit status is 1 when something got worse, 0 when nothing did, and 3 when nothing could "
        "be compared.",
    .examples = "  drainctl scenario --repeat 5 --report json=base.json tests/drain/\n"
                "  drainctl compare base.json head.json\n"
                "  drainctl compare base.json head.jsonl --report markdown\n",
    .options = options,
    .formats = compare_formats,
    .min_args = 2,
    .max_args = 2,
    .arguments = ARGS_JOURNALS,
    .exits = EXITS_COMPARE,
    .run = run_compare,
};
