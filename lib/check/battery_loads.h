/* What the battery's runs are made of: a table of runs, each with its loads and signals. */
#ifndef CHECK_BATTERY_LOADS_H
#define CHECK_BATTERY_LOADS_H

#include "base/json_out.h"
#include "check/battery.h"
#include "check/roles.h"

/* Makes sense only with such a path. */
struct battery_needs {
    bool outlast;      /* one that takes longer than the platform's patience */
    bool slow;         /* one that takes a while */
    bool subscription; /* it tells what an answer without an end hides in the main run */
};

struct battery_run {
    run_set role; /* one of RUNS_MAP; 0 ends the table */
    const char *about;
    void (*loads)(struct json_out *j, const struct battery_options *o,
                  const struct battery_run *run);
    /* NULL: a control run, without a signal */
    void (*signals)(struct json_out *j, const struct battery_options *o,
                    const struct battery_run *run);
    struct battery_needs needs;
    bool page;         /* the page is read, and the target started anew, as in a deploy */
    bool tells_holder; /* with --quick too, where a subscription hides who holds the exit */
    bool over_socket;  /* only where the target's url is a socket file that all runs share */
    bool unwatched;    /* its health is not asked for: not even we are connected */
    bool dependencies; /* the connections that the target makes are looked for */
    bool restarts;     /* instead of a signal, the target is restarted */
    bool pid1;         /* the target is PID 1 of a namespace of its own */
    bool to_group;     /* the signal goes to the process group */
    int signo;         /* the first signal, when it is not the one asked for */
    int second;        /* second signal: its number, and how long after the first (or the start) */
    const char *after;
    const char *write;     /* of a freeze: when its load writes; NULL: before the signal */
    int64_t kill_after_ns; /* when the run is ended, if not after the grace */
    /* > 0: what it looks for is a matter of milliseconds, so that nothing else goes on until so
     * long after its signal; 0: it goes beside others */
    int64_t alone_ns;
};

/* Ends with role 0. The first one is `check --quick`. By value: the first ones find what is worst,
 * and stand in a check that was interrupted. */
extern const struct battery_run battery_runs[];

#endif
