/* The CSV report's columns, and the row that they are written of. Private to lib/report. */
#ifndef REPORT_CSV_H
#define REPORT_CSV_H

#include "report/report.h"
#include "report/stages.h"

struct csv {
    struct buf *out;
    const struct run_verdict *v;
    size_t number;  /* of the run, from 1 */
    int64_t repeat; /* of its scenario, from 1 */
    int64_t zero_ns;
    const char *zero;
    struct attempt none;            /* stands for those of an intention that never became one */
    const struct attempt *a;        /* of a row of its own for an intention: id 0 */
    const struct intention *wanted; /* by a person, of which `a` is an attempt; NULL: by none */
    bool second;                    /* of a pair */
    struct stages stages;
};

/* `always`: also of an intention that never became an attempt. Ends with a NULL name. */
struct csv_column {
    const char *name;
    void (*write)(struct csv *c);
    bool always;
};
extern const struct csv_column csv_columns[];

#endif
