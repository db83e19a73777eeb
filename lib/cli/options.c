#include "cli/options.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/duration.h"
#include "base/mem.h"
#include "base/signame.h"
#include "base/whole.h"
#include "base/words.h"
#include "cli/platform.h"

enum { MAX_OPTIONS = 64 };

/* --- storing a value, one function a kind --- */

static int store_string(const struct option *o, const char *value, struct error *err)
{
    (void)err;
    *o->to.string = value;
    return 0;
}

static int store_int(const struct option *o, const char *value, struct error *err)
{
    if (whole_parse(value, o->min, o->max, o->to.number))
        return 0;
    return error_set(err, ERROR_USAGE,
                     "option '--%s' takes a whole number from %" PRId64 " to %" PRId64 ", not '%s'",
                     o->name, o->min, o->max, value);
}

static int store_duration(const struct option *o, const char *value, struct error *err)
{
    if (duration_parse(value, o->to.number) == 0)
        return 0;
    error_set(err, ERROR_USAGE, "option '--%s' takes a duration, not '%s'", o->name, value);
    return error_hint(err, "a number and its unit: 250us, 250ms, 1.5s, 2m or 1h");
}

static int store_enum(const struct option *o, const char *value, struct error *err)
{
    for (int i = 0; o->words[i]; i++) {
        if (strcmp(o->words[i], value) != 0)
            continue;
        *o->to.choice = i;
        return 0;
    }
    error_set(err, ERROR_USAGE, "option '--%s' does not take '%s'", o->name, value);
    return words_hint_list(value, o->words, "one of", err);
}

static int store_list(const struct option *o, const char *value, struct error *err)
{
    (void)err;
    struct option_list *list = o->to.list;
    list->items = mem_resize(list->items, (size_t)list->count + 1, sizeof *list->items);
    list->items[list->count++] = value;
    return 0;
}

static int store_signal(const struct option *o, const char *value, struct error *err)
{
    *o->to.choice = signame_number(value);
    if (*o->to.choice)
        return 0;
    error_set(err, ERROR_USAGE, "there is no signal '%s'", value);
    return signame_hint(value, err);
}

static int store_profile(const struct option *o, const char *value, struct error *err)
{
    *o->to.profile = platform_find(value, err);
    return *o->to.profile ? 0 : -1;
}

static int (*const store[])(const struct option *o, const char *value, struct error *err) = {
    [OPTION_STRING] = store_string,   [OPTION_FILE] = store_string,
    [OPTION_FOLDER] = store_string,   [OPTION_FAULT] = store_string,
    [OPTION_INT] = store_int,         [OPTION_DURATION] = store_duration,
    [OPTION_ENUM] = store_enum,       [OPTION_SIGNAL] = store_signal,
    [OPTION_PROFILE] = store_profile, [OPTION_LIST] = store_list,
    [OPTION_REPORTS] = store_list,
};

/* --- walking over the words --- */

struct reader {
    const struct command *command;
    int argc, next;
    char **argv;
    struct error *err;
};

static int unknown_option(const struct reader *r, const char *what)
{
    const char *known[MAX_OPTIONS] = {"help"};
    for (int i = 0; r->command->options && r->command->options[i].name && i < MAX_OPTIONS - 2; i++)
        known[i + 1] = r->command->options[i].name;
    error_set(r->err, ERROR_USAGE, "'%s' has no option '%s'", r->command->name, what);
    char name[48] = "";
    strncat(name, what + strspn(what, "-"), sizeof name - 1);
    name[strcspn(name, "=")] = '\0';
    const char *near = name[0] && name[1] ? words_nearest(name, known) : NULL;
    if (near)
        return error_hint(r->err, "did you mean '--%s'?", near);
    return error_hint(r->err, "'drainctl help %s' lists its options", r->command->name);
}

/* `value` is what stands behind '=' or the letter; NULL when the next word is the value. */
static int take(struct reader *r, const struct option *o, const char *value)
{
    if (o->kind == OPTION_FLAG) {
        if (value)
            return error_set(r->err, ERROR_USAGE, "option '--%s' takes no value", o->name);
        *o->to.flag = true;
        return 0;
    }
    if (!value && r->next >= r->argc)
        return error_set(r->err, ERROR_USAGE, "option '--%s' needs a value, %s", o->name, o->arg);
    return store[o->kind](o, value ? value : r->argv[r->next++], r->err);
}

static int take_long(struct reader *r, const char *word)
{
    size_t len = strcspn(word + 2, "=");
    for (const struct option *o = r->command->options; o && o->name; o++)
        if (strlen(o->name) == len && strncmp(o->name, word + 2, len) == 0)
            return take(r, o, word[2 + len] ? word + 3 + len : NULL);
    if (strcmp(word, "--help") == 0)
        return OPTIONS_HELP;
    return unknown_option(r, word);
}

static const struct option *find_letter(const struct command *c, char letter)
{
    for (const struct option *o = c->options; o && o->name; o++)
        if (o->letter == letter)
            return o;
    return NULL;
}

/* "-qv", "-j4", "-j 4" */
static int take_letters(struct reader *r, const char *word)
{
    for (const char *p = word + 1; *p; p++) {
        const struct option *o = find_letter(r->command, *p);
        if (!o)
            return *p == 'h' ? (int)OPTIONS_HELP : unknown_option(r, word);
        bool flag = o->kind == OPTION_FLAG;
        if (take(r, o, !flag && p[1] ? p + 1 : NULL) < 0)
            return -1;
        if (!flag)
            break;
    }
    return 0;
}

static enum options_result check_count(const struct reader *r, int n)
{
    const struct command *c = r->command;
    if (n >= c->min_args && (c->max_args < 0 || n <= c->max_args))
        return OPTIONS_OK;
    if (n < c->min_args)
        error_set(r->err, ERROR_USAGE, "'%s' needs %s", c->name,
                  c->min_args == 1 ? "an argument" : "more arguments");
    else
        error_set(r->err, ERROR_USAGE, "'%s' does not take the argument '%s'", c->name,
                  r->argv[c->max_args]);
    error_hint(r->err, "usage: drainctl %s %s", c->name, c->args);
    return OPTIONS_BAD;
}

enum options_result options_parse(const struct command *command, int argc, char **argv, int *n_args,
                                  struct error *err)
{
    struct reader r = {.command = command, .argc = argc, .argv = argv, .err = err};
    bool only_args = false;
    *n_args = 0;
    while (r.next < argc) {
        char *word = argv[r.next++];
        int rc = 0;
        if (only_args || word[0] != '-' || word[1] == '\0')
            argv[(*n_args)++] = word;
        else if (strcmp(word, "--") == 0)
            only_args = true;
        else
            rc = word[1] == '-' ? take_long(&r, word) : take_letters(&r, word);
        if (rc)
            return rc < 0 ? OPTIONS_BAD : OPTIONS_HELP;
    }
    return check_count(&r, *n_args);
}

void options_free(const struct command *command)
{
    for (const struct option *o = command->options; o && o->name; o++) {
        if (o->kind != OPTION_LIST && o->kind != OPTION_REPORTS)
            continue;
        struct option_list *list = o->to.list;
        free(list->items);
        *list = (struct option_list){0};
    }
}
