/* The judge: a pure function of a history. The same journal always gives the same verdict. */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "frontend/frontend.h"
#include "journal/history.h"
#include "judge/checklist.h"
#include "plan/plan.h"

enum verdict_value { VERDICT_PASSED, VERDICT_FAILED, VERDICT_INCONCLUSIVE };

enum processed { PROCESSED_UNKNOWN, PROCESSED_NO, PROCESSED_YES };

/* The connection that an attempt was on. */
struct attempt_conn {
    int64_t port;
    bool reused;
};

struct attempt_answer {
    bool whole; /* a whole answer was read */
    bool told_to_close;
};

/* The proxy before the servers. */
struct attempt_proxy {
    const struct event *said; /* what its log says of the attempt, or NULL */
    bool answered;            /* the answer is its own, no server having given one */
};

/* Of an attempt of a page of another origin. */
struct attempt_cors {
    const struct event *kept; /* what the browser kept from it, or NULL */
    bool preflight; /* this is the preflight of an attempt, which was never sent unless the
                       preflight was allowed */
};

/* One attempt, put together from its events. Times are absolute ns; 0: never reached. */
struct attempt {
    int64_t id, load, request, client;
    int64_t due_ns, start_ns, connected_ns, sent_ns, first_ns, end_ns;
    const struct event *end; /* its end event, or NULL */
    struct attempt_conn conn;
    enum outcome outcome;
    enum reason reason;
    int status;
    enum phase phase; /* at the first signal; PHASE_DONE when none was sent */
    enum processed processed;
    struct attempt_answer answer;
    struct attempt_proxy proxy;
    struct attempt_cors cors;
};

struct run_facts;

struct reason_count {
    enum reason reason;
    int status; /* for REASON_STATUS */
    int64_t count;
};

/* What a person at a page wanted, and what came of it. Times are absolute ns. */
struct intention {
    int64_t number; /* in its load, from 1: the `request` of its attempts */
    int64_t client;
    int64_t wanted_ns, settled_ns; /* settled: 0 when it was not */
    int64_t orders;                /* that it became; -1: no witness can tell. For a read 0 */
    double seconds_lost;
    enum fe_what what;
    enum fe_word settled;
    enum saw saw;
    bool open; /* neither settled nor queued when the load ended: `saw` means nothing */
};

/* What the people at the pages of a load saw (a load with a "frontend"; else `any` is false). */
struct users_verdict {
    bool any;
    struct intention *all; /* in the order of their numbers: all[n - 1] has number n; owned */
    int64_t intentions;    /* wanted */
    int64_t open; /* of these, neither settled nor queued when the load ended: not judged */
    int64_t saw[SAW_COUNT]; /* the worst of each of the others; they add up */
    int64_t undelivered;    /* of the queued: not delivered when the load ended */
    /* the history of the orders; `saw[SAW_DOUBLED]` belongs to it */
    int64_t acknowledged_lost; /* of the lost: the page had been told that all was well */
    int64_t resurrected;       /* given up by the page, and the order is there all the same */
    int64_t reordered;         /* orders of one page that stand before an earlier one of it */
    int64_t other_reply;       /* one key was answered with two different bodies */
    int64_t untold;            /* writes of which no witness says how many orders they are */
    int64_t orders;            /* in the server's list, or by its own record */
    bool listed;               /* the witness is the server's list */
    double usual_ms; /* median from wish to answer before the first signal; NaN: there was none */
    double seconds_lost; /* user-seconds: what all waited longer than usual, or in vain */
};

/* What came to the server when it was back after an outage (no process listened, and then one did
 * again), at a load with a frontend; else `any` is false. Times are ms; the columns count attempts
 * per STORM_BIN_MS (frontend/storm.h) from the outage's begin on. */
struct storm_verdict {
    bool any;
    double gone_ms, back_ms; /* since the first signal */
    double normal; /* attempts per column in the second half of the time before; 0: none */
    int64_t *bins; /* owned */
    size_t n_bins, cap;
    int64_t peak;              /* most in one column after the server was back */
    double peak_at_ms;         /* after it was back */
    double peak_ratio;         /* peak / normal; NaN: there was no normal rate */
    int64_t affected;          /* clients of which an attempt failed in the outage */
    int64_t unserved;          /* of these, without an answer until the end */
    double served_after_ms;    /* after it was back: the last of them had an answer */
    int64_t arrivals, refused; /* attempts from the outage's begin on */
    int64_t answered, wasted;  /* requests that the server is known to have worked on from then on;
                                 those that no client could use: given up, or answered before */
};

