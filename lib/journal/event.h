/* The events of a journal. One struct, one table of fields: writer, reader and manual page come
 * from it. Events hold facts (bytes, codes, errno, times), never opinions. Times are
 * CLOCK_MONOTONIC ns. */
#ifndef JOURNAL_EVENT_H
#define JOURNAL_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal/event_words.h"

/* X(ID, word in the journal, what happened) */
#define EVENT_MAP(X)                                                                               \
    X(PLAN, "plan", "a run begins; everything that it will do")                                    \
    X(TARGET_START, "target-start", "the target was started (or attached to)")                     \
    X(TARGET_LISTEN, "target-listen", "a listener on the target's port was first seen")            \
    X(TARGET_READY, "target-ready", "the target is ready")                                         \
    X(TARGET_OUTPUT, "target-output", "a line of the target's output")                             \
    X(TARGET_KILL, "target-kill", "the run ended first: drainctl itself ends the target now")      \
    X(TARGET_EXIT, "target-exit", "the target exited")                                             \
    X(LISTENER, "listener", "the listener's accept queue changed; sockets 0: it is closed")        \
    X(HEALTH, "health", "a health path answers otherwise than before, or still the same")          \
    X(LOADS_START, "loads-start", "time zero of the loads")                                        \
    X(LOAD_START, "load-start", "a load's clients begin")                                          \
    X(LOAD_END, "load-end", "a load starts no more attempts and has none open")                    \
    X(ATTEMPT_START, "start", "an attempt begins: connecting, or on its reused connection")        \
    X(ATTEMPT_CONNECTED, "connected", "it has its connection; the request is about to be written") \
    X(ATTEMPT_SENT, "sent", "the last byte of the request was handed to the kernel")               \
    X(ATTEMPT_FIRST_BYTE, "first-byte", "the first byte of the answer was read")                   \
    X(ATTEMPT_END, "end", "the attempt is over, with all the facts about how")                     \
    X(CONN_CLOSED, "conn-closed", "the server closed a connection that was idle between requests") \
    X(WANT, "want", "a person at a frontend wants something: an intention")                        \
    X(JOIN, "join", "the attempt is one at an intention, or beside all of them (r is 0)")          \
    X(CORS, "cors", "how an answer keeps the page of another origin from it")                      \
    X(SHOWN, "shown", "what the frontend showed the person")                                       \
    X(REPLY, "reply", "a whole 2xx answer to an attempt with a key: a digest of its body")         \
    X(SETTLED, "settled", "the intention is over")                                                 \
    X(WITNESS, "witness", "the list of orders was read, or could not be (n is -1)")                \
    X(ORDER, "order", "an order of an intention stands in that list")                              \
    X(MOMENT, "moment", "the condition of a signal or an action came true")                        \
    X(ACTION, "action", "an action was begun")                                                     \
    X(HANDOVER, "handover", "the next process is ready: this one drains, told by no signal")       \
    X(REGISTRY, "registry", "an entry of the registry is not as it was before")                    \
    X(FREEZE, "freeze", "the target is stopped and the load's requests are written")               \
    X(SIGNAL, "signal", "a signal was sent")                                                       \
    X(THAW, "thaw", "the target goes on")                                                          \
    X(LEDGER, "ledger", "the reference server's own record of a request")                          \
    X(PROXIED, "proxied", "what the log of a proxy says of an attempt")                            \
    X(ORPHAN, "orphan", "a process that the target left behind")                                   \
    X(PROCESS, "process", "a process of the target was first seen, or runs another program")       \
    X(PROCESS_GONE, "process-gone", "a process of the target is no more")                          \
    X(DISPOSITION, "disposition", "what a process of the target does on a new signal")             \
    X(SURVIVOR, "survivor",                                                                        \
      "after the target's exit: the process that listens on its port, what it answers")            \
    X(LEFTOVER, "leftover", "a file that the target left behind")                                  \
    X(HELD, "held", "how much of a thing the target holds; n -1: it could not be seen")            \
    X(DEPENDENCY, "dependency", "a connection that the target made was found, or is closed")       \
    X(NOTIFIED, "notified", "the target said something on NOTIFY_SOCKET")                          \
    X(PAGE, "page", "the page or one of its files was asked for, or a name in them led nowhere")   \
    X(STALL, "stall", "drainctl was held up until now: the machine is busy")                       \
    X(NOTE, "note", "something a person should know about this run")                               \
    X(ERROR, "error", "the run could not be carried out")                                          \
    X(RUN_END, "run-end", "the run is over")

#define EVENT_ENUM(id, word, sentence) EVENT_##id,
enum event_kind { EVENT_MAP(EVENT_ENUM) EVENT_COUNT };

enum { EVENT_MASKED_MOST = 58 }; /* expectations on output that `masked` has a bit for */

/* All fields of all kinds in one flat struct; which ones a kind carries is in event_fields. Strings
 * are borrowed: the writer copies, and the reader keeps them alive as long as the history. Its
 * parts have no names, so that a field is called the same here and in the table of FIELDS. */
struct event {
    enum event_kind kind;
    int64_t t_ns; /* when it happened */

