/* Words that events carry: an int in memory, a word on paper. Absent is 0; a word that this
 * drainctl does not know is EVENT_WORD_OTHER, which equals none of them. X(ID, word) */
#ifndef JOURNAL_EVENT_WORDS_H
#define JOURNAL_EVENT_WORDS_H

enum { EVENT_WORD_OTHER = -1 };

/* Where an answer's body ends (RFC 9112 section 6.3). */
#define FRAMING_MAP(X)                                                                             \
    X(UNKNOWN, "")      /* no whole head was seen */                                               \
    X(EMPTY, "none")    /* it has no body */                                                       \
    X(LENGTH, "length") /* Content-Length */                                                       \
    X(CHUNKED, "chunked")                                                                          \
    X(CLOSE, "close") /* at the connection's end */

/* An attempt that drainctl ended. */
#define ENDED_MAP(X)                                                                               \
    X(ITSELF, "")                                                                                  \
    X(CLIENT_ABORT, "client-abort")                                                                \
    X(CONNECT_TIMEOUT, "connect-timeout")                                                          \
    X(RESPONSE_TIMEOUT, "response-timeout")                                                        \
    X(RUN_ENDED, "run-ended")

/* What a process does with a signal (SigCgt, SigIgn and SigBlk of /proc/PID/status). */
#define DISPOSITION_MAP(X)                                                                         \
    X(UNKNOWN, "")        /* the process is gone, or may not be looked at */                       \
    X(DEFAULT, "default") /* no handler, not ignored, not blocked */                               \
    X(IGNORED, "ignored")                                                                          \
    X(CAUGHT, "caught")                                                                            \
    X(BLOCKED, "blocked") /* by its main thread: sigwait(3), signalfd(2) */

/* Whose disposition it is. */
#define ROLE_MAP(X)                                                                                \
    X(NONE, "")                                                                                    \
    X(MAIN, "main")                                                                                \
    X(LISTENER, "listener") /* the owner of the listening socket */

/* What kind of file was left behind. */
#define LEFTOVER_MAP(X)                                                                            \
    X(NONE, "")                                                                                    \
    X(SOCKET, "socket")                                                                            \
    X(PID_FILE, "pid-file")

/* What a target holds, as far as it is looked at for the shutdown checklist. `n` counts it. */
#define HELD_MAP(X)                                                                                \
    X(NONE, "")                                                                                    \
    X(DESCRIPTORS, "descriptors") /* open ones of its processes: /proc/PID/fd */                   \
    X(LOCKS, "locks")             /* on files, of its processes: /proc/locks */                    \
    X(THREADS, "threads")         /* of its processes */                                           \
    X(GOROUTINES, "goroutines")   /* as Go's /debug/pprof/goroutine says */                        \
    X(METRIC, "metric")           /* a gauge of its metrics; `text` is its name with labels */     \
    X(REGISTRY, "registry")       /* entries of it in the registry; `text` is their state */       \
    /* as a reference server says at the end of the run, for expectations on them */               \
    X(POOL_SIZE, "pool-size")                                                                      \
    X(POOL_IDLE, "pool-idle")                                                                      \
    X(POOL_BUSY, "pool-busy")                                                                      \
    X(POOL_WAITING, "pool-waiting")                                                                \
    X(CALLS, "upstream-calls")                                                                     \
    X(JOBS_DONE, "jobs-done")                                                                      \
    X(JOBS_DOUBLED, "jobs-doubled") /* done more than once */                                      \
    X(JOBS_LEFT, "jobs-left")       /* waiting, or being done */                                   \
    X(JOBS_LOST, "jobs-lost")       /* acknowledged, with no record of their work */

/* What the reference server's ledger says of a request. */
#define RECORD_MAP(X)                                                                              \
    X(NONE, "")                                                                                    \
    X(KEPT, "kept") /* of no request: there is a ledger */                                         \
    X(ACCEPTED, "accepted")                                                                        \
    X(READ, "read")                                                                                \
    X(ANSWERED, "answered")                                                                        \
    X(WRITTEN, "written")                                                                          \
    X(CUT, "cut")                                                                                  \
    X(LATER, "later") /* work that goes on after the answer began */                               \
    X(DONE, "done")   /* it was done */                                                            \
    X(LOST, "lost")   /* it was given up */

