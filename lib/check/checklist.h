/* `drainctl check --checklist`: one run whose end is the shutdown checklist
 * (judge/checklist.h). An ordinary scenario, made as those of the battery are. */
#ifndef CHECK_CHECKLIST_H
#define CHECK_CHECKLIST_H

#include "check/battery.h"

/* What is looked at beside the run; each may be NULL. As the keys of a scenario's "checklist". */
struct checklist_options {
    const char *pprof, *metrics, *registry, *pool_log;
};

/* A battery of that one run. ERROR_USAGE when an option does not make a valid scenario. */
int checklist_build(const struct battery_options *o, const struct checklist_options *c,
                    struct battery *battery, struct error *err);

#endif