/* So many answers of a proxy itself had this status, and this state in its log. */
struct proxied_count {
    const char *state; /* of the history */
    int status;
    int64_t count;
};

struct load_verdict {
    const char *name;
    int64_t requests; /* asked for and begun */
    int64_t attempts;
    int64_t outcomes[OUTCOME_COUNT];
    struct reason_count *reasons; /* most frequent first */
    size_t n_reasons;
    int64_t processed[3];                       /* by enum processed */
    int64_t phases[PHASE_COUNT][OUTCOME_COUNT]; /* at the first signal */
    double p50_ms, p90_ms, p99_ms, max_ms;      /* of whole answers, from the intended start;
                                                   NaN when there was none */
    struct proxied_count *proxied;              /* most frequent first; owned */
    size_t n_proxied;
    bool adds_up; /* outcomes sum to attempts, and so do phases and reasons */
    struct users_verdict users;
    struct storm_verdict storm;
};

struct expectation_verdict {
    const char *text;
    enum verdict_value value; /* inconclusive: it saw no sample */
    char *expected, *observed;
    int64_t count, of; /* what it was judged on: `count` of `of` attempts or answers (of a
                          latency: those within its bound); `of` is 0 when it counts nothing */
    int64_t *attempts; /* ids of the first few attempts that broke it */
    size_t n_attempts;
};

struct signal_verdict {
    int signo;
    int64_t t_ns; /* absolute */
    double at_ms; /* since the first signal */
    const char *moment;
    const char *process; /* the one that got it, in a run of several; else NULL */
    int64_t lag_us; /* from the moment coming true (with a freeze: from the target being frozen and
                       the requests written) to the kill; -1 not known */
    int64_t freeze_us; /* from the moment to the target being frozen; -1: no freeze */
};

/* Times in ms since the first signal; NaN: did not happen, or no signal. */
struct target_verdict {
    char *argv; /* as a JSON array */
    int64_t pid;
    bool exited;                /* by itself: not ended by drainctl (`killed`) */
    bool killed;                /* drainctl ended it, because the run was over first */
    int exit_code, exit_signal; /* as in the event; code -1 without a signal: not known */
    double exit_after_ms;
    double listener_closed_after_ms; /* with socket_activation: the target let go of it */
    int64_t queue_lost; /* connections in the accept queue when it was closed: its last polled
                           depth, or the attempts that can have died there when they are fewer; -1
                           not known, as when only others can have been in an attached target's */
    double not_ready_after_ms; /* the first answer of the readiness path that was not 2xx; one that
                                  is refused or cut tells nothing */
    int not_ready_status;      /* of that answer */
    double last_answer_ms;     /* the last byte of the last whole answer */
    const struct event **orphans;
    size_t n_orphans;
    const struct event **said; /* on NOTIFY_SOCKET, from the first signal on, without WATCHDOG=1 */
    size_t n_said;
};

/* Why a verdict is not "passed", in the order in which they are asked.
 * X(ID, word in the JSON verdict, what it is) */
#define GROUND_MAP(X)                                                                              \
    X(NOT_CARRIED_OUT, "not-carried-out", "the run could not be carried out")                      \
    X(GONE_BEFORE_SIGNAL, "gone-before-signal", "the target was gone before the first signal")     \
    X(CLIENT_LIMIT, "client-limit", "an attempt met the client's own limits")                      \
    X(SUMS_WRONG, "sums-wrong", "the sums do not add up")                                          \
    X(NO_SIGNAL, "no-signal", "no signal was sent")                                                \
    X(NOT_SLOW, "not-slow", "a path that was given as slow is not")                                \
    X(BROKEN, "expectation-broken", "an expectation that had samples did not hold")                \
    X(INTERRUPTED, "interrupted", "the run was interrupted")                                       \
    X(JOURNAL_CUT, "journal-cut", "the journal was cut")                                           \
    X(ENDED_EARLY, "ended-early", "the run ended before its own end, at its time limit")           \
    X(SIGNAL_MISSING, "signal-missing", "a signal was never sent")                                 \
    X(NOTHING_IN_FLIGHT, "nothing-in-flight", "nothing was in flight at the first signal")         \
    X(IDLE_LOAD, "idle-load", "a load made no attempt")                                            \
    X(FREEZE_EMPTY, "freeze-empty", "a freeze held nothing")                                       \
    X(NO_SAMPLE, "no-sample", "an expectation saw no sample")                                      \
    X(NOTHING_EXPECTED, "nothing-expected", "nothing was expected")

