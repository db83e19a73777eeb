/* A plan: everything a run will do and everything that will be expected of it, as data. No I/O and
 * no clock. A scenario file, a built-in battery and the head of a journal all make this struct.
 * Times are nanoseconds. Strings belong to the plan. Indices of -1 mean "none". */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/json.h"
#include "plan/plan_load.h"
#include "words/acts.h"
#include "words/proxies.h"
#include "words/words.h"

struct buf;

enum target_kind {
    TARGET_REFERENCE,
    TARGET_COMMAND,
    TARGET_ATTACH,
    TARGET_URL, /* only an address: no process that is known, so nothing can be sent to it */
};

struct plan_ready {
    char *path;        /* HTTP: this path … */
    int status;        /* … answers with this status (200) */
    char *log;         /* or: a line of output matches this POSIX extended regex */
    bool port;         /* or: the port accepts connections */
    bool notify;       /* or: it says READY=1 on NOTIFY_SOCKET */
    int64_t within_ns; /* 10 s */
};

struct plan_target {
    enum target_kind kind;
    /* reference: options for `drainctl serve`, "--drain-timeout", "10s", …; command: the command.
     * NULL-terminated. ${port} is replaced when the run has picked one (plan_expand). */
    char **argv;
    pid_t pid;             /* attach */
    char *url;             /* "http://127.0.0.1:${port}", "unix:/run/app.sock"; NULL only for attach
                              without loads: the process alone is followed */
    struct plan_pair *env; /* added to the environment; PORT is always set */
    size_t n_env;
    char *cwd; /* or NULL */
    struct plan_ready ready;
    char *health_ready;     /* path polled from the signal on, to see readiness turn; or NULL */
    char *health_live;      /* path polled to see that liveness stays; or NULL */
    bool health_early;      /* polled from the loads' start on, not only from the signal on */
    bool clear_socket;      /* before the start, remove its Unix socket if it has no listener */
    bool dependencies;      /* the connections that it makes are looked for */
    bool holdings;          /* how many descriptors, locks and threads it holds is looked at */
    bool notify;            /* it has a NOTIFY_SOCKET, and what it says there is written down */
    bool socket_activation; /* drainctl binds the socket of its url, and passes it (LISTEN_FDS) */
    bool pid1;              /* as PID 1 of a PID namespace of its own (pid_namespaces(7)) */
};

/* "checklist": the shutdown checklist is judged, and what it needs is looked at. Each of the texts
 * is NULL when it was not given. */
struct plan_checklist {
    bool asked;
    char *pprof;    /* URL of Go's goroutine profile with debug=1 */
    char *metrics;  /* path or URL of the metrics, in Prometheus' text format */
    char *registry; /* file:FOLDER or etcd://… */
    char *pool_log; /* a line of the target's output says so that its pool is closed: POSIX
                       extended regex, in any case */
};

/* A process of the plan beside the first target: another target, a service, or the command of an
 * action. */
struct plan_process {
    char *name;
    bool service;     /* helps the targets: when it ends unasked, the run cannot be carried out */
    bool later;       /* its first action starts it: it is not started with the others */
    bool action;      /* the command of an action, which ends by itself */
    enum proxy proxy; /* a service that stands in front of targets, configured by drainctl */
    int *servers;     /* ... of these (plan_process) */
    size_t n_servers;
    struct plan_target target;
    struct plan_pair *files; /* written into the run's folder before anything starts */
    size_t n_files;
};

enum when_kind {
    WHEN_AT,              /* at_ns after the loads started */
    WHEN_IN_FLIGHT,       /* n requests of `load` written and not answered in full, none of them
                             still in the listener's accept queue */
    WHEN_REQUEST,         /* request number n (from 1) of `load` is in `phase` */
    WHEN_LOG,             /* a line of the target's output matches `regex` */
    WHEN_STATUS,          /* GET `path` answers `status` */
    WHEN_AFTER,           /* at_ns after signal number `of` */
    WHEN_LISTENER_CLOSED, /* the target's port has no listener any more */
    WHEN_STARTED,         /* at_ns after the target was started, ready or not */
    WHEN_READY,           /* the process becomes ready, after the loads started */
    WHEN_EXITED,          /* the process exits */
    WHEN_PAGE,            /* the page `path` of the first target was read, and all that it names */
};

struct plan_when {
    enum when_kind kind;
    int64_t at_ns;
    int load;
    int64_t n;
    enum phase phase;
    char *regex;
    char *path;
    int status;
    int of;
    int process; /* log, status, listener_closed, ready, exited: whose */
    /* at, in_flight, request: and the target's process tree and its listeners have not changed for
     * this time; request: and its accept queue is empty; 0: not asked */
    int64_t still_ns;
};

enum signal_to { TO_PROCESS, TO_GROUP, TO_TREE, TO_LISTENER };

