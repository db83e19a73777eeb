/* Spans of the server: what each request, query, upstream call, job and closing step took, for
 * --otlp. Without it nothing is done in here. Times are of CLOCK_MONOTONIC. */
#ifndef SERVER_SPAN_H
#define SERVER_SPAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "journal/otlp.h"
#include "server/life/steps.h"

struct call;
struct request;
struct server;
struct tracer;
struct work;

struct span {
    struct trace_id trace;
    uint64_t id; /* 0: it is not traced */
    uint64_t parent;
    int64_t start_ns;
    bool unsampled; /* the client that began the trace does not want it recorded */
};

/* What is known at its end. */
struct span_end {
    const char *name;
    int kind;                     /* OTLP_KIND_… */
    int64_t end_ns;               /* 0: now */
    const struct buf *attributes; /* see span_attributes; or NULL */
    const char *error;            /* it went wrong, in this way; or NULL */
};

/* Once the loop is there: read --otlp. 0, or -1 with err filled. */
int tracer_open(struct server *s, struct error *err);
/* The closing step: the shutdown's own span ends, and all are sent. */
void tracer_flush(struct step *step, void *server);
void tracer_stop(struct server *s);

/* It begins now, below `parent` (NULL, or not traced: a trace of its own). */
void span_begin(struct server *s, struct span *span, const struct span *parent);
/* It has ended: it is sent, once. */
void span_end(struct server *s, struct span *span, const struct span_end *what);
/* An empty list of attributes, to which otlp_… append. */
void span_attributes(struct buf *b);
/* The value of a traceparent field for what is asked of others; false: it is not traced. */
bool span_context(const struct span *span, char out[TRACE_PARENT_TEXT]);

/* request_span.c */
/* A traceparent field of the request. */
void request_span_join(struct request *r, const char *value);
/* Its header section is read. */
void request_span_begin(struct request *r);
/* It is over: its answer was written to the end (why NULL), or not: "cut-off", "client-gone". */
void request_span_end(struct request *r, const char *why);
/* A query of a request, from its place in the queue to its end. */
void query_span_end(struct server *s, struct work *w);

/* A call of the upstream for this request begins; true: it is to carry this traceparent. */
bool call_span_begin(struct request *r, struct span *span, char context[TRACE_PARENT_TEXT]);
/* It is over, or was broken off (why: the cause; else NULL). */
void call_span_end(struct server *s, struct span *span, const struct call *call, const char *why);

/* span.c: a closing step is over. */
void step_span(struct server *s, const struct step *step);

#endif
