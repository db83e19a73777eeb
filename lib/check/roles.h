/* The runs and loads of the battery, each once: the battery is made of them, and the rules ask for
 * them. A misspelt one does not compile. A set of them is an "or" of their bits.
 * X(ID, name in the scenario) */
#ifndef CHECK_ROLES_H
#define CHECK_ROLES_H

#include <stdint.h>

struct run_verdict;

#define RUNS_MAP(X)                                                                                \
    X(MAIN, "check-main")                                                                          \
    X(ACCEPT_QUEUE, "check-accept-queue")                                                          \
    X(KEEPALIVE_RACE, "check-keepalive-race")                                                      \
    X(SILENT_ALONE, "check-silent-alone")                                                          \
    X(IDLE_ALONE, "check-idle-alone")                                                              \
    X(DEADLINE, "check-deadline")                                                                  \
    X(SECOND_TERM_0, "check-second-term-0")                                                        \
    X(SECOND_TERM_1, "check-second-term-1")                                                        \
    X(SECOND_TERM_100, "check-second-term-100")                                                    \
    X(INT, "check-int")                                                                            \
    X(SECOND_INT_0, "check-second-int-0")                                                          \
    X(SECOND_INT_1, "check-second-int-1")                                                          \
    X(SECOND_INT_100, "check-second-int-100")                                                      \
    X(GROUP, "check-group")                                                                        \
    X(PID1, "check-pid1")                                                                          \
    X(STARTUP, "check-startup")                                                                    \
    X(STARTUP_30, "check-startup-30")                                                              \
    X(STARTUP_150, "check-startup-150")                                                            \
    X(UNRELATED_SIGNAL, "check-unrelated-signal")                                                  \
    X(CONTROL, "check-control")                                                                    \
    X(SECOND_START, "check-second-start")                                                          \
    X(RESTART, "check-restart")                                                                    \
    X(ACCEPT_QUEUE_2, "check-accept-queue-2")                                                      \
    X(ACCEPT_QUEUE_3, "check-accept-queue-3")                                                      \
    X(ACCEPT_TURNS_1, "check-accept-turns-1")                                                      \
    X(ACCEPT_TURNS_2, "check-accept-turns-2")                                                      \
    X(KEEPALIVE_AFTER_1, "check-keepalive-after-1")                                                \
    X(KEEPALIVE_AFTER_2, "check-keepalive-after-2")                                                \
    X(KEEPALIVE_TURNS_1, "check-keepalive-turns-1")                                                \
    X(KEEPALIVE_TURNS_2, "check-keepalive-turns-2")                                                \
    X(KEEPALIVE_TURNS_3, "check-keepalive-turns-3")                                                \
    X(KEEPALIVE_TURNS_4, "check-keepalive-turns-4")                                                \
    X(KEEPALIVE_WORKERS_1, "check-keepalive-workers-1")                                            \
    X(KEEPALIVE_WORKERS_2, "check-keepalive-workers-2")                                            \
    X(CROWD, "check-crowd")                                                                        \
    X(BARE, "check-bare")                                                                          \
    X(PAGE, "check-page")

#define LOADS_MAP(X)                                                                               \
    X(KEPT, "kept")                                                                                \
    X(WAITING, "waiting")                                                                          \
    X(WAITING_POST, "waiting-post")                                                                \
    X(STREAMING, "streaming")                                                                      \
    X(SUBSCRIBED, "subscribed")                                                                    \
    X(LARGE, "large")                                                                              \
    X(LARGE_SLOW, "large-slow")                                                                    \
    X(UPLOAD, "upload")                                                                            \
    X(IDLE_0, "idle-0")                                                                            \
    X(IDLE_1, "idle-1")                                                                            \
    X(IDLE_5, "idle-5")                                                                            \
    X(IDLE_20, "idle-20")                                                                          \
    X(IDLE_100, "idle-100")                                                                        \
    X(IDLE_400, "idle-400")                                                                        \
    X(IDLE_UNUSED, "idle-unused")                                                                  \
    X(ARRIVALS, "arrivals")                                                                        \
    X(ARRIVALS_LATER, "arrivals-later")                                                            \
    X(SILENT, "silent")                                                                            \
    X(PARTIAL_HEAD, "partial-head")                                                                \
    X(PARTIAL_HEAD_LATE, "partial-head-late")                                                      \
    X(PARTIAL_HEAD_SILENT, "partial-head-silent")                                                  \
    X(EXPECT, "expect")                                                                            \
    X(PIPELINED, "pipelined")                                                                      \
    X(TRIED_PIPELINED, "tried-pipelined")                                                          \
    X(TRIED_HALF_HEAD, "tried-half-head")                                                          \
    X(TRIED_EXPECT, "tried-expect")                                                                \
    X(TRIED_UPLOAD, "tried-upload")                                                                \
    X(TRIED_POST, "tried-post")                                                                    \
    X(STEADY, "steady")                                                                            \
    X(OUTLASTING, "outlasting")                                                                    \
    X(FROZEN, "frozen")                                                                            \
    X(CROWD, "crowd")                                                                              \
    X(COMING_BACK, "coming-back")                                                                  \
    X(RESTARTED, "restarted")