/* What an entry of the registry says. */
#define ENTRY_MAP(X)                                                                               \
    X(NONE, "")                                                                                    \
    X(UP, "up")                                                                                    \
    X(DRAINING, "draining")                                                                        \
    X(GONE, "gone") /* taken out, or expired */

/* How a connection stands that the target has made. */
#define LINK_MAP(X)                                                                                \
    X(NONE, "")                                                                                    \
    X(OPEN, "open")                                                                                \
    X(CLOSED, "closed") /* by the target, with a FIN */                                            \
    X(RESET, "reset")   /* gone without one */                                                     \
    X(PEER, "peer")     /* the other end closed first */                                           \
    X(EXIT_CLOSED,                                                                                 \
      "exit-closed")            /* open until the process that held it exited; the other end     \
                                     sees a FIN ... */ \
    X(EXIT_RESET, "exit-reset") /* ... or a reset */

/* What is told of a page and the files that it names (skew/skew.h). */
#define PAGE_MAP(X)                                                                                \
    X(NONE, "")                                                                                    \
    X(DOCUMENT, "document") /* the page itself */                                                  \
    X(SCRIPT, "script")                                                                            \
    X(STYLE, "style")                                                                              \
    X(ELSEWHERE, "elsewhere") /* an address on another host, which was not asked */                \
    X(UNKNOWN, "unknown")     /* code that makes a name at run time */                             \
    X(MISSING, "missing")     /* a tag of the page led to no script and no style sheet */          \
    X(CUT, "cut")             /* a text was too long to look for names in all of it */             \
    X(FULL, "full")           /* there are more files, which were not asked for */

/* Why a run is over. */
#define RUN_END_MAP(X)                                                                             \
    X(NONE, "")                                                                                    \
    X(COMPLETE, "complete")                                                                        \
    X(NO_MOMENT, "moment-never-came")                                                              \
    X(TIMEOUT, "timeout")                                                                          \
    X(INTERRUPTED, "interrupted")                                                                  \
    X(ERROR, "error")                                                                              \
    X(JOURNAL_FAILED, "journal-failed")

#define FRAMING_ENUM(id, word)     FRAMING_##id,
#define ENDED_ENUM(id, word)       ENDED_##id,
#define DISPOSITION_ENUM(id, word) DISPOSITION_##id,
#define ROLE_ENUM(id, word)        ROLE_##id,
#define LEFTOVER_ENUM(id, word)    LEFTOVER_##id,
#define HELD_ENUM(id, word)        HELD_##id,
#define RECORD_ENUM(id, word)      RECORD_##id,
#define ENTRY_ENUM(id, word)       ENTRY_##id,
#define LINK_ENUM(id, word)        LINK_##id,
#define PAGE_ENUM(id, word)        PAGE_##id,
#define RUN_END_ENUM(id, word)     RUN_END_##id,
enum framing { FRAMING_MAP(FRAMING_ENUM) };
enum ended { ENDED_MAP(ENDED_ENUM) };
enum disposition { DISPOSITION_MAP(DISPOSITION_ENUM) };
enum role { ROLE_MAP(ROLE_ENUM) };
enum leftover { LEFTOVER_MAP(LEFTOVER_ENUM) };
enum held { HELD_MAP(HELD_ENUM) HELD_COUNT };
enum record { RECORD_MAP(RECORD_ENUM) };
enum entry { ENTRY_MAP(ENTRY_ENUM) };
enum link_is { LINK_MAP(LINK_ENUM) };
enum page_is { PAGE_MAP(PAGE_ENUM) };
enum run_end { RUN_END_MAP(RUN_END_ENUM) };

/* Each ends with NULL. */
extern const char *const framing_words[];
extern const char *const ended_words[];
extern const char *const disposition_words[];
extern const char *const role_words[];
extern const char *const leftover_words[];
extern const char *const held_words[];
extern const char *const record_words[];
extern const char *const entry_words[];
extern const char *const link_words[];
extern const char *const page_words[];
extern const char *const run_end_words[];

/* The word of a value of one of these tables; "" for EVENT_WORD_OTHER. */
const char *event_word(const char *const *words, long long value);

#endif
