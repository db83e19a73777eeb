/* HTTP calls on the loop: libcurl's multi interface with its sockets on uv's loop
 * (multi_socket_action(3)). Nothing blocks, and no redirect is followed. */
#ifndef WIRE_CALLS_H
#define WIRE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

struct calls;
struct uv_loop_s;

/* Most bytes of an answer that are kept. */
enum { CALL_BODY_MAX = 4 << 20 };

/* Files in PEM, for libcurl. */
struct call_tls {
    char *ca;         /* signers of the server's certificate; NULL or "system": those that
                         the system trusts */
    char *cert, *key; /* the client's own; or NULL */
};

/* What is sent; copied where it must last. */
struct call_request {
    const char *url;
    const char *body; /* sent by POST as application/json; NULL: GET */
    size_t len;
    const char *const *fields;  /* more header fields, "Name: value"; ends with NULL; or NULL */
    int64_t connect_ns;         /* longest time to a connection; 0: 2 s */
    int64_t total_ns;           /* … and to the end of the answer; 0: no limit */
    size_t body_max;            /* of the answer; 0: CALL_BODY_MAX. What is longer fails the call */
    const struct call_tls *tls; /* NULL: as libcurl has it */
    bool local;                 /* on this machine: no proxy of the environment is used */
};

/* One call; part of the caller's memory, which must live until `done` or call_cancel. */
struct call {
    /* On the loop, never from in calls_start: status says how it went. */
    void (*done)(struct call *c);
    /* Each piece of a 200's body as it comes, in place of `body`. False: it is enough; `done` comes
     * with status 0. Must not cancel the call. May be NULL. */
    bool (*piece)(struct call *c, const char *data, size_t len);
    int status;            /* of HTTP; 0: there was no whole answer, and `error` says why */
    char error[256];       /* libcurl's words */
    struct buf body;       /* of the answer; the caller frees it, also before the next call */
    int64_t retry_after_s; /* of the answer's Retry-After; 0: none */
    /* libcurl's */
    void *easy; /* NULL: not under way */
    void *fields;
    struct calls *calls;
};

/* For a handle of libcurl's (CURL *). */
void call_set_tls(void *easy, const struct call_tls *tls);

/* NULL when libcurl cannot be started. The loop must outlive it. */
struct calls *calls_open(struct uv_loop_s *loop);
void calls_start(struct calls *cs, struct call *c, const struct call_request *what);
/* Break it off: its connection is closed. Harmless when it is not under way. */
void call_cancel(struct call *c);
int64_t calls_under_way(const struct calls *cs);
/* No call may be under way. The memory goes when the loop has run once more; `closed` (may be NULL)
 * is called then. */
void calls_close(struct calls *cs, void (*closed)(void *arg), void *arg);

/* The pause before the next try, ns: 100 ms, twice as long each time, at most 5 s, and by chance up
 * to half of it less, so that a thousand clients do not come back in one moment. `tries` counts
 * those that failed and is moved on. */
int64_t calls_pause_ns(int *tries);

#endif
