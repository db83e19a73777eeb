#include "cli/command.h"

#include <string.h>

#include "base/words.h"
#include "report/report.h"

enum { MAX_COMMANDS = 64 };

const struct command *const *command_table;

const struct report_format *command_formats(const struct command *c)
{
    const struct option *o = c->options;
    while (o && o->name && o->kind != OPTION_REPORTS)
        o++;
    if (!o || !o->name)
        return NULL;
    return c->formats ? c->formats : report_formats;
}

const struct command *command_find(const char *name, struct error *err)
{
    const char *known[MAX_COMMANDS] = {0};
    const struct command *match = NULL;
    int matches = 0;
    for (int i = 0; i < MAX_COMMANDS - 1 && command_table[i]; i++) {
        known[i] = command_table[i]->name;
        if (strcmp(name, known[i]) == 0)
            return command_table[i];
        if (*name && strncmp(name, known[i], strlen(name)) == 0) {
            match = command_table[i];
            matches++;
        }
    }
    if (matches == 1)
        return match;
    error_set(err, ERROR_USAGE,
              matches ? "'%s' could be several commands" : "there is no command '%s'", name);
    words_hint(matches ? "" : name, known, "'drainctl help' lists the commands", err);
    return NULL;
}
