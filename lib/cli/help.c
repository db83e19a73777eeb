#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include "cli/wrap.h"
#include "report/report.h"
#include "server/server.h"

void help_version(void)
{
    printf("drainctl %s\n", DRAINCTL_VERSION);
    server_print_parts(stdout);
}

void help_overview(void)
{
    printf("usage: drainctl COMMAND [OPTIONS] [ARGS]\n\n");
    help_wrap(
        "drainctl starts an HTTP server, holds real requests open against it, tells it to stop, "
        "and says of every request whether it was completed, refused or cut off, and why.",
        0);
    printf("\ncommands:\n");
    for (const struct command *const *c = command_table; *c; c++)
        printf("  %-10s %s\n", (*c)->name, (*c)->summary);
    printf("\nexit status:\n"
           "  0 passed   1 failed   2 usage   3 inconclusive, or not carried out\n"
           "\n'drainctl help COMMAND' says more about each.\n");
}

static void print_option(const struct option *o)
{
    enum { COLUMN = 26 };
    char left[64];
    char letter[8] = "    ";
    if (o->letter)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    snprintf(left, sizeof left, "  %s--%s%s%s", letter, o->name, o->arg ? " " : "",
             o->arg ? o->arg : "");
    printf("%-*s", COLUMN, left);
    if (strlen(left) >= COLUMN)
        printf("\n%*s", COLUMN, "");
    help_wrap(o->help, COLUMN);
}

static void print_formats(const struct command *c)
{
    const struct report_format *f = command_formats(c);
    if (f)
        printf("\nreport formats:\n");
    for (; f && f->name; f++) {
        printf("  %-12s", f->name);
        help_wrap(f->summary, 14);
    }
}

void help_command(const struct command *c)
{
    static const struct option help = {.name = "help", .letter = 'h', .help = "print this"};
    printf("usage: drainctl %s %s\n\n", c->name, c->args);
    help_wrap(c->about ? c->about : c->summary, 0);
    printf("\noptions:\n");
    for (const struct option *o = c->options; o && o->name; o++)
        print_option(o);
    print_option(&help);
    print_formats(c);
    if (c->examples)
        printf("\nexamples:\n%s", c->examples);
}
