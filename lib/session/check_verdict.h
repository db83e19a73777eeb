/* From the runs of a battery to a score card and an exit status; for `check`, and for `report` on
 * the journal of a check. */
#ifndef SESSION_CHECK_VERDICT_H
#define SESSION_CHECK_VERDICT_H

#include "session/results.h"
#include "check/audit.h"
#include "report/report.h"

struct check_verdict {
    struct audit_input in;
    struct audit audit;
    struct baseline baseline;
    struct report_input report; /* what the reports need of it */
    int status;                 /* exit status */
};

/* Are these the runs of a check? */
bool check_verdict_applies(const struct results *r);

/* Audit them. Failed when a defect is at least as severe as `fail_on` and not in the baseline file
 * (NULL: none); inconclusive when the main run could not be carried out or too little was seen.
 * ERROR_USAGE when the baseline is not one. */
int check_verdict_open(struct check_verdict *a, const struct results *r, int fail_on,
                       const char *baseline_file, struct error *err);
void check_verdict_close(struct check_verdict *a);

/* Is this a baseline file? (NULL is.) To be asked before anything runs. */
int check_verdict_try_baseline(const char *file, struct error *err);

#endif
