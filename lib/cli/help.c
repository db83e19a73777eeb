#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/words.h"
#include "cli/manual.h"
#include "report/report.h"

enum { WIDTH = 80, MAX_COMMANDS = 32 };

void help_wrap(const char *text, int indent, int column)
{
    while (*text) {
        size_t len = strcspn(text, " \n");
        if (column > indent && column + 1 + (int)len > WIDTH) {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            putchar(' ');
            column++;
        }
        printf("%.*s", (int)len, text);
        column += (int)len;
        text += len;
        if (*text == '\n') {
            putchar('\n');
            if (text[1])
                printf("%*s", indent, "");
            column = indent;
        }
        text += *text != '\0';
    }
    putchar('\n');
}

void help_version(void)
{
    printf("drainctl %s\n", DRAINCTL_VERSION);
}

void help_overview(void)
{
    printf("usage: drainctl COMMAND [OPTIONS] [ARGS]\n\n");
    help_wrap(
        "drainctl starts an HTTP server, holds real requests open against it, tells it to stop, "
        "and says of every request whether it was completed, refused or cut off, and why.",
        0, 0);
    printf("\ncommands:\n");
    for (const struct command *const *c = commands; *c; c++)
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
    help_wrap(o->help, COLUMN, COLUMN);
}

const struct report_format *command_formats(const struct command *c)
{
    const struct option *o = c->options;
    while (o && o->name && o->kind != OPTION_REPORTS)
        o++;
    if (!o || !o->name)
        return NULL;
    return c->formats ? c->formats : report_formats;
}

static void print_formats(const struct command *c)
{
    const struct report_format *f = command_formats(c);
    if (f)
        printf("\nreport formats:\n");
    for (; f && f->name; f++) {
        printf("  %-12s", f->name);
        help_wrap(f->summary, 14, 14);
    }
}

void help_command(const struct command *c)
{
    static const struct option help = {.name = "help", .letter = 'h', .help = "print this"};
    printf("usage: drainctl %s %s\n\n", c->name, c->args);
    help_wrap(c->about ? c->about : c->summary, 0, 0);
    printf("\noptions:\n");
    for (const struct option *o = c->options; o && o->name; o++)
        print_option(o);
    print_option(&help);
    print_formats(c);
    if (c->examples)
        printf("\nexamples:\n%s", c->examples);
}

const struct command *command_find(const char *name, struct error *err)
{
    const char *known[MAX_COMMANDS] = {0};
    const struct command *match = NULL;
    int matches = 0;
    for (int i = 0; i < MAX_COMMANDS - 1 && commands[i]; i++) {
        known[i] = commands[i]->name;
        if (strcmp(name, known[i]) == 0)
            return commands[i];
        if (*name && strncmp(name, known[i], strlen(name)) == 0) {
            match = commands[i];
            matches++;
        }
    }
    if (matches == 1)
        return match;
    error_set(err, ERROR_USAGE,
              matches ? "'%s' could be several commands" : "there is no command '%s'", name);
    const char *near = matches ? NULL : words_nearest(name, known);
    if (near)
        error_hint(err, "did you mean '%s'?", near);
    else
        error_hint(err, "'drainctl help' lists the commands");
    return NULL;
}

static bool as_manual;

static const struct option options[] = {
    {"man", 0, OPTION_FLAG, &as_manual, NULL, "print the manual page, as man(7) source", 0, 0,
     NULL},
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