typedef uint64_t run_set;
typedef uint64_t load_set;

#define RUN_NUMBER(id, name)  RUN_NUMBER_##id,
#define LOAD_NUMBER(id, name) LOAD_NUMBER_##id,
enum { RUNS_MAP(RUN_NUMBER) RUN_ROLES };
enum { LOADS_MAP(LOAD_NUMBER) LOAD_ROLES };

#define RUN(id)  (UINT64_C(1) << RUN_NUMBER_##id)
#define LOAD(id) (UINT64_C(1) << LOAD_NUMBER_##id)

#define ANY_RUN             UINT64_MAX
#define ANY_LOAD            UINT64_MAX
#define ANY_RUN_ALONE       (RUN(SILENT_ALONE) | RUN(IDLE_ALONE))
#define ANY_RUN_STARTUP     (RUN(STARTUP) | RUN(STARTUP_30) | RUN(STARTUP_150))
#define ANY_RUN_SECOND_TERM (RUN(SECOND_TERM_0) | RUN(SECOND_TERM_1) | RUN(SECOND_TERM_100))
#define ANY_RUN_SECOND_INT  (RUN(SECOND_INT_0) | RUN(SECOND_INT_1) | RUN(SECOND_INT_100))
/* New connections from before the signal until the target is gone. */
#define ANY_LOAD_ARRIVALS (LOAD(ARRIVALS) | LOAD(ARRIVALS_LATER))
/* The tries of what depends on luck. Those that come again are ended early: of what holds up an
 * exit they say nothing. */
#define QUEUE_TRIES        (RUN(ACCEPT_QUEUE) | RUN(ACCEPT_QUEUE_2) | RUN(ACCEPT_QUEUE_3))
#define ACCEPT_TURNS_TRIES (RUN(ACCEPT_TURNS_1) | RUN(ACCEPT_TURNS_2))
#define KEPT_TURNS_TRIES                                                                           \
    (RUN(KEEPALIVE_TURNS_1) | RUN(KEEPALIVE_TURNS_2) | RUN(KEEPALIVE_TURNS_3) |                    \
     RUN(KEEPALIVE_TURNS_4))
#define KEPT_AFTER_TRIES   (RUN(KEEPALIVE_AFTER_1) | RUN(KEEPALIVE_AFTER_2))
#define KEPT_WORKERS_TRIES (RUN(KEEPALIVE_WORKERS_1) | RUN(KEEPALIVE_WORKERS_2))
#define ANY_TRY                                                                                    \
    (QUEUE_TRIES | ACCEPT_TURNS_TRIES | RUN(KEEPALIVE_RACE) | KEPT_AFTER_TRIES |                   \
     KEPT_TURNS_TRIES | KEPT_WORKERS_TRIES)
#define ANY_TRY_AGAIN (ANY_TRY & ~(RUN(ACCEPT_QUEUE) | RUN(KEEPALIVE_RACE)))
/* The rest comes at once after the signal, and when the server has had time to act on it. */
#define HALF_HEAD_LOADS (LOAD(PARTIAL_HEAD) | LOAD(PARTIAL_HEAD_LATE))
/* Connections that never carry a whole request. */
#define SILENT_LOADS (LOAD(SILENT) | LOAD(PARTIAL_HEAD_SILENT))
#define ANY_LOAD_IDLE                                                                              \
    (LOAD(IDLE_0) | LOAD(IDLE_1) | LOAD(IDLE_5) | LOAD(IDLE_20) | LOAD(IDLE_100) |                 \
     LOAD(IDLE_400) | LOAD(IDLE_UNUSED))

/* The one role with this name; 0: it is none of the battery's. */
run_set run_named(const char *scenario);
run_set run_role(const struct run_verdict *run);
load_set load_role(const char *name);

/* The name of one role. */
const char *run_name(run_set one);
const char *load_name(load_set one);

#endif
