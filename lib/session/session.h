/* Carrying out a list of plans and reporting on them: what `scenario` and `check` share. */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "check/decided.h"
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
#define SESSION_OUTPUT_ROWS(o)                                                                     \
    OPT_REPORTS(&(o).reports, NULL, OUTPUTS_HELP),                                                 \
        OPT_FILE(0, "journal", &(o).journal_file, "FILE",                                          \
                 "keep everything that happened, for 'drainctl report'"),                          \
        OPT_FLAG('q', "quiet", &(o).quiet, "only the verdict, and no progress"),                   \
        OPT_FLAG('v', "verbose", &(o).verbose, "more of everything"), OPT_COLOR(&(o).color)

#define SESSION_OPTION_ROWS(o)                                                                     \
    OPT_INT('n', "repeat", &(o).repeat, 1, SESSION_MOST_REPEATS, "N", "do everything N times"),    \
        OPT_INT('j', "jobs", &(o).jobs, 1, SESSION_MOST_JOBS, "N",                                 \
                "carry out up to N runs at a time"),                                               \
        OPT_INT(0, "seed", &(o).seed, 0, INT64_C(1) << 53, "N", "seed of the random numbers"),     \
        OPT_DURATION('t', "timeout", &(o).timeout_ns,                                              \
                     "end each run after this long, whatever was planned"),                        \
        SESSION_OUTPUT_ROWS(o)

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
    struct decided decided; /* of a battery: which tries are needless */
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
