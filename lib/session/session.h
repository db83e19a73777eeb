/* Carrying out a list of plans and reporting on them: what `scenario` and `check` share. */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "cli/command.h"
#include "output/outputs.h"
#include "session/recording.h"
#include "session/results.h"
#include "session/workers.h"

enum { SESSION_MOST_REPEATS = 10000, SESSION_MOST_JOBS = 256, SESSION_NO_SEED = -1 };

struct session_options {
    struct option_list reports;
    const char *journal_file;
    int64_t repeat, jobs, seed, timeout_ns;
    bool quiet, verbose;
    int color;
};

/* Their defaults. */
#define SESSION_DEFAULTS SESSION_DEFAULTS_WITH(1)
#define SESSION_DEFAULTS_WITH(most_jobs)                                                           \
    {                                                                                              \
        .repeat = 1, .jobs = (most_jobs), .seed = SESSION_NO_SEED                                  \
    }

/* Options that mean the same everywhere (docs/design.md), as rows for a command's table: those of
 * every command with a result, and those of commands that carry out runs. */
/* clang-format off: a row a line */
#define SESSION_OUTPUT_ROWS(o)                                                                     \
    {"report", 0, OPTION_REPORTS, &(o).reports, "FORMAT[=FILE]", OUTPUTS_HELP, 0, 0, NULL},        \
        {"journal",   0,                                                                           \
         OPTION_FILE, &(o).journal_file,                                                           \
         "FILE",      "keep everything that happened, for 'drainctl report'",                      \
         0,           0,                                                                           \
         NULL},                                                                                    \
        {"quiet", 'q', OPTION_FLAG, &(o).quiet, NULL, "only the verdict, and no progress",         \
         0,       0,   NULL},                                                                      \
        {"verbose", 'v', OPTION_FLAG, &(o).verbose, NULL, "more of everything", 0, 0, NULL},       \
    {                                                                                              \
        "color", 0, OPTION_ENUM, &(o).color, "WHEN", "when to use colours: auto, always or never", \
            0, 0, color_words                                                                      \
    }

#define SESSION_OPTION_ROWS(o)                                                                     \
    {                                                                                              \
        "repeat",   'n',                                                                           \
        OPTION_INT, &(o).repeat,                                                                   \
        "N",        "do everything N times",                                                       \
        1,          SESSION_MOST_REPEATS,                                                          \
        NULL},                                                                                     \
        {"jobs",     'j',                                                                          \
         OPTION_INT, &(o).jobs,                                                                    \
         "N",        "carry out up to N runs at a time",                                           \
         1,          SESSION_MOST_JOBS,                                                            \
         NULL},                                                                                    \
        {"seed",           0,   OPTION_INT, &(o).seed, "N", "for what is drawn by chance", 0,      \
         INT64_C(1) << 53, NULL},                                                                  \
        {"timeout",                                                                                \
         't',                                                                                      \
         OPTION_DURATION,                                                                          \
         &(o).timeout_ns,                                                                          \
         "DURATION",                                                                               \
         "end each run after this long, whatever was planned",                                     \
         0,                                                                                        \
         0,                                                                                        \
         NULL},                                                                                    \
        SESSION_OUTPUT_ROWS(o)
/* clang-format on */

struct session {
    const struct session_options *options;
    struct outputs outputs;
    struct recording recording;
    struct results results;
    struct job *jobs;
    size_t count;
    int interrupted; /* number of the signal that ended it early, or 0 */
    bool incomplete; /* something could not be carried out; it was said */
    /* Before session_carry_out; see struct workers. `adapt` is for one run at a time. */
    bool battery;
    void (*adapt)(void *arg, struct run_options *options, struct journal *journal);
    void *adapt_arg;
};

/* Open everything that is written to, before anything runs. Plans must outlive the session. */
int session_open(struct session *s, const struct session_options *options, const struct plan *plans,
                 size_t n_plans, struct error *err);
/* The plans are a battery for one server; each of them, in their order, wants to be alone for so
 * long after its signal (0: it goes beside others). */
void session_battery(struct session *s, const int64_t *alone_ns);
/* Run and judge all of it; what goes wrong with a run is said, and remembered. */
void session_carry_out(struct session *s);
/* Write the reports; `input` gives what goes beyond the runs (may be zeroed). Returns the exit
 * status, where `status` is the one of the verdict. */
int session_report(struct session *s, const struct report_input *input, int status,
                   struct error *err);
void session_close(struct session *s);

#endif
