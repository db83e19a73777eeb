/* One try at a request on one connection: its phase, the counts of its load, and its events. Every
 * kind of client goes through these five functions, so the sums always add up. */
#ifndef LOAD_ATTEMPT_H
#define LOAD_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "journal/trace.h"
#include "load/headers.h"
#include "words/words.h"

struct client;
struct group;

/* "traceparent: " and its value, with a NUL. */
enum { ATTEMPT_TRACE_LINE = 13 + TRACE_PARENT_TEXT };

struct attempt {
    int64_t id, request;
    enum phase phase; /* PHASE_DONE between attempts */
    bool sent;        /* the whole request went to the kernel */
    bool head;        /* the request is HEAD: its answer has no body */
    int64_t tries;
    int64_t sent_bytes;
    int server; /* via the registry: the port of the server that it went to; else 0 */
    int code;   /* of its end */
    struct answer answer;
};

/* How it ended. */
struct attempt_end {
    int code;     /* CURLcode, or the one that libcurl would have given */
    int os_errno; /* of the failed system call, or 0 */
    enum ended ended;
};

/* The field that tells a server the attempt's span (W3C Trace Context), so that the spans of its
 * own instrumentation join those of the report: "traceparent: …", without a line ending, into `out`
 * (ATTEMPT_TRACE_LINE bytes). */
void attempt_trace_line(const struct group *g, const struct attempt *a, char *out);

/* `intended_ns`: when it should have started, for an open loop; 0: now. */
void attempt_start(struct client *c, int64_t request, int64_t intended_ns);
/* `port`: the local one, in host order: which connection this is. */
void attempt_connected(struct client *c, int port, bool reused);
void attempt_sent(struct client *c);
void attempt_first_byte(struct client *c);
/* The client's next step is the caller's to start (client_over). */
void attempt_end(struct client *c, const struct attempt_end *end);

/* In a pair, make the other one the attempt that all these functions are about. */
void attempt_swap(struct client *c);

static inline bool attempt_open(const struct attempt *a)
{
    return a->phase != PHASE_DONE && a->phase != PHASE_NOT_STARTED;
}

#endif
