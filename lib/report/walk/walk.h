/* One attempt of a run, walked through as a person reads a browser's network panel: was it sent, on
 * which connection, where did the time go, what came back, and what was going on around it. */
#ifndef REPORT_WALK_H
#define REPORT_WALK_H

#include "base/buf.h"
#include "judge/judge.h"

/* Text for people, wrapped at `width` columns. `run`: its number in the file, from 1. */
void walk_attempt(struct buf *out, const struct run_verdict *v, const struct attempt *a, int run,
                  int width);

#endif
