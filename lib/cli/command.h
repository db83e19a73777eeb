/* A subcommand is one row in one file; its options are a table beside their variables. Parser,
 * --help, man page, completion and "did you mean" all come from these tables. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* docs/design.md, "Exit status". */
enum exit_status { EXIT_PASSED = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_INCONCLUSIVE = 3 };

enum option_kind {
    OPTION_FLAG,
    OPTION_STRING,
    OPTION_FILE,     /* a string; completion offers files */
    OPTION_FOLDER,   /* a string; completion offers folders */
    OPTION_FAULT,    /* a string; completion offers the faults of the reference server */
    OPTION_INT,      /* from min to max */
    OPTION_DURATION, /* ns */
    OPTION_ENUM,     /* the index into words */
    OPTION_SIGNAL,   /* its number */
    OPTION_PROFILE,  /* the platform */
    OPTION_LIST,     /* repeatable */
    OPTION_REPORTS,  /* as a list; FORMAT[=FILE], and --help prints the command's formats */
};

/* What the arguments of a command are: completion offers them. */
enum argument_kind {
    ARGS_NONE,         /* it takes none */
    ARGS_FREE,         /* cannot be known: an address, a number */
    ARGS_FILES,        /* any files */
    ARGS_JOURNALS,     /* files, and above all those that --journal has written */
    ARGS_SCENARIOS,    /* files, folders and names of built-in scenarios */
    ARGS_WORDS,        /* what `drainctl explain` explains */
    ARGS_PROFILES,     /* platforms */
    ARGS_COMMANDS,     /* subcommands of drainctl */
    ARGS_SHELLS,       /* shells with completion */
    ARGS_COMMAND_LINE, /* a command of the system with its arguments, after "--" */
};

struct option_list {
    const char **items;
    int count;
};

struct option {
    char letter;      /* or 0 */
    const char *name; /* long, without dashes; NULL ends the table */
    enum option_kind kind;
    union { /* where the value goes, by kind; what is there before is the default */
        bool *flag;
        const char **string;
        int64_t *number;
        int *choice;
        const struct profile **profile;
        struct option_list *list;
    } to;
    const char *arg;          /* "FILE", for --help; NULL for flags */
    const char *help;         /* one line, lower case, no full stop */
    int64_t min, max;         /* OPTION_INT */
    const char *const *words; /* OPTION_ENUM; OPTION_REPORTS of a command with its own formats */
};

/* One row of a command's table each: the letter (or 0), the name, the variable. The compiler checks
 * that the variable is of the kind's type. */
#define OPT_OF(KIND, member, l, n, p, a, ...)                                                      \
    {                                                                                              \
        .letter = (l), .name = (n), .kind = (KIND), .to.member = (p), .arg = (a),                  \
        .help = __VA_ARGS__                                                                        \
    }
#define OPT_FLAG(l, n, p, help)        OPT_OF(OPTION_FLAG, flag, l, n, p, NULL, help)
#define OPT_STRING(l, n, p, arg, help) OPT_OF(OPTION_STRING, string, l, n, p, arg, help)
#define OPT_FILE(l, n, p, arg, help)   OPT_OF(OPTION_FILE, string, l, n, p, arg, help)
#define OPT_FOLDER(l, n, p, arg, help) OPT_OF(OPTION_FOLDER, string, l, n, p, arg, help)
#define OPT_FAULT(l, n, p, arg, help)  OPT_OF(OPTION_FAULT, string, l, n, p, arg, help)
#define OPT_INT(l, n, p, least, most, arg, help)                                                   \
    OPT_OF(OPTION_INT, number, l, n, p, arg, help, .min = (least), .max = (most))
#define OPT_DURATION(l, n, p, help) OPT_OF(OPTION_DURATION, number, l, n, p, "DURATION", help)
#define OPT_ENUM(l, n, p, w, arg, help)                                                            \
    OPT_OF(OPTION_ENUM, choice, l, n, p, arg, help, .words = (w))
#define OPT_SIGNAL(l, n, p, help)    OPT_OF(OPTION_SIGNAL, choice, l, n, p, "SIGNAL", help)
#define OPT_PROFILE(l, n, p, help)   OPT_OF(OPTION_PROFILE, profile, l, n, p, "PLATFORM", help)
#define OPT_LIST(l, n, p, arg, help) OPT_OF(OPTION_LIST, list, l, n, p, arg, help)
#define OPT_REPORTS(p, w, help)                                                                    \
    OPT_OF(OPTION_REPORTS, list, 0, "report", p, "FORMAT[=FILE]", help, .words = (w))
#define OPT_COLOR(p)                                                                               \
    OPT_ENUM(0, "color", p, color_words, "WHEN", "when to use colours: auto, always or never")

/* What the exit statuses of a command mean (cli/exit_status.c). */
enum exit_set {
    EXITS_RUN,     /* a verdict */
    EXITS_PRINT,   /* it only prints */
    EXITS_INIT,    /* it tries a server and writes a file */
    EXITS_SERVE,   /* of the reference server */
    EXITS_STOP,    /* of what stops it */
    EXITS_NOTICE,  /* of what announces that */
    EXITS_WATCH,   /* of what polls */
    EXITS_COMPARE, /* of two runs */
    EXITS_STORM,   /* of simulated clients */
    EXITS_SKEW,    /* of an old page and a new deploy */
    EXITS_DEMO,    /* of what is only looked at */
};

struct report_format; /* report/report.h */
struct profile;       /* plan/profiles.h */

struct command {
    const char *name;
    const char *args;     /* "[OPTIONS] [FILE|FOLDER]..." */
    const char *summary;  /* one line for the list */
    const char *about;    /* a paragraph or more for `drainctl help NAME` and the manual page */
    const char *examples; /* lines, each a command a person could type; or NULL */
    const struct option *options;
    const struct report_format *formats; /* of its OPTION_REPORTS; NULL: report_formats */
    int min_args, max_args;              /* max -1: any number; "--" and what follows counts */
    enum argument_kind arguments;
    enum exit_set exits;
    /* Returns an exit status. On failure before there is a result: fill err and return its kind's
     * status through command_fail. */
    int (*run)(int argc, char **argv, struct error *err);
};

/* All commands, in the order of --help; ends with NULL. main() hands its table down before anything
 * reads it: the commands lie above this module. */
extern const struct command *const *command_table;

/* The formats of a command's reports, ending with a NULL name; NULL when it writes none. */
const struct report_format *command_formats(const struct command *c);

/* The command with this name, or the only one that begins with it. NULL and ERROR_USAGE with the
 * nearest one otherwise. */
const struct command *command_find(const char *name, struct error *err);

#endif
