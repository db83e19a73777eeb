/* The shutdown checklist: what people verify of a shutdown, row by row, as far as it was seen.
 * Judged from the history alone. Each row has a value and a cause with its facts; the sentence is
 * made by report/checklist.h. */
#ifndef JUDGE_CHECKLIST_H
#define JUDGE_CHECKLIST_H

#include <stdbool.h>
#include <stdint.h>

struct run_verdict;
struct run_facts;

/* X(ID, word, what people verify), in the order in which it happens */
#define CHECKLIST_MAP(X)                                                                           \
    X(SIGNAL, "signal-received", "the signal was received")                                        \
    X(READINESS, "readiness-turned", "readiness turned while the port was open")                   \
    X(NOTHING_NEW, "nothing-new", "no new request was taken")                                      \
    X(IN_HAND, "in-hand", "every transaction in hand finished or timed out")                       \
    X(POOL, "pool-closed", "the pool closed after the last one")                                   \
    X(DESCRIPTORS, "descriptors", "file descriptors are back at their number from before")         \
    X(LOCKS, "locks", "locks on files are back at their number from before")                       \
    X(THREADS, "threads", "threads are back at their number from before")                          \
    X(GOROUTINES, "goroutines", "goroutines are back at their number from before")                 \
    X(METRICS, "metrics", "the metrics show nothing under way")                                    \
    X(REGISTRY, "registry", "the entry in the registry was marked, and is gone")                   \
    X(EXIT, "exit", "then the exit")

#define CHECKLIST_ENUM(id, word, title) ROW_##id,
enum checklist_id { CHECKLIST_MAP(CHECKLIST_ENUM) CHECKLIST_ROWS };

enum row_value { ROW_FINE, ROW_BROKEN, ROW_NOT_SEEN };

/* Why a row has its value. X(ID, value, word) */
#define CAUSE_MAP(X)                                                                               \
    X(NO_SIGNAL, NOT_SEEN, "no-signal")                                                            \
    X(CUT, NOT_SEEN, "journal-cut")                                                                \
    X(HANDLED, FINE, "handled")         /* a handler took it; ms: to the first sign of that */     \
    X(REACTED, FINE, "reacted")         /* ms: to the first sign */                                \
    X(NO_HANDLER, BROKEN, "no-handler") /* ms: to its death */                                     \
    X(NO_SIGN, BROKEN, "no-sign")       /* ms: that nothing changed for */                         \
    X(NO_PATH, NOT_SEEN, "no-readiness-path")                                                      \
    X(NEVER_ASKED, NOT_SEEN, "readiness-never-answered")                                           \
    X(TURNED, FINE, "turned")                 /* n: status; ms; ms2: until the close, or NaN */    \
    X(TURNED_LATE, BROKEN, "turned-too-late") /* n: status; ms */                                  \
    X(NEVER_TURNED, BROKEN, "never-turned")                                                        \
    X(NEED_NOT_TURN, NOT_SEEN, "need-not-turn") /* drainctl holds the socket */                    \
    X(NOTHING_TAKEN, FINE, "nothing-taken")     /* of: requests made after it; ms: of the close */ \
    X(NONE_CAME, NOT_SEEN, "none-came")         /* ms: of the close */                             \
    X(TAKEN, BROKEN, "taken")                   /* n of `of`, after the close at ms */             \
    X(STAYED_OPEN, BROKEN, "stayed-open")       /* n of `of` taken, begun after the signal */      \
    X(NEVER_CLOSED, NOT_SEEN, "never-closed")                                                      \
    X(NONE_IN_HAND, NOT_SEEN, "none-in-hand")                                                      \
    X(ALL_FINISHED, FINE, "all-finished")     /* of; ms: of the last one */                        \
    X(SOME_TIMED_OUT, FINE, "some-timed-out") /* n timed out of `of`; ms */                        \
    X(SOME_CUT, BROKEN, "some-cut-off")       /* n of `of` */                                      \
    X(NO_POOL_LINE, NOT_SEEN, "no-line")                                                           \
    X(POOL_CLOSED, FINE, "pool-closed")        /* text: the line; ms: after the last answer */     \
    X(POOL_EARLY, BROKEN, "pool-closed-early") /* text; ms: before the last answer */              \
    X(POOL_FAILED, BROKEN, "pool-failed")      /* text */                                          \
    X(BACK, FINE, "back")                      /* n now, of before; ms: after the last answer */   \
    X(NOT_BACK, BROKEN, "not-back") /* n, of; ms: of the last look, after the last answer */       \
    X(GONE_TOO_SOON, NOT_SEEN, "gone-too-soon") /* n, of; ms; ms2: look to exit */                 \
    X(NO_LOOK_BEFORE, NOT_SEEN, "no-look-before")                                                  \
    X(NO_LOOK_AFTER, NOT_SEEN, "no-look-after") /* ms: between the last answer and the exit */     \
    X(UNREADABLE, NOT_SEEN, "unreadable")       /* text: why */                                    \
    X(NO_PPROF, NOT_SEEN, "no-pprof")                                                              \
    X(NO_METRICS, NOT_SEEN, "no-metrics")                                                          \
    X(NO_GAUGE, NOT_SEEN, "no-gauge")                                                              \
    X(AT_REST, FINE, "at-rest")           /* n: gauges; ms: after the last answer */               \
    X(NOT_AT_REST, BROKEN, "not-at-rest") /* text: the gauge; n, of, ms as of NOT_BACK */          \
    X(NO_REGISTRY, NOT_SEEN, "no-registry")                                                        \
    X(NO_ENTRY, NOT_SEEN, "no-entry")                                                              \
    X(LEFT, FINE, "left") /* text: how it was marked; ms: when */                                  \
    X(NOT_MARKED, BROKEN, "not-marked")                                                            \
    X(STILL_THERE, BROKEN, "still-there") /* text: its state */                                    \
    X(EXITED, FINE, "exited")             /* n: code, or -1; ms; ms2: after the signal */          \
    X(EXITED_BEFORE, BROKEN, "exited-before-the-last") /* n in hand */                             \
    X(DIED, BROKEN, "died")                            /* n: signal; ms2 */                        \
    X(KILLED, BROKEN, "killed")                        /* ms: after the signal */                  \
    X(NO_EXIT, NOT_SEEN, "no-exit")

#define CAUSE_ENUM(id, value, word) CAUSE_##id,
enum row_cause { CAUSE_MAP(CAUSE_ENUM) CAUSE_COUNT };

struct checklist_row {
    enum row_value value;
    enum row_cause cause;
    int64_t n, of;
    double ms, ms2;
    const char *text; /* belongs to the history, or is a constant; never NULL */
};

struct checklist {
    bool asked; /* the plan has one; else the rows say nothing */
    struct checklist_row rows[CHECKLIST_ROWS];
};

extern const char *const checklist_words[CHECKLIST_ROWS], *const checklist_titles[CHECKLIST_ROWS];
extern const char *const row_value_words[]; /* "fine", "broken", "not-seen" */
extern const char *const cause_words[CAUSE_COUNT];

/* Fills v->checklist, once attempts and target are judged. */
void checklist_judge(struct run_verdict *v, const struct run_facts *f);
/* How many rows have this value. */
int checklist_count(const struct checklist *c, enum row_value value);

#endif
