/* The tables of lib/cli/completion/drainctl.zsh: a function a kind of value, and one a command. */
#include <stdio.h>
#include <string.h>

#include "cli/complete.h"

/* Text inside single quotes of zsh; `special` needs a backslash for the function that reads it. */
static void print_quoted(const char *text, const char *special)
{
    for (; *text; text++) {
        if (*text == '\'')
            printf("'\\''");
        else
            printf("%s%c", strchr(special, *text) ? "\\" : "", *text);
    }
}

static void add_word(const char *word, const char *about, void *arg)
{
    (void)arg;
    printf("        '");
    print_quoted(word, ":\\");
    printf(":");
    print_quoted(about, "\\");
    printf("'\n");
}

static void print_words(enum value_kind kind)
{
    const struct value_spec *spec = &value_specs[kind];
    if (!spec->each)
        return;
    printf("_drainctl_words_%s() {\n    local -a list=(\n", spec->name);
    spec->each(add_word, NULL);
    printf("    )\n    _describe -t %ss %s list\n}\n", spec->name, spec->name);
    if (kind >= VALUE_SIGNAL) /* the others know files too: the script has their functions */
        printf("_drainctl_value_%s() { _drainctl_words_%s }\n", spec->name, spec->name);
    printf("\n");
}

/* ":what:function" of _arguments */
static void print_action(const struct option *o)
{
    enum value_kind kind = value_of_option(o);
    printf(":");
    print_quoted(o->arg, ":\\");
    printf(":");
    if (kind == VALUE_CHOICE) {
        printf("(");
        for (int i = 0; o->words[i]; i++)
            printf("%s%s", i ? " " : "", o->words[i]);
        printf(")");
    } else if (kind == VALUE_FORMAT) { /* the blank: with these arguments and no others */
        printf(" _drainctl_value_format");
        for (int i = 0; o->words && o->words[i]; i++)
            printf(" %s", o->words[i]);
    } else if (kind == VALUE_FREE) {
        printf(" ");
    } else {
        printf("_drainctl_value_%s", value_specs[kind].name);
    }
}

static void print_option(const struct option *o)
{
    bool takes = o->kind != OPTION_FLAG;
    printf("        ");
    if (o->kind == OPTION_LIST || o->kind == OPTION_REPORTS)
        printf("'*'");
    if (o->letter)
        printf("'(-%c --%s)'{-%c%s,--%s%s}", o->letter, o->name, o->letter, takes ? "+" : "",
               o->name, takes ? "=" : "");
    else
        printf("--%s%s", o->name, takes ? "=" : "");
    printf("'[");
    print_quoted(o->help, "[]:\\");
    printf("]");
    if (takes)
        print_action(o);
    printf("' \\\n");
}

static void print_command(const struct command *c)
{
    enum value_kind kind = value_of_arguments(c);
    printf("_drainctl_of_%s() {\n    _arguments -s -S \\\n", c->name);
    for (const struct option *o = c->options; o && o->name; o++)
        print_option(o);
    printf("        '(- *)'{-h,--help}'[print this command'\\''s help]'");
    if (kind == VALUE_COMMAND_LINE)
        printf(" \\\n        '(-)1:command: _command_names -e' \\\n"
               "        '*::argument: _normal'");
    else if (kind != VALUE_FREE)
        printf(" \\\n        '%s:%s:_drainctl_value_%s'", c->max_args == 1 ? "1" : "*",
               value_specs[kind].name, value_specs[kind].name);
    printf("\n}\n\n");
}

void complete_zsh(void)
{
    for (int i = 0; i < VALUE_KINDS; i++)
        print_words((enum value_kind)i);
    for (const struct command *const *c = command_table; *c; c++)
        print_command(*c);
}
