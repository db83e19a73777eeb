/* Platform profiles: how each platform shuts a service down. Figures are defaults; each row says
 * where they come from and when that was read. */
#ifndef PLAN_PROFILES_H
#define PLAN_PROFILES_H

#include <stdbool.h>
#include <stdint.h>

#include "plan/plan.h"

struct profile {
    const char *name;
    const char *title;
    int signo;           /* the first signal */
    enum signal_to to;   /* whom it goes to */
    int64_t pre_stop_ns; /* a hook before the signal that eats into the grace; 0: none by default */
    int64_t grace_ns;    /* from the signal (or the hook's start) to the kill */
    int kill_signo;      /* what ends it; 0: nothing does */
    int64_t lag_ns;      /* how long new traffic may still arrive after the signal; 0: none: the
                            platform stops it first, or sends none at all */
    bool repeats;        /* the first signal may come more than once */
    const char *note;    /* what a person must know; one or two sentences */
    const char *source;  /* a title and an address */
    const char *date;    /* of the source, or when it was read: "2024-12" */
};

extern const struct profile profiles[]; /* ends with a NULL name */

/* The profile with this name, or NULL. */
const struct profile *profile_find(const char *name);
/* All names, ending with NULL, for an option's words. */
const char *const *profile_names(void);

#endif
