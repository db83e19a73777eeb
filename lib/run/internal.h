/* What the files of lib/run share. */
#ifndef RUN_INTERNAL_H
#define RUN_INTERNAL_H

#include <regex.h>
#include <stdbool.h>
#include <uv.h>

#include "base/error.h"
#include "journal/journal.h"
#include "load/load.h"
#include "plan/plan.h"
#include "run/looks.h"
#include "run/run.h"
#include "process/target.h"
#include "run/folder.h"
#include "run/member.h"

/* What comes next in a freeze with turns. */
enum freeze_step { FREEZE_SIGNAL, FREEZE_TURNS, FREEZE_MAIN, FREEZE_LAST, FREEZE_THAWED };

/* A planned signal on its way: it waits for its moment, is frozen around, and sent. */
enum signal_state {
    SIGNAL_WAITING,  /* its moment has not come */
    SIGNAL_CHECKING, /* the count is reached; some of them are still in the accept queue */
    SIGNAL_DUE,      /* its moment came; the freeze has yet to begin */
    SIGNAL_FROZEN,   /* the target is stopped; the clients are writing */
    SIGNAL_SENT,     /* ... or the action begun */
    SIGNAL_STATES
};

struct pending_signal {
    struct run *run;
    const struct plan_signal *plan;
    int index;
    enum signal_state state;
    uv_timer_t timer; /* for `at` and `after`, the queue check, and each step of a freeze */
    bool has_regex;
    regex_t regex;
    int64_t written_before;   /* freeze: requests of the load written before it */
    int64_t wanted;           /* ... and the number to be written now */
    enum freeze_step step;    /* ... of one with turns */
    int turns;                /* ... and the number of them that the target has had */
    int64_t turns_until_ns;   /* they go on until then, if nothing is closed */
    bool alone;               /* ... of one with workers: it has none */
    struct target_kept *kept; /* ... connections that it may close; ours; NULL: not looked */
    int64_t thawed_ns;        /* ... when it went on for good */
    bool closing;             /* ... and it has begun to close them */
    int64_t deadline_ns;      /* freeze: when to go on regardless */
    int64_t restless_ns;      /* `still`: when the target was first seen to have none; 0: never */
    bool few_noted;           /* that the target takes few at a time was said */
    int64_t queued_ns;        /* since when some have waited in the accept queue; 0: none */
};

enum load_action { LOAD_START, LOAD_STOP, LOAD_RESUME, LOAD_READ_ON, LOAD_ACTIONS };

/* A load that starts, stops or goes on at an instant. */
struct load_timer {
    struct run *run;
    int load;
    enum load_action action;
    uv_timer_t timer;
};

enum run_stage { STAGE_STARTING, STAGE_RUNNING, STAGE_DRAINING, STAGE_ENDING };

struct registry;

/* What stands for the ${…} of the plan. */
struct run_place {
    char *folder;      /* ${dir}; NULL: the plan has one process */
    int *ports;        /* of each; 0: none */
    const char **urls; /* of each; borrowed; NULL: none */
};

/* How far it has come. */
struct run_moves {
    int64_t began_ns;
    int64_t loads_ns;        /* when the loads started */
    int64_t moves, moved_ns; /* attempts that began and ended so far, and when that last changed */
};

/* What is looked at beside the target and the loads. */
struct run_beside {
    struct outputs_wanted *outputs;
    struct page_look *page; /* NULL: no moment waits for one */
    struct rest *rest;      /* NULL: not begun */
    struct looks *looks;    /* NULL: nothing is */
};

struct run_clock {
    uv_timer_t timeout, ticker;
    uv_timer_t pulse; /* to see how late we are ourselves */
    int64_t pulse_due_ns;
    uv_prepare_t turn;
};

/* Signals to drainctl itself. */
struct run_stop {
    uv_signal_t on[3];
    int by;        /* signal number, or 0 */
    int gently_by; /* by this signal, gently */
};

/* What a waiting reader is told. */
struct run_announce {
    uv_timer_t timer;
    int64_t most; /* requests in flight so far */
    enum run_mark mark;
};

/* Whether the run is over, and how. */
struct run_ending {
    int64_t exited_ns; /* a run of one target: when its exit was seen; 0: not yet */
    bool target_exited;
    bool closed; /* the end was written */
    bool check;  /* something has ended: at the end of this turn, is it the run? */
    enum run_end how;
};

struct run {
    uv_loop_t loop;
    const struct plan *plan;
    struct journal *journal;
    const struct run_options *options;
    const struct life_events *events;
    struct run_place place;
    struct member *members; /* one for each process of the plan */
    int open_lives;         /* not yet closed */
    enum run_stage stage;
    struct run_moves progress;
    struct registry *registry; /* of the loads that go via it; NULL: none, or not watched yet */
    struct loads *loads;
    struct run_beside beside;
    struct pending_signal *signals;
    struct load_timer *timers; /* LOAD_ACTIONS for each load */
    struct run_clock clock;
    struct run_stop stop;
    struct run_announce announce;
    struct run_ending end;
};

