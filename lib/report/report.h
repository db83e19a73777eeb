/* Reports: each format is one file and one row of one table. A report only writes down what the
 * verdict says; none computes a verdict. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/buf.h"
#include "base/error.h"
#include "judge/audit.h"
#include "judge/judge.h"

struct report_input {
    const struct run_verdict *runs;
    size_t count;
    bool color; /* text only */
    int width;  /* text only, columns */
    bool verbose, quiet;
    /* of `drainctl check`; NULL for scenarios, whose runs speak for themselves */
    const struct audit *audit;
    const struct audit_input *audited;
    const struct baseline *baseline; /* may be NULL */
    enum severity fail_on;           /* milder defects do not fail the check */
    enum verdict_value verdict;      /* of the check as a whole */
};

struct report_format {
    const char *name;
    const char *summary; /* for --help */
    void (*write)(const struct report_input *in, struct buf *out);
};

extern const struct report_format report_formats[]; /* ends with a NULL name */

/* The format with this name, or NULL. */
const struct report_format *report_find(const char *name);

#endif
