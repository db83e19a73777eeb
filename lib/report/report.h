/* Reports: each format is one file and one row of one table. A report only writes down what the
 * verdict says; none computes a verdict. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/buf.h"
#include "base/error.h"
#include "check/audit.h"
#include "judge/judge.h"

struct comparison;   /* compare/compare.h */
struct storm_report; /* report/storm/storm.h */
struct skew;         /* skew/skew.h */

struct report_input {
    const struct run_verdict *runs;
    size_t count;
    bool color; /* text only */
    int width;  /* text only, columns */
    bool verbose, quiet;
    /* of `drainctl check`; NULL for scenarios, whose runs speak for themselves */
    const struct audit *audit;
    const struct audit_input *audited;
    enum severity fail_on;      /* what the audit was weighed by: milder ones do not fail it */
    enum verdict_value verdict; /* of the check as a whole */
    /* of `drainctl plan`: nothing was run (report/plans.h) */
    const struct plan *plans;
    size_t n_plans;
    int64_t descriptor_limit; /* of this machine; 0: not known */
    /* of `drainctl compare` (report/compare.h); NULL otherwise */
    const struct comparison *comparison;
    /* of `drainctl storm`; NULL otherwise */
    const struct storm_report *storm;
    /* of `drainctl skew`; NULL otherwise */
    const struct skew *skew;
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

#endif
