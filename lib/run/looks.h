/* What is looked at beside the run for the shutdown checklist ("checklist" of a scenario): Go's
 * goroutines, gauges among the metrics, the target's entry in the registry. Each look is a `held`
 * event; what it means is the judge's matter. */
#ifndef RUN_LOOKS_H
#define RUN_LOOKS_H

#include <uv.h>

#include "journal/journal.h"
#include "plan/plan.h"
#include "wire/etcd.h"

struct looks;

/* The target is ready: look from now on, every 20 ms. `url` is where it listens, `pid` what it is.
 * `registry` is the plan's, with its names replaced. NULL when the plan asks for none of it. */
struct looks *looks_begin(uv_loop_t *loop, const struct plan *plan, struct journal *journal,
                          const char *url, const char *registry, int port, pid_t pid);
/* The target is gone: one last look at the registry, and no more after that. Accepts NULL. */
void looks_end(struct looks *all);
/* Once the loop has come to its end. Accepts NULL. */
void looks_free(struct looks *all);

/* registry_look.c: how many entries in a registry of files are the target's, and their state
 * ("up" when one is) into `state`; -1: it cannot be read, and `state` says why. `where` is
 * file:FOLDER. */
int64_t registry_entries(const char *where, int port, pid_t pid, char *state, size_t size);
/* Is this entry the target's? Then its state is in `out`. */
bool registry_entry_is(const cJSON *entry, int port, pid_t pid, char *out, size_t size);

/* registry_etcd.c: the same of one in etcd. */
struct etcd_look {
    struct etcd_address address;
    char *token;
};
/* 0, or -1 with why in `state`: it is no address. */
int etcd_look_begin(struct etcd_look *l, const char *where, char *state, size_t size);
/* It waits for etcd, at most 2 s. */
int64_t etcd_look_entries(struct etcd_look *l, int port, pid_t pid, char *state, size_t size);
void etcd_look_end(struct etcd_look *l);
/* metrics_look.c: call `gauge` for each gauge of a page of metrics that counts what is under way
 * (in flight, active, busy, waiting, …), with its name and labels. */
void metrics_gauges(const char *page, void (*gauge)(void *arg, const char *name, int64_t value),
                    void *arg);

#endif
