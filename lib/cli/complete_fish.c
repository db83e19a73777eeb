/* The tables of lib/cli/completion/drainctl.fish: a function a kind of value, a line an option. */
#include <stdio.h>

#include "cli/complete.h"

/* In single quotes of fish only the quote and the backslash are special. */
static void print_quoted(const char *text)
{
    printf("'");
    for (; *text; text++)
        printf("%s%c", *text == '\'' || *text == '\\' ? "\\" : "", *text);
    printf("'");
}

static void add_word(const char *word, const char *about, void *arg)
{
    (void)arg;
    printf(" \\\n        ");
    print_quoted(word);
    printf(" ");
    print_quoted(about);
}

static void print_words(enum value_kind kind)
{
    const struct value_spec *spec = &value_specs[kind];
    if (!spec->each)
        return;
    printf("function __drainctl_words_%s\n    printf '%%s\\t%%s\\n'", spec->name);
    spec->each(add_word, NULL);
    printf("\nend\n");
    if (kind >= VALUE_SIGNAL) /* the others know files too: the script has their functions */
        printf("function __drainctl_value_%s\n    __drainctl_words_%s\nend\n", spec->name,
               spec->name);
    printf("\n");
}

static void print_values(const struct option *o)
{
    enum value_kind kind = value_of_option(o);
    if (kind == VALUE_FILE) {
        printf(" -r -F");
    } else if (kind == VALUE_FREE) {
        printf(" -x");
    } else if (kind == VALUE_CHOICE) {
        printf(" -x -a '");
        for (int i = 0; o->words[i]; i++)
            printf("%s%s", i ? " " : "", o->words[i]);
        printf("'");
    } else {
        printf(" -x -a '(__drainctl_value_%s", value_specs[kind].name);
        for (int i = 0; o->words && o->words[i]; i++)
            printf(" %s", o->words[i]);
        printf(")'");
    }
}

static void print_option(const struct command *c, const struct option *o)
{
    printf("complete -c drainctl -n '__drainctl_in %s' -l %s", c->name, o->name);
    if (o->letter)
        printf(" -s %c", o->letter);
    if (o->kind != OPTION_FLAG)
        print_values(o);
    printf(" -d ");
    print_quoted(o->help);
    printf("\n");
}

static void print_arguments(const struct command *c)
{
    enum value_kind kind = value_of_arguments(c);
    const char *name = value_specs[kind].name;
    if (kind == VALUE_COMMAND_LINE)
        printf("complete -c drainctl -n '__drainctl_behind %s' -a '(__drainctl_command_line)'\n",
               c->name);
    else if (kind == VALUE_FILE)
        printf("complete -c drainctl -n '__drainctl_in %s' -F\n", c->name);
    else if (kind != VALUE_FREE)
        printf("complete -c drainctl -n '__drainctl_in %s' -a '(__drainctl_value_%s)'\n", c->name,
               name);
}

void complete_fish(void)
{
    static const struct option help = {.name = "help", .letter = 'h', .help = "print the help"};
    for (int i = 0; i < VALUE_KINDS; i++)
        print_words((enum value_kind)i);
    printf("complete -c drainctl -f\n"
           "complete -c drainctl -n __drainctl_no_command -a '(__drainctl_words_command)'\n"
           "complete -c drainctl -n __drainctl_no_command -l version -s V -d 'print the version'\n"
           "complete -c drainctl -n __drainctl_no_command -l help -s h -d 'list the commands'\n");
    for (const struct command *const *c = command_table; *c; c++) {
        printf("\n");
        print_arguments(*c);
        for (const struct option *o = (*c)->options; o && o->name; o++)
            print_option(*c, o);
        print_option(*c, &help);
    }
}
