/* What is looked at beside the run for the shutdown checklist ("checklist" of a scenario): Go's
 * goroutines, gauges among the metrics, the target's entry in the registry. Each look is a `held`
 * event; what it means is the judge's matter. */
#ifndef RUN_LOOKS_H
#define RUN_LOOKS_H

#include <uv.h>

#include "journal/journal.h"
#include "plan/plan.h"

struct looks;

/* The target is ready: look from now on, every 20 ms. `url` is where it listens, `pid` what it is.
 * NULL when the plan asks for none of it. */
struct looks *looks_begin(uv_loop_t *loop, const struct plan *plan, struct journal *journal,
                          const char *url, int port, pid_t pid);
/* The target is gone: one last look at the registry, and no more after that. Accepts NULL. */
void looks_end(struct looks *all);
/* Once the loop has come to its end. Accepts NULL. */
void looks_free(struct looks *all);

/* registry_look.c: how many entries in the registry are the target's, and their state ("up" when
 * one is) into `state`; -1: it cannot be read, and `state` says why. `where` is file:FOLDER. */
int64_t registry_entries(const char *where, int port, pid_t pid, char *state, size_t size);
/* metrics_look.c: call `gauge` for each gauge of a page of metrics that counts what is under way
 * (in flight, active, busy, waiting, …), with its name and labels. */
void metrics_gauges(const char *page, void (*gauge)(void *arg, const char *name, int64_t value),
                    void *arg);

#endif