/* moments.c: when signals are due. */
void moments_init(struct run *r);
void moments_target_started(struct run *r);
void moments_loads_started(struct run *r);
void moments_step(struct run *r, int load, int64_t request, enum phase phase);
void moments_held(struct run *r, int load);
void moments_line(struct run *r, int process, const char *text);
/* The process has become ready, has exited, or its listener has closed; the page was read. */
void moments_process(struct run *r, int process, enum when_kind kind);
/* Its moment comes this time from now. */
void moments_start_timer(struct pending_signal *s, int64_t ns);
/* extend.c: the SIGKILL that waits for its time comes to this process no sooner than `ns` from
 * now. */
void moments_extend(struct run *r, int process, int64_t ns);
/* It was started anew: a moment that waits for a status of it asks the new one. */
void moments_arm_status(struct run *r, int process);
/* Does the process not run, and will no action start it again? */
bool moments_gone_for_good(const struct run *r, int process);
/* Is there a signal or action that may still come? */
bool moments_pending(const struct run *r);
/* True when no signal that is still waiting can come any more: the loads it counts have ended. */
bool moments_hopeless(const struct run *r);
void moments_close(struct run *r);

/* The depth of the accept queues that requests of a load go through. 0: empty, or not known.
 */
int64_t run_queue_depth(const struct run *r, int load);
/* Does a proxy before the servers have fewer than n connections to them, so that of n requests of
 * the load it must still hold some? False without a proxy, or when it is not known. */
bool run_is_before_proxy(const struct run *r, int load, int64_t n);

/* send.c: sending around a freeze. freeze_look is called every few ms after freeze_begin, until it
 * says true: then the signal is sent, and the target goes on. */
void freeze_begin(struct pending_signal *s);
bool freeze_look(struct pending_signal *s);

/* schedule.c: loads that start and stop at instants. */
void schedule_init(struct run *r);
void schedule_loads_started(struct run *r);
void schedule_signal_sent(struct run *r, int signal);
void schedule_close(struct run *r);

/* announce.c: tells a waiting reader how many requests are in flight, or how far the run has come
 * (the first mark counts). */
void announce_mark(struct run *r, enum run_mark mark);
void announce_init(struct run *r);
void announce_step(struct run *r, enum phase phase);
void announce_close(struct run *r);

/* left.c: what the run would still wait for. */
bool run_waits_in_vain(const struct run *r, size_t load);
bool run_only_endless_left(const struct run *r);
bool run_moment_is_overdue(const struct run *r);
bool run_only_silent_left(const struct run *r);
bool run_is_silence_over(const struct run *r);
bool run_only_waiting_left(struct run *r);

/* outputs_wanted.c: what is written down of a line of output that is masked. */
void outputs_wanted_open(struct run *r);
void outputs_wanted_close(struct run *r);

/* ledger.c: the reference server's own record, copied into the journal. `fd` is closed then, and
 * becomes -1. */
int ledger_create(void);
void ledger_copy(struct journal *journal, int *fd);

/* place.c: the plan's words with names and ports in their place. Fresh; NULL for NULL. */
char *place_text(const struct run *r, const char *text);
/* How many processes of the start enter themselves in the registry, as far as the plan shows; 1 at
 * least. */
size_t place_count_entered(const struct plan *plan);
void place_target(const struct member *m, bool beside, struct plan_target *out);
void place_free(struct plan_target *t);

/* proxied.c: a line of a proxy's output: what it tells of an attempt is written down. */
void proxied_line(const struct life *l, const char *line);

/* program.c: the file of a program in PATH, or where servers lie beside it; fresh, or NULL. */
char *program_find(const char *name);

/* rest.c: the last look at what reference servers keep. It begins at the first call; true once it
 * is over, and `check` is set then. */
bool rest_is_over(struct run *r);
void rest_stop(struct run *r); /* the run ends all the same */
void rest_free(struct run *r);

/* page.c: the page that a moment waits for, and its files. They are read on a thread when the loads
 * start, and once more before the run ends, if the first target is there then. */
void page_begin(struct run *r);
/* The last look begins at the first call; true once it is over, and `check` is set then. */
bool page_is_over(struct run *r);
void page_stop(struct run *r); /* the run ends all the same */
void page_free(struct run *r);

/* finish.c */
void run_fail(struct run *r, const struct error *err);
void run_finish(struct run *r, enum run_end why);
void run_lives_closed(struct run *r); /* one, or all there were */

#endif
