/* One HTTP/1.1 connection as a machine that is fed bytes and hands bytes out (RFC 9112). It knows
 * no socket, so that a test or the fuzzer can drive it; conn.c gives it one. */
#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <llhttp.h>

#include "base/buf.h"
#include "server/timers.h"

struct http;
struct request;
struct route;
struct server;

enum http_state {
    STATE_IDLE,      /* no byte of a request yet, or none since the last answer */
    STATE_HEAD,      /* some of the header section */
    STATE_BODY,      /* header section read, body on its way */
    STATE_WAITING,   /* whole request read, the handler is at work */
    STATE_ANSWERING, /* the answer has begun */
    STATE_DONE,      /* nothing more will be read as a request; close once `out` is empty */
};

/* What the machine needs of the outside. */
struct http_io {
    /* Hand as much of h->out as possible to the peer, consuming it. 0, or -errno when it is gone.
     */
    int (*send)(struct http *h);
    /* The machine has come to rest: renew what is waited for, or close. h may be freed in here. */
    void (*settled)(struct http *h);
    /* Read what already lies in the receive buffer into h, without waiting (may be NULL). */
    void (*look)(struct http *h);
    /* How long a peer that is about to send may need, ns (a round trip and some; may be NULL). */
    int64_t (*grace)(const struct http *h);
};

struct http_peer {
    bool eof;    /* it has sent its last byte */
    bool broken; /* it is gone: no answer can be written */
    bool unread; /* closed before all that it was sending was read */
};

struct http_draining {
    bool begun;       /* http_drain was called */
    int64_t slack_ns; /* an idle one closes that much later during the drain */
};

/* The refusal that parsing has come to. */
struct http_refusal {
    int status; /* 0: none */
    const char *text;
};

struct http_parsing {
    llhttp_t llhttp;
    bool paused;       /* it stopped at the end of a request */
    size_t head_bytes; /* of the header section being read */
};

struct http {
    struct server *server;
    const struct http_io *io;
    void (*go_on)(struct http *h); /* http_pump, for the files that lie below it */
    const struct route *routes;
    enum http_state state;
    bool pumping; /* inside http_pump: handlers need not start it again */
    bool last;    /* the answer under way is the last one of this connection */
    bool counted; /* of the main listener: its requests are in the gauge, its end is awaited */
    bool doomed;  /* a planted fault closes it as soon as it sends */
    struct http_peer peer;
    struct http_draining drain;
    struct http_refusal refuse;
    unsigned served;                /* answers written */
    int64_t accepted_ns, active_ns; /* active: last byte in or out */
    struct request *request;        /* from a request's first byte to its answer's last */
    struct http_parsing parser;
    struct buf in;  /* read, not yet parsed: pipelined requests wait here */
    struct buf out; /* not yet written */
    struct timer timer;
};

/* counted: its requests show in the gauge, and the drain applies to it. */
void http_init(struct http *h, struct server *s, const struct route *routes,
               const struct http_io *io, bool counted);
/* Release what it holds; a request under way is dropped (and its ledger says `cut` when `cut`). */
void http_free(struct http *h, bool cut);

/* Bytes from the peer, in any pieces. h may be gone when these return. */
void http_input(struct http *h, const char *data, size_t len);
void http_eof(struct http *h);    /* the peer has sent FIN: it may still be reading */
void http_broken(struct http *h); /* the peer is gone (RST) */
/* More of `out` can be written. */
void http_writable(struct http *h);
/* Whether more input is wanted; false while enough unparsed input waits (back-pressure). */
bool http_wants_input(const struct http *h);

/* The listener is being closed: a connection that is idle closes as soon as no request can be on
 * its way any more (at the next run of the timers), and slack_ns later; any other closes after its
 * answer. */
void http_drain(struct http *h, int64_t slack_ns);

/* Go on: parse, send, finish. Called by handlers that answer later (timer, gate). */
void http_pump(struct http *h);
/* Release the memory of buffers that are empty: a waiting connection should cost little. */
void http_trim(struct http *h);

/* http_state.c: go to a state that may follow; its time limit begins, or begins anew. */
void http_enter(struct http *h, enum http_state state);
void http_progress(struct http *h);
bool http_parses(const struct http *h); /* input is parsed in this state */

/* http_parse.c: parse from `data`; returns how much was used. Stops at the end of a request. */
size_t http_parse(struct http *h, const char *data, size_t len);
void http_parser_init(struct http *h);

#endif