enum freeze_write {
    WRITE_BEFORE, /* all clients before the signal */
    WRITE_AFTER,  /* a few before it, a third within milliseconds after the target goes on, and the
                     others within milliseconds after it began to close */
    WRITE_TURNS, /* a few before it, a few right behind it, and the others in the pauses of a target
                     that goes on for a fraction of a millisecond at a time */
    WRITE_WORKERS, /* a few before it, and the others when the main process has acted on it, and its
                      workers are still stopped; without workers, behind the signal */
};

/* A signal or another action, with its moment. */
struct plan_signal {
    enum act act;
    int process; /* whom it is for (plan_process) */
    int signo;   /* 0: none is sent */
    int64_t notice_ns;
    int command; /* run, notice: the process that carries it out; restart: the one that runs between
                    the end and the start; -1: none */
    int server;  /* tell: which one's state */
    enum proxy_state state;
    enum signal_to to;
    struct plan_when when;
    /* Load to freeze, or -1. That load is `held`: with reuse, each of its clients makes one request
     * to open its connection and then waits; with new connections it waits at once. When `when` is
     * true and all its clients wait, the target and all its processes are stopped (SIGSTOP), each
     * client writes one request, the kernel is asked where those lie, this signal is queued, and
     * the target goes on (SIGCONT). */
    int freeze;
    enum freeze_write write;
    char *text; /* the moment in words, "long in flight >= 50" */
};

enum bound_op { BOUND_EQ, BOUND_LE, BOUND_GE, BOUND_LT, BOUND_GT };

/* "0", "100%", ">= 95%", "< 3"; durations are given in ns with is_duration. */
struct plan_bound {
    enum bound_op op;
    double value;
    bool percent;
    bool times; /* of the normal rate: "3x" */
    bool is_duration;
};

/* A bound as people read it: "≤ 200 ms", or in words, "at most 200ms". */
enum bound_style { BOUND_SIGNS, BOUND_WORDS };
void bound_add(struct buf *out, const struct plan_bound *b, enum bound_style style);

/* A step of a shutdown: an event of the process, or a line of its output. */
struct plan_step {
    char *name;  /* as the scenario has it */
    char *regex; /* the line of output that shows it; NULL: the event `kind` */
    int kind;    /* EXPECT_EXIT, EXPECT_LISTENER or EXPECT_NOT_READY; -1: a signal */
};

enum expect_kind {
    EXPECT_OUTCOME,       /* load: attempts with `outcome` */
    EXPECT_REASON,        /* load: attempts with `reason`, `status` for status-NNN */
    EXPECT_TOLD_TO_CLOSE, /* load: of the whole answers whose last byte came after the first signal,
                             those that carried Connection: close */
    EXPECT_BY_PROXY,      /* load: attempts that the proxy answered itself, and no server */
    EXPECT_PROCESSED,     /* load: attempts that the server is known to have processed */
    EXPECT_LATENCY,       /* load: percentile `percentile` of whole answers, from intended start */
    EXPECT_SAW,           /* load with a frontend: intentions that were seen as `saw` */
    EXPECT_USER_SECONDS,  /* ... user-seconds lost */
    EXPECT_ORDERS,        /* orders, by the servers' lists: of a load's or a process's */
    EXPECT_PEAK,          /* load: most attempts per 100 ms once the server is back */
    EXPECT_EXIT,          /* target exit: code, signal, within, not_before */
    EXPECT_LISTENER,      /* target listener-closed: within, not_before, before, queue_lost */
    EXPECT_NOT_READY,     /* target not-ready: within, not_before, before */
    EXPECT_LIVE,          /* target live: `health_live` answers 200 as long as it answers at all */
    EXPECT_ORPHANS,       /* target orphans: processes left behind, count */
    EXPECT_OUTPUT,        /* target output: a line matches `regex` (or, absent, none does) */
    EXPECT_CHECKLIST,     /* target checklist: no row is broken, and at least `count` are fine */
    EXPECT_STEPS,         /* a process's `steps` come in this order */
    EXPECT_LEDGER,        /* this number of records of a kind in a reference server's ledger */
    EXPECT_POOL,          /* a reference server's pool at the end */
    EXPECT_QUEUE,         /* ... its jobs */
    EXPECT_REGISTRY,      /* when its entry in the registry was marked, and gone */
};

/* Which lives of a process an expectation is about, when no number says so: each that was told to
 * go; or (not said) each that was told other than by SIGKILL, and the first when there is none. */
enum { LIFE_EVERY = -1, LIFE_NOT_SAID = -2 };

/* Whose doing is expected. */
struct expect_whose {
    int process;  /* of the target: which (plan_process) */
    int64_t life; /* of the process: how often it had been started before; or LIFE_… */
};

struct expect_steps {
    struct plan_step *at;
    size_t n;
};

struct expect_exit {
    int code;  /* exit code; -1: not asked */
    int signo; /* death by this signal; 0: not asked */
};