#define GROUND_ENUM(id, word, sentence) GROUND_##id,
enum ground { GROUND_NONE, GROUND_MAP(GROUND_ENUM) GROUND_COUNT };
extern const char *const ground_words[GROUND_COUNT]; /* NULL for GROUND_NONE */

/* One life of a process, in a run of several. Times in ms since the first signal of the run (which
 * may have been another's); NaN: did not happen, or no signal. Negative: before it. */
struct process_verdict {
    const char *name;
    enum process_role { PROCESS_TARGET, PROCESS_SERVICE, PROCESS_COMMAND } role;
    int64_t life; /* how often it had been started before */
    int64_t pid;
    double start_ms, ready_ms, notice_ms, handover_ms, not_ready_ms, closed_ms, exit_ms;
    bool exited, killed; /* as in target_verdict */
    int exit_code, exit_signal;
    /* Its listening socket is drainctl's (socket_activation). `closed_ms` is then when the last
     * process of this life let go of it; and when the life before was over at its start: how many
     * clients waited in the queue for it and were answered, and the longest time to that. */
    bool held;
    int64_t waited;
    double waited_ms;
};
extern const char *const process_role_words[];

/* Why the verdict is what it is. */
struct because {
    enum ground ground;
    char *why;  /* for failed and inconclusive: one sentence; NULL for passed */
    char *hint; /* the remedy, or NULL */
};

/* The first signal, and what it met. */
struct first_signal {
    int64_t t_ns;      /* 0: none was sent */
    const char *told;  /* what it was: a signal's name, or "the handover", "the notice"; NULL */
    int64_t in_flight; /* attempts that were sent or being sent then, and unanswered */
    int64_t open;      /* these, and those whose connection was being made or idle */
};

struct process_verdicts {
    struct process_verdict *at;
    size_t n;
};

struct expectation_verdicts {
    struct expectation_verdict *at;
    size_t n;
};

struct run_verdict {
    struct plan plan; /* parsed from the journal's head; owned */
    const struct history *history;
    const char *scenario, *file;
    enum verdict_value value;
    struct because because;
    bool cut; /* the journal was cut; judged as far as it goes */
    struct first_signal first;
    struct target_verdict target;      /* the first target, in its first life */
    struct process_verdicts processes; /* of a run of several: every life of each, in their order */
    struct signal_verdict *signals;
    size_t n_signals;
    struct load_verdict *loads;
    size_t n_loads;
    struct expectation_verdicts expectations;
    struct attempt *attempts; /* in the order of their ids */
    size_t n_attempts;
    struct checklist checklist;
    double duration_ms;      /* of the whole run */
    struct run_facts *facts; /* what the history shows, gathered once (judge/facts.h); owned */
};

/* The verdict of a run: the first ground of GROUND_MAP that applies decides; without one it has
 * passed.
 * In a run that is only partly there (cut or interrupted) an expectation has failed only when
 * nothing that could still have come would have made it hold. A signal that escalates (not one that
 * repeats, `after` an earlier one) need not be sent when the target had exited by itself.
 * `told_to_close` looks at whole answers begun when the server knew of the signal: an answer
 * without Connection: close does not count when it was begun before the first sign of that (an
 * answer that said it, readiness turning, the listener's close, or else 50 ms); 5 ms are allowed
 * for where the time of an answer is the client's, not the server's own.
 *
 * Judge one history, which must outlive the verdict. -1 and ERROR_USAGE when its plan cannot be
 * read (written by something else). */
int judge_run(const struct history *h, struct run_verdict *v, struct error *err);
void run_verdict_free(struct run_verdict *v);

/* What an attempt of ordinary requests looks like at its end, from its end event alone: for
 * counting while the run goes on. The verdict knows more (witnesses, and how the connection was
 * used). */
enum outcome judge_outcome_at_end(const struct event *end);

/* failed beats inconclusive beats passed; no run at all is inconclusive. */
enum verdict_value judge_overall(const struct run_verdict *runs, size_t count);

const char *verdict_word(enum verdict_value v); /* "passed", … */
const char *processed_word(enum processed p);   /* "unknown", "no", "yes" */
/* The proxy that the attempt's load goes to, and its name (`name` may be NULL): PROXY_NONE when it
 * goes to something else. */
enum proxy attempt_proxy(const struct run_verdict *v, const struct attempt *a, const char **name);
/* "status-503" or the reason's word, into out (32 bytes are enough). */
const char *reason_text(enum reason reason, int status, char *out, size_t size);

#endif
