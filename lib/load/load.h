/* The clients of a run: libcurl's multi interface on the caller's libuv loop. Writes every attempt
 * into the journal as it happens and calls back at each step; decides nothing about good or bad. */
#ifndef LOAD_LOAD_H
#define LOAD_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "plan/plan.h"

struct uv_loop_s;
struct journal;
struct loads; /* all loads of one run */

/* What the run is told while it happens. Called from inside the loop; may call loads_* but not
 * loads_free. `phase` is PHASE_CONNECTING at the start, then SENDING, WAITING, RECEIVING, DONE. */
struct loads_callbacks {
    void (*step)(void *arg, int load, int64_t request, enum phase phase);
    void (*held)(void *arg, int load);  /* every client of a held load waits for loads_release */
    void (*ended)(void *arg, int load); /* it starts no more attempts and has none open */
    void *arg;
};

/* Counts of one load, always consistent: started = open + done. */
struct load_counts {
    int64_t started; /* attempts */
    int64_t done;
    int64_t in_flight; /* request handed to the kernel in full, answer not complete */
    int64_t answered;  /* by HTTP, with another status than 400 */
    int64_t strange;   /* had their request written, and ended without such an answer */
    int64_t written;   /* attempts that ever reached PHASE_WAITING */
    bool begun, held, ended;
};

/* Where loads go. */
struct registry;

struct loads_places {
    const char *const *urls; /* the base URL of each process of the plan, ${port} already replaced;
                                NULL for one that no load goes to */
    struct registry *registry; /* watched already, and outlives the loads; or NULL */
};

/* The plan, journal and loop outlive it. NULL and ERROR_RUN when the plan needs more descriptors
 * than this process may have, naming both numbers. */
struct loads *loads_new(struct uv_loop_s *loop, const struct plan *plan,
                        const struct loads_places *places, struct journal *journal,
                        const struct loads_callbacks *callbacks, struct error *err);

/* Start a load's clients (a `held` load: up to the point where it waits). */
void loads_begin(struct loads *l, int load);
/* Let the clients of a held load send their next request, and go on as usual after it. */
void loads_release(struct loads *l, int load);
/* Let `n` of those that wait, the first ones, send one request and end; the others wait on. */
void loads_release_some(struct loads *l, int load, int64_t n);
/* From now on the load's clients read as fast as they can. */
void loads_read_on(struct loads *l, int load);
/* No new attempts; open ones go on. `why` goes into the load-end event ("stop", "target-exited").
 */
void loads_stop(struct loads *l, int load, const char *why);
/* End all: open attempts are written to the journal as ended by us, `why` "run-ended". */
void loads_abort(struct loads *l);

struct load_counts loads_counts(const struct loads *l, int load);
bool loads_all_ended(const struct loads *l);

/* Close all handles; `closed` is called from the loop when none is left and the memory is freed.
 * NULL is allowed for `closed`. */
void loads_free(struct loads *l, void (*closed)(void *arg), void *arg);

#endif