    struct {              /* attempts */
        int64_t attempt;  /* id, from 1, unique in the run: also the X-Drainctl-Attempt header */
        int64_t load;     /* index into the plan's loads */
        int64_t request;  /* number in its load, from 1 */
        int64_t client;   /* number in its load, from 1 */
        int64_t intended; /* open loop: when it should have started, ns; else as t_ns */
        int64_t reused;   /* 1: on a connection that had carried a request before */
        int64_t port;     /* local port of the connection: its identity; or the target's port */
        int64_t status;   /* HTTP status code; 0: none seen. health, survivor: 0 refused, -1
                             connected but no answer */
    };
    struct {              /* the end of an attempt */
        int64_t code;     /* CURLcode (raw clients fill the equivalent one) */
        int64_t os_errno; /* of the failed system call, or 0 */
        int64_t tries;    /* calls of CURLOPT_PREREQFUNCTION: 2 means libcurl wanted to send
                             again */
        union {
            int64_t sent_bytes; /* of the request, head and body, as handed to the kernel */
            /* of what is a process's, and not an attempt's: its name in the plan; NULL or "": the
             * first target */
            const char *process;
        };
        union {
            int64_t header_bytes; /* of the answer */
            int64_t life;         /* of a process: how often it had been started before */
        };
        int64_t header_done; /* 1: the blank line that ends the headers was seen */
        int64_t body_bytes;  /* of the answer, decoded from chunks */
        int64_t length;      /* what the answer promised (Content-Length), or -1 */
        int64_t framing;     /* of the answer: enum framing */
        int64_t close;       /* 1: the answer said Connection: close */
        int64_t ended;       /* enum ended: by drainctl, or not */
    };
    const char *how; /* conn-closed: "fin" or "rst"; dependency: its address; page: its media
                            type; cors: the value of Access-Control-Allow-Origin */
    const char *why; /* load-end: the reason; error: a hint; note: its word; page: why there is
                            no whole answer */
    struct {         /* the target and the kernel */
        int64_t pid;
        int64_t ppid;     /* process: its parent */
        int64_t owner;    /* target-listen: pid that owns the listening socket, 0 if not known */
        int64_t depth;    /* connections in the accept queue; witness: orders of the load; held: how
                             many */
        int64_t limit;    /* how many it may hold */
        int64_t queued;   /* freeze: connections in the accept queue */
        int64_t buffered; /* freeze: connections with unread bytes */
    };
    struct {           /* signals */
        int64_t index; /* of the signal in the plan; join: 1 with the intention's key; order:
                          its place in the list, from 1 */
        int64_t signo;
        int64_t to; /* enum signal_to */
    };
    /* A history holds every event of a run, so what one event never has together shares its
     * room. */
    union {
        struct { /* the plan */
            int64_t format;
            const char *version; /* of drainctl */
            const char *wall;    /* wall time, the only one in a journal */
            int64_t unix_ns;     /* ... and again, of `t_ns`, to the nanosecond */
            const char *run;     /* id of the run, 32 hex digits: journal/trace.h */
            const char *file;
            const char *plan; /* the scenario, raw JSON (an object in the line) */
            int64_t seed;
        };
        struct {                 /* the target and the kernel */
            int64_t disposition; /* enum disposition */
            int64_t role;        /* of that: enum role */
            int64_t leftover;    /* enum leftover; `text` is the path */
            int64_t held;        /* enum held; `text` says more of some */
            int64_t link;        /* dependency: enum link_is */
            int64_t run_end;     /* enum run_end */
            int64_t record;      /* ledger: enum record */
            int64_t sockets;     /* listening sockets on the port */
            int64_t stream;      /* output: 1 or 2 */
            int64_t masked;      /* output: 0: the line as it was; else bit 0, and bit N says that
                                    it matched the Nth expectation on output before it was masked */
            int64_t exit_code;   /* -1: died of a signal, or not known (and no signal) */
            int64_t exit_signal; /* 0: exited */
        };
        struct {                /* a page and its files */
            int64_t page;       /* enum page_is */
            int64_t again;      /* 1: at the end of the run */
            int64_t later;      /* 1: a page that is at work asks for it, not one that loads */
            const char *hash;   /* FNV-1a of the decoded body, 64 bits, 16 hex digits */
            const char *cache;  /* its Cache-Control */
            const char *inside; /* the address of the file that names it */
        };
        struct {           /* runs of several processes */
            int64_t act;   /* action: enum act of words/acts.h */
            int64_t entry; /* registry: enum entry */
            int64_t peer;  /* connected: the server's port, of a load via the registry; else 0 */
            int64_t
                preflight; /* join: 1: the attempt is the preflight of one (frontend/origin.c) */
        };
    };
    int64_t word;     /* of frontend/frontend.h: want: enum fe_what; join: enum fe_call; shown and
                         settled: enum fe_word; of frontend/cors.h: cors: enum fe_cors */
    const char *text; /* output line, note, argv (as JSON array), health path; page: its address, or
                         what is told; reply: FNV-1a of the body, 64 bits, 16 hex digits */
    int64_t at; /* ledger: the server's own time, ns (same clock); health: when this was asked;
                   stall: when it should have gone on; dependency: when it was last seen open */
};

/* FIELD_WORD: an int64_t in memory, one of `words` on paper. */
enum field_type {
    FIELD_INT,
    FIELD_STRING,
    FIELD_RAW,
    FIELD_WORD,
    FIELD_MAYBE_INT,    /* left out when it is 0 */
    FIELD_MAYBE_STRING, /* ... when it is NULL or empty */
};

struct event_field {
    const char *key;
    enum field_type type;
    size_t offset;            /* in struct event */
    const char *const *words; /* FIELD_WORD: event_words.h */
};

struct event_spec {
    const char *word;
    const char *sentence;
    const struct event_field *fields; /* ends with a NULL key */
};

extern const struct event_spec event_specs[EVENT_COUNT];

/* Do events of this kind say whose they are (`process` and `life`)? Those members mean nothing in
 * others. */
bool event_is_of_process(enum event_kind kind);

/* The kind with this word, or -1. */
int event_kind_find(const char *word, size_t len);

#endif
