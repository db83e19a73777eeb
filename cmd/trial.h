/* Carrying out a trial (plan/trial.h): two runs like any others, read back and judged. */
#ifndef CMD_TRIAL_H
#define CMD_TRIAL_H

#include "plan/trial.h"

/* Start the server twice, ask it for paths, stop it, and say in `f` what was seen; when it returns
 * nothing is left running. 0; -1 with err filled (ERROR_RUN: it could not be tried, ERROR_USAGE: an
 * option is wrong); or the number of the signal that interrupted it. */
int trial_run(struct trial_findings *f, const struct trial_options *o, struct error *err);

#endif
