/* drainctl profiles: the platforms' shutdown sequences, each with the source of its figures. */
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/signame.h"
#include "cli/command.h"
#include "cli/platform.h"
#include "cli/wrap.h"

static const char *const to_words[] = {"process", "group", "every process", "listener"};

static const char *or_none(int64_t ns, char *out, size_t size)
{
    return ns ? duration_format(ns, out, size) : "-";
}

static void print_table(void)
{
    char grace[32], lag[32];

    printf("%-14s %-8s %-13s %6s %-8s %5s  %s\n", "profile", "signal", "to", "grace", "then", "lag",
           "what it is");
    for (const struct profile *p = profiles; p->name; p++)
        printf("%-14s %-8s %-13s %6s %-8s %5s  %s\n", p->name, signame_name(p->signo),
               to_words[p->to], duration_format(p->grace_ns, grace, sizeof grace),
               p->kill_signo ? signame_name(p->kill_signo) : "-",
               or_none(p->lag_ns, lag, sizeof lag), p->title);
    printf("\nlag: how long new requests may still arrive after the signal. all figures are\n"
           "defaults; 'drainctl profiles NAME' says where they come from\n");
}

static void print_row(const char *label, const char *value)
{
    printf("  %-10s %s\n", label, value);
}

/* Text in lines of at most 80 columns, the label before the first. */
static void print_wrapped(const char *label, const char *text)
{
    printf("  %-10s ", label);
    help_wrap(text, 13);
}

static void print_profile(const struct profile *p)
{
    char text[32];

    printf("%s: %s\n", p->name, p->title);
    printf("  %-10s %s, to %s%s\n", "signal", signame_name(p->signo),
           p->to == TO_PROCESS ? "the main process"
           : p->to == TO_GROUP ? "every process of the group"
                               : "every process",
           p->repeats ? ", perhaps more than once" : "");
    print_row("pre-stop", p->pre_stop_ns ? duration_format(p->pre_stop_ns, text, sizeof text)
                                         : "none by default");
    print_row("grace", duration_format(p->grace_ns, text, sizeof text));
    print_row("then", p->kill_signo ? signame_name(p->kill_signo) : "nothing");
    print_row("lag", p->lag_ns ? duration_format(p->lag_ns, text, sizeof text)
                               : "no new requests after the signal");
    print_wrapped("note", p->note);
    print_wrapped("source", p->source);
    print_row("date", p->date);
}

static int run(int argc, char **argv, struct error *err)
{
    const struct profile *p;

    if (argc == 0) {
        print_table();
        return EXIT_PASSED;
    }
    if (!(p = platform_find(argv[0], err)))
        return EXIT_USAGE;
    print_profile(p);
    return EXIT_PASSED;
}

static const struct option options[] = {{0}};

extern const struct command cmd_profiles;
const struct command cmd_profiles = {
    .name = "profiles",
    .args = "[NAME]",
    .summary = "the platforms' shutdown sequences",
    .about = "Lists how each platform shuts a service down: its signal, its grace period, what it "
             "does when that is over, and how long new requests may still arrive. With NAME, one "
             "of them with the source and date of its figures.",
    .examples = "  drainctl profiles\n  drainctl profiles kubernetes\n",
    .options = options,
    .min_args = 0,
    .max_args = 1,
    .arguments = ARGS_PROFILES,
    .exits = EXITS_PRINT,
    .run = run,
};
