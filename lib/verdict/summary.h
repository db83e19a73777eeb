/* What a comparison needs of a set of runs, whether they were judged just now or read from a JSON
 * verdict (`--report json`). Times are ms since the first signal, NaN when not known. */
#ifndef VERDICT_SUMMARY_H
#define VERDICT_SUMMARY_H

#include "base/json.h"
#include "check/audit.h"
#include "judge/judge.h"

struct word_count {
    const char *word;
    int64_t count;
};

/* What people saw at a load with a frontend. */
struct users_summary {
    bool any; /* else the load has none, or the verdict is of a drainctl that did not know them */
    int64_t intentions, open;
    int64_t saw[SAW_COUNT]; /* they add up to `intentions` without `open` */
    double seconds_lost;
};

struct load_summary {
    const char *name;
    int64_t attempts;
    int64_t outcomes[OUTCOME_COUNT];
    int64_t phases[PHASE_COUNT][OUTCOME_COUNT]; /* at the first signal */
    bool by_phase;                              /* the phases are known */
    struct word_count *reasons;
    size_t n_reasons;
    double p50_ms, p99_ms;
    struct users_summary users;
};

struct expectation_summary {
    const char *text;
    enum verdict_value value;
    int64_t count, of; /* as in struct expectation_verdict */
};

struct target_summary {
    bool exited, killed;
    int exit_code, exit_signal;
    double exit_after_ms, listener_closed_after_ms;
    int64_t queue_lost; /* -1: not known */
    int64_t orphans;
};

struct run_summary {
    const char *scenario;
    enum verdict_value value;
    enum ground ground; /* GROUND_NONE: passed, or written by an older drainctl */
    const char *why;    /* or NULL */
    uint64_t sent;      /* a bit for each signal that was sent; 0: a control run */
    struct target_summary target;
    struct load_summary *loads;
    size_t n_loads;
    struct expectation_summary *expectations;
    size_t n_expectations;
};

/* A defect that a check looked for, with what it saw in each run. */
struct defect_summary {
    const char *id, *unit;
    enum severity severity;
    bool listed; /* found, and not only a consequence of another one */
    struct run_tally *seen;
    size_t n_seen;
};

struct verdict_summary {
    const char *name;    /* of the file, for people */
    const char *version; /* of the drainctl that judged it */
    enum verdict_value value;
    struct run_summary *runs;
    size_t n_runs;
    bool check; /* of `drainctl check`: what follows is filled */
    char grade; /* '?': none */
    struct defect_summary *defects;
    size_t n_defects;
    bool complete; /* the defects hold those that were looked for and not found, too */
    char **owned;  /* strings that were made for it */
    size_t n_owned, owned_cap;
    struct json_doc doc; /* what it was read from; zeroed when it was judged */
};

/* Runs must outlive it; `audit` is NULL for scenarios. `value` is of the whole. */
void summary_of_runs(struct verdict_summary *s, const char *name, const struct run_verdict *runs,
                     size_t n, const struct audit *audit, enum verdict_value value);
/* The inverse of the JSON report. Takes the document over, whatever the result. Keys that an older
 * drainctl did not write may be missing, those of a later one are passed over; what cannot be true
 * (a wrong type, a count below 0, outcomes that do not add up) is an error that names the place. */
int summary_of_json(struct verdict_summary *s, const char *name, struct json_doc *doc,
                    struct error *err);
void summary_free(struct verdict_summary *s); /* accepts a zeroed one */

/* Its attempts are what they seem: it was carried out. A run that is inconclusive is not, but for
 * one of which only nothing was expected. */
bool run_is_comparable(const struct run_summary *r);

#endif
