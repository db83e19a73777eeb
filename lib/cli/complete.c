#include "cli/complete.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/signame.h"
#include "cli/glossary.h"
#include "plan/builtin.h"
#include "plan/profiles.h"
#include "report/report.h"
#include "server/faults/faults.h"

enum { SIGNALS = 32, MAX_NAME = 128 };

static void each_format(complete_word *each, void *arg)
{
    for (const struct report_format *f = report_formats; f->name; f++)
        each(f->name, f->summary, arg);
}

static void each_scenario(complete_word *each, void *arg)
{
    for (const struct embedded *e = builtin_scenarios; e->name; e++) {
        char stem[MAX_NAME];
        snprintf(stem, sizeof stem, "%.*s", (int)strcspn(e->name, "."), e->name);
        each(stem, "built-in scenario", arg);
    }
}

static void each_signal(complete_word *each, void *arg)
{
    for (int n = 1; n < SIGNALS; n++)
        if (!isdigit((unsigned char)signame_name(n)[3])) /* "SIG16" is no name */
            each(signame_name(n), "signal", arg);
}

static void each_profile(complete_word *each, void *arg)
{
    for (const struct profile *p = profiles; p->name; p++)
        each(p->name, p->title, arg);
}

static void each_fault(complete_word *each, void *arg)
{
    each("list", "print the table of faults", arg);
    for (const struct fault *f = faults; f->id; f++)
        each(f->id, f->summary, arg);
}

static void each_command(complete_word *each, void *arg)
{
    for (const struct command *const *c = command_table; *c; c++)
        each((*c)->name, (*c)->summary, arg);
}

static void each_shell(complete_word *each, void *arg)
{
#define SHELL_NAME(name) #name,
    static const char *const names[] = {COMPLETION_SHELLS(SHELL_NAME) NULL};
    for (const char *const *name = names; *name; name++)
        each(*name, "shell", arg);
}

const struct value_spec value_specs[VALUE_KINDS] = {
    [VALUE_FREE] = {"free", NULL},
    [VALUE_FILE] = {"file", NULL},
    [VALUE_FOLDER] = {"folder", NULL},
    [VALUE_JOURNAL] = {"journal", NULL},
    [VALUE_COMMAND_LINE] = {"command_line", NULL},
    [VALUE_CHOICE] = {"choice", NULL},
    [VALUE_FORMAT] = {"format", each_format},
    [VALUE_SCENARIO] = {"scenario", each_scenario},
    [VALUE_SIGNAL] = {"signal", each_signal},
    [VALUE_PROFILE] = {"profile", each_profile},
    [VALUE_FAULT] = {"fault", each_fault},
    [VALUE_WORD] = {"word", explain_each},
    [VALUE_COMMAND] = {"command", each_command},
    [VALUE_SHELL] = {"shell", each_shell},
};

enum value_kind value_of_option(const struct option *o)
{
    static const enum value_kind kinds[] = {
        [OPTION_FLAG] = VALUE_FREE,       [OPTION_STRING] = VALUE_FREE,
        [OPTION_FILE] = VALUE_FILE,       [OPTION_INT] = VALUE_FREE,
        [OPTION_DURATION] = VALUE_FREE,   [OPTION_ENUM] = VALUE_CHOICE,
        [OPTION_LIST] = VALUE_FREE,       [OPTION_REPORTS] = VALUE_FORMAT,
        [OPTION_FOLDER] = VALUE_FOLDER,   [OPTION_SIGNAL] = VALUE_SIGNAL,
        [OPTION_PROFILE] = VALUE_PROFILE, [OPTION_FAULT] = VALUE_FAULT,
    };
    return kinds[o->kind];
}

enum value_kind value_of_arguments(const struct command *c)
{
    static const enum value_kind kinds[] = {
        [ARGS_NONE] = VALUE_FREE,          [ARGS_FREE] = VALUE_FREE,
        [ARGS_FILES] = VALUE_FILE,         [ARGS_JOURNALS] = VALUE_JOURNAL,
        [ARGS_SCENARIOS] = VALUE_SCENARIO, [ARGS_WORDS] = VALUE_WORD,
        [ARGS_PROFILES] = VALUE_PROFILE,   [ARGS_COMMANDS] = VALUE_COMMAND,
        [ARGS_SHELLS] = VALUE_SHELL,       [ARGS_COMMAND_LINE] = VALUE_COMMAND_LINE,
    };
    return kinds[c->arguments];
}
