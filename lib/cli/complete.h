/* What completion offers, from the same tables as --help: every kind of value, and the words of
 * those kinds that have words. One script a shell; it holds the words, so that completing starts
 * no drainctl. */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "cli/command.h"
#include "plan/builtin.h"

enum value_kind {
    VALUE_FREE, /* cannot be known: a number, a duration, a path on the server */
    VALUE_FILE,
    VALUE_FOLDER,
    VALUE_JOURNAL,      /* a file, "*.jsonl" first */
    VALUE_COMMAND_LINE, /* a command of the system and its arguments, after "--" */
    VALUE_CHOICE,       /* the option's own words */
    VALUE_FORMAT,       /* FORMAT or FORMAT=FILE; the option's own words, or report_formats */
    VALUE_SCENARIO,     /* a "*.json" file, a folder, or a word */
    VALUE_SIGNAL,       /* from here on: words and nothing else */
    VALUE_PROFILE,
    VALUE_FAULT,
    VALUE_WORD,
    VALUE_COMMAND,
    VALUE_SHELL,
    VALUE_KINDS
};

typedef void complete_word(const char *word, const char *about, void *arg);

struct value_spec {
    const char *name;                             /* in the scripts: "signal" */
    void (*each)(complete_word *each, void *arg); /* its words; NULL: it has none */
};
extern const struct value_spec value_specs[VALUE_KINDS];

/* What the value of an option is (not asked of flags), and the arguments of a command. */
enum value_kind value_of_option(const struct option *o);
enum value_kind value_of_arguments(const struct command *c);

/* The shells: complete_NAME writes the tables in that shell's words to standard output, and
 * lib/cli/completion/drainctl.NAME is the shell code around them. */
#define COMPLETION_SHELLS(X)   X(bash) X(zsh) X(fish)
#define COMPLETE_DECLARE(name) void complete_##name(void);
COMPLETION_SHELLS(COMPLETE_DECLARE)
#undef COMPLETE_DECLARE

extern const struct embedded completion_scripts[]; /* every file of lib/cli/completion */

#endif