struct expect_when {
    int64_t within_ns;     /* after the first signal; -1: not asked */
    int64_t not_before_ns; /* after the first signal; -1: not asked */
    int before;            /* an enum expect_kind whose event must come later; -1: not asked */
};

struct expect_output {
    char *regex;
    bool absent;
};

struct plan_expect {
    enum expect_kind kind;
    char *text;  /* as reports show it, "long: 100% completed" */
    int element; /* of the scenario's "expect", from 0: one of those may make several of these */
    struct expect_whose whose;
    struct expect_steps steps;
    const char *record; /* ledger, orders, pool, queue, registry: which number; not owned */
    int load;           /* -1: all loads together ("*") */
    int phase;          /* only attempts in this phase at the first signal; -1: all */
    enum outcome outcome;
    enum reason reason;
    int status; /* for REASON_STATUS */
    enum saw saw;
    int percentile; /* 50, 90, 99 or 100 for max */
    struct plan_bound bound;
    struct expect_exit exit;
    struct expect_when when;
    int64_t queue_lost; /* most connections reset in the accept queue; -1: not asked */
    int64_t count;      /* orphans: exactly this many; checklist: at least */
    struct expect_output output;
};

/* Where a plan came from. */
struct plan_from {
    char *file;   /* NULL for a built-in one */
    char *source; /* the scenario as compact JSON: the head of a journal carries it */
};

struct plan_others {
    struct plan_process *at;
    size_t n;
};

/* The platform that is played. */
struct plan_platform {
    char *profile;       /* plan/profiles.h, or NULL: its kill follows the first signal after its
                            grace */
    int64_t pre_stop_ns; /* of that grace, what a hook before the signal takes; 0: no hook */
};

struct plan {
    char *name, *about;
    struct plan_from from;
    char *target_name; /* "target", or the first name in "targets" */
    struct plan_target target;
    struct plan_others others; /* beside that one; the first target is process 0 (plan_process) */
    bool several;              /* it has "targets", "services", "actions" or "registry" */
    bool names; /* ... and ${dir} and ${NAME.port} are known in it: not in a run of a check, whose
                   command line is a person's own */
    char *registry; /* "file:FOLDER" or "etcd://…"; or NULL */
    struct plan_load *loads;
    size_t n_loads;
    struct plan_signal *signals; /* and, behind them, the actions */
    size_t n_signals;
    struct plan_expect *expects;
    size_t n_expects;
    struct plan_checklist checklist;
    struct plan_platform platform;
    bool audit;         /* expects nothing: its run is material for an audit (judge/audit.h) */
    int64_t timeout_ns; /* of the whole run; 60 s */
    uint64_t seed;
};

/* Parse a scenario. The plan is complete (defaults filled in, names resolved to indices) or the
 * error says file, line, column, JSON path, what was expected and the nearest known word. */
int plan_parse(const struct json_doc *doc, struct plan *plan, struct error *err);
/* json_doc_parse and plan_parse on text; `file` names it in messages. */
int plan_parse_text(const char *file, const char *text, size_t len, struct plan *plan,
                    struct error *err);
int plan_load_file(const char *path, struct plan *plan, struct error *err);
void plan_free(struct plan *plan); /* accepts a zeroed one */

/* Is the target's process started, and so ended, by the run? */
static inline bool plan_owns_target(const struct plan *plan)
{
    return plan->target.kind == TARGET_REFERENCE || plan->target.kind == TARGET_COMMAND;
}

/* The processes of a plan by index: 0 is the first target, the others follow. */
static inline size_t plan_process_count(const struct plan *plan)
{
    return 1 + plan->others.n;
}
static inline const struct plan_target *plan_process(const struct plan *plan, size_t i)
{
    return i ? &plan->others.at[i - 1].target : &plan->target;
}
static inline const char *plan_process_name(const struct plan *plan, size_t i)
{
    return i ? plan->others.at[i - 1].name : plan->target_name;
}

/* Is there an action that replaces it? */
bool plan_is_replaced(const struct plan *plan, size_t process);

/* The path of the page that a moment waits for (WHEN_PAGE); NULL: none does. */
const char *plan_page(const struct plan *plan);

/* Most descriptors the clients can need at a time, and most transfers. */
int64_t plan_descriptors(const struct plan *plan);

/* `text` with every ${port} replaced, in a fresh string. */
char *plan_expand(const char *text, int port);

/* `text` with ${dir} and every ${NAME.port} replaced, in a fresh string; ${port} stays. `ports` has
 * one for each process. */
char *plan_expand_names(const struct plan *plan, const char *text, const char *dir,
                        const int *ports);
/* The first ${NAME.port} in `text` whose name no process has, as a fresh string "NAME"; or NULL. */
char *plan_unknown_name(const struct plan *plan, const char *text);

#endif
