/* Reports: a format is a folder and a row of a table. A report only writes down what the verdict
 * says; none computes a verdict. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/buf.h"
#include "base/error.h"
#include "check/audit.h"
#include "judge/judge.h"

struct comparison;   /* compare/compare.h */
struct storm_report; /* report/storm/storm.h */
struct skew;         /* skew/skew.h */

/* What a report is about. Each kind but the first two has a table of formats of its own. */
enum report_kind {
    REPORT_RUNS,       /* scenarios and loads, whose runs speak for themselves */
    REPORT_CHECK,      /* the runs of a battery, and the audit of them */
    REPORT_PLANS,      /* nothing was run (report/plans/plans.h) */
    REPORT_COMPARISON, /* report/compare/compare.h */
    REPORT_STORM,      /* report/storm/storm.h */
    REPORT_SKEW,       /* report/skew/skew_report.h */
    REPORT_KINDS
};

struct report_check {
    const struct audit *audit;
    const struct audit_input *audited; /* what the audit was made of */
    enum severity fail_on;             /* what it was weighed by: milder defects do not fail it */
    enum verdict_value verdict;        /* of the check as a whole */
};

struct report_plans {
    const struct plan *all;
    size_t count;
    int64_t descriptor_limit; /* of this machine; 0: not known */
};

struct report_input {
    enum report_kind kind;
    bool color; /* text only */
    int width;  /* text only, columns */
    bool verbose, quiet;
    /* REPORT_RUNS and REPORT_CHECK; no other kind has runs */
    const struct run_verdict *runs;
    size_t count;
    union { /* by kind; REPORT_RUNS has nothing more */
        struct report_check check;
        struct report_plans plans;
        const struct comparison *comparison;
        const struct storm_report *storm;
        const struct skew *skew;
    };
};

/* How a report is sent to an http:// or https:// address. */
struct report_push {
    const char *method, *content_type;
    const char *path;   /* of the address, when it has none; NULL: as it was given */
    const char *fields; /* environment variable with more header fields, or NULL */
    bool lines;         /* each line of the report is a body of its own; else all of it is one */
    /* What an answer with a status of 2xx says of the body that was sent. 0: all of it was taken;
     * -1: err says what was not. NULL: such an answer says nothing. */
    int (*check)(const char *answer, size_t len, struct error *err);
};

struct report_format {
    const char *name;
    const char *summary; /* for --help */
    void (*write)(const struct report_input *in, struct buf *out);
    const struct report_push *push; /* NULL: it goes to files only */
};

extern const struct report_format report_formats[]; /* ends with a NULL name */

/* The error of an answer that is not 2xx, with the beginning of what the receiver says. Returns
 * -1. */
int report_push_refused(int status, const char *answer, size_t len, struct error *err);

/* The format with this name, or NULL. */
const struct report_format *report_find(const char *name);

/* The verdict of the whole: of the check, or of all runs. For REPORT_RUNS and REPORT_CHECK. */
static inline enum verdict_value report_verdict(const struct report_input *in)
{
    return in->kind == REPORT_CHECK ? in->check.verdict : judge_overall(in->runs, in->count);
}

#endif
