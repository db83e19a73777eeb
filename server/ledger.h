/* The ledger: what the server itself saw of each request that carries X-Drainctl-Attempt. The
 * second witness beside the client's journal, on the same clock. JSON lines, WORD from `words`:
 * {"a":ATTEMPT,"at":NANOSECONDS,"what":WORD,"status":STATUS}
 * With `all` those without one too, numbered here:
 * {"n":NUMBER,"at":…,"what":…|"gone","status":…,"method":"POST","target":"/api/orders"} */
#ifndef SERVER_LEDGER_H
#define SERVER_LEDGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum ledger_what {
    LEDGER_ACCEPTED, /* its connection was accepted */
    LEDGER_READ,     /* the last byte of the request was read */
    LEDGER_ANSWERED, /* the handler has produced the whole answer */
    LEDGER_WRITTEN,  /* the last byte of the answer was handed to the kernel */
    LEDGER_CUT,      /* the server closed the connection before that */
    LEDGER_LATER,    /* work begins that goes on after the answer */
    LEDGER_DONE,     /* that work was done */
    LEDGER_LOST,     /* it was given up */
    LEDGER_GONE,     /* the client did; written only of a request that carries no attempt */
};

struct ledger {
    int fd;             /* -1: none */
    bool owned;         /* opened here, not inherited */
    bool kept;          /* `lines` is kept for GET /ledger */
    bool all;           /* requests that carry no attempt too */
    int64_t numbered;   /* of those, so far */
    struct buf pending; /* not yet written to fd */
    struct buf lines;   /* all of it, at most 64 MiB */
};

/* where: "fd:N" for an inherited descriptor, a path (made anew), or NULL; keep: remember all lines
 * for the control listener. 0, or -1 with err filled. */
int ledger_open(struct ledger *l, const char *where, bool keep, struct error *err);
/* attempt < 0 writes nothing: a request without an id has no place to be joined to. */
void ledger_add(struct ledger *l, int64_t attempt, int64_t at_ns, enum ledger_what what,
                int status);
/* The same of a request that carries none; nothing without `all`. */
void ledger_add_other(struct ledger *l, int64_t number, const char *method, const char *target,
                      int64_t at_ns, enum ledger_what what, int status);
/* Write out what is pending; once a turn of the loop. The descriptor may block for a moment: a file
 * or a memfd does not, a pipe must be read. */
void ledger_flush(struct ledger *l);
void ledger_close(struct ledger *l);

#endif
