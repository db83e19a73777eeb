/* The storm of a run: what came to a server that was gone and is back. Private to lib/judge; the
 * figures are in struct storm_verdict. */
#ifndef JUDGE_STORM_H
#define JUDGE_STORM_H

#include "frontend/storm.h"
#include "judge/facts.h"

/* For the attempts of `load`, or of all loads (-1). False: the server was not away, or did not come
 * back. `s` owns its bins. */
bool storm_judge(struct storm_verdict *s, const struct run_verdict *v, const struct run_facts *f,
                 int64_t load);

#endif
