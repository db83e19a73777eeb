/* Carrying out a trial (plan/trial.h): two runs like any others, read back and judged. */
#ifndef INIT_LOOK_H
#define INIT_LOOK_H

#include "init/trial.h"

/* Start the server twice, ask it for paths, stop it, and say in `f` what was seen; when it returns
 * nothing is left running. 0; -1 with err filled (ERROR_RUN: it could not be tried, ERROR_USAGE: an
 * option is wrong); or the number of the signal that interrupted it. */
int trial_run(struct trial_findings *f, const struct trial_options *o, struct error *err);

#endif
