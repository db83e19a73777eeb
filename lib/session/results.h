/* What the runs came to: histories, the verdicts on them, and the exit status of the whole. */
#ifndef SESSION_RESULTS_H
#define SESSION_RESULTS_H

#include <stddef.h>

#include "output/outputs.h"
#include "journal/history.h"
#include "judge/judge.h"

struct results {
    struct histories *files; /* verdicts point into these */
    size_t n_files, files_cap;
    struct run_verdict *runs;
    size_t count, cap;
};

/* Judge every run of a journal. The histories are taken over. */
int results_add(struct results *r, struct histories *h, struct error *err);
/* Passed, failed or inconclusive; it does not depend on how it is reported. */
int results_status(const struct results *r);
/* Write the reports. Returns the exit status; 3 with err filled when one could not be written. */
int results_report(const struct results *r, const struct outputs *o, bool quiet, bool verbose,
                   struct error *err);
void results_free(struct results *r);

#endif
