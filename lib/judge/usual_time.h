/* How a path answers when the server was not told to stop. */
#ifndef JUDGE_USUAL_TIME_H
#define JUDGE_USUAL_TIME_H

#include "judge/judge.h"

/* The mean time in ms of the whole answers that ended before t0_ns (0: there was no signal), when
 * most of them took less than `limit_ms` (a few may have been held up, by a handshake that was
 * repeated, say); -1: not so, or there were none. Counted are those of `load` and of every other
 * load that makes the same request: where all of one are still open at the signal, only because a
 * busy machine had answered none of them yet, the others tell how long they take. */
double usual_ms(const struct run_verdict *v, int64_t t0_ns, int64_t load, double limit_ms);

#endif
