/* The tables of lib/cli/completion/drainctl.bash: functions that set `words` and `kind`. */
#include <stdio.h>

#include "cli/complete.h"

/* Words of ours hold letters, digits, '-', '_' and '.': they need no quotes within quotes. */
static void add_word(const char *word, const char *about, void *arg)
{
    int *n = arg;
    (void)about;
    printf("%s%s", (*n)++ ? " " : "", word);
}

static void print_words(void)
{
    printf("_drainctl_words() { # KIND\n    case $1 in\n");
    for (int i = 0; i < VALUE_KINDS; i++) {
        int n = 0;
        if (!value_specs[i].each)
            continue;
        printf("    %s) words='", value_specs[i].name);
        value_specs[i].each(add_word, &n);
        printf("' ;;\n");
    }
    printf("    esac\n}\n\n");
}

static void print_options(void)
{
    printf("_drainctl_options() { # COMMAND\n    case $1 in\n");
    for (const struct command *const *c = command_table; *c; c++) {
        printf("    %s) words='", (*c)->name);
        for (const struct option *o = (*c)->options; o && o->name; o++)
            printf("--%s ", o->name);
        printf("--help%s' ;;\n", (*c)->arguments == ARGS_COMMAND_LINE ? " --" : "");
    }
    printf("    esac\n}\n\n");
}

static void print_value(const struct command *c, const struct option *o)
{
    printf("    '%s --%s'", c->name, o->name);
    if (o->letter)
        printf(" | '%s -%c'", c->name, o->letter);
    printf(") kind='%s'", value_specs[value_of_option(o)].name);
    if (o->words) {
        printf(" words='");
        for (int i = 0; o->words[i]; i++)
            printf("%s%s", i ? " " : "", o->words[i]);
        printf("'");
    }
    printf(" ;;\n");
}

static void print_values(void)
{
    printf("_drainctl_value() { # COMMAND OPTION: false when it takes no value\n"
           "    case \"$1 $2\" in\n");
    for (const struct command *const *c = command_table; *c; c++)
        for (const struct option *o = (*c)->options; o && o->name; o++)
            if (o->kind != OPTION_FLAG)
                print_value(*c, o);
    printf("    *) return 1 ;;\n    esac\n}\n\n");
}

static void print_arguments(void)
{
    printf("_drainctl_arguments() { # COMMAND\n    case $1 in\n");
    for (const struct command *const *c = command_table; *c; c++)
        printf("    %s) kind='%s' ;;\n", (*c)->name, value_specs[value_of_arguments(*c)].name);
    printf("    *) kind=free ;;\n    esac\n}\n\n");
}

void complete_bash(void)
{
    print_words();
    print_options();
    print_values();
    print_arguments();
}
