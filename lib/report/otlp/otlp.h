/* The parts of the OTLP report (journal/otlp.h), with the attributes of OpenTelemetry's semantic
 * conventions for HTTP client spans. Private to lib/report. */
#ifndef REPORT_OTLP_H
#define REPORT_OTLP_H

#include "journal/otlp.h"
#include "report/attempt_fields.h"
#include "report/report.h"
#include "report/timeline.h"

/* Most links of one span, as in OpenTelemetry's SDKs; what is beyond them is counted. */
enum { OTLP_MOST_LINKS = 128 };

/* What all attempts of a load have in common: already JSON. */
struct otlp_request {
    char *name;       /* of the span, quoted */
    char *attributes; /* without their brackets */
};

struct otlp_load {
    struct otlp_request first, second; /* second: of a pair; else empty */
    struct otlp_request preflight;     /* of pages of another origin; else empty */
    bool given;                        /* the scenario sets traceparent itself, to this: */
    struct trace_id given_trace;
    uint64_t given_span;
};

/* An attempt at a request that had been tried before. */
struct otlp_resend {
    size_t previous; /* index of the attempt before */
    int64_t count;   /* attempts before; 0: it is the first one */
};

struct otlp_run {
    const struct run_verdict *v;
    const struct event *plan;
    struct trace_id run;
    struct otlp_load *loads;
    struct otlp_resend *resends; /* by attempt; NULL: each request was tried once */
    struct timeline timeline;
    int64_t end_ns; /* the last event */
};

/* otlp_run.c */
void otlp_run_init(struct otlp_run *r, const struct run_verdict *v);
void otlp_run_free(struct otlp_run *r);

/* otlp_attempt.c: append the span of an attempt (index in v->attempts). */
void otlp_attempt(const struct otlp_run *r, size_t index, struct buf *b);
/* Was a signal sent, so that there is a drain? */
bool otlp_has_drain(const struct otlp_run *r);
/* Was it open at the first signal, or lost after it: has the drain to do with it? */
bool otlp_in_drain(const struct otlp_run *r, const struct attempt *a);

/* otlp_people.c: append the span of an intention of load number `load`; the parent of its
 * attempts. */
void otlp_intention(const struct otlp_run *r, size_t load, const struct intention *i,
                    struct buf *b);
/* Is it an attempt at an intention? */
bool otlp_is_at_intention(const struct otlp_run *r, const struct attempt *a);

/* otlp_drain.c: spans of the drain's own trace, the first is the drain itself; 0: no signal. */
size_t otlp_drain_spans(const struct otlp_run *r);
void otlp_drain_span(const struct otlp_run *r, size_t number, struct buf *b);

/* otlp_text.c: times of the journal, and fields of an attempt. */
void otlp_time(struct buf *b, const char *key, const struct otlp_run *r, int64_t t_ns);
/* As otlp_span_begin, for a span whose times are the journal's. */
void otlp_begin(struct buf *b, const struct otlp_run *r, const struct otlp_span *span);
/* A field as an attribute; nothing when it is not known. */
void otlp_field(struct buf *b, const char *key, enum attempt_field field,
                const struct attempt_row *row);

#endif
