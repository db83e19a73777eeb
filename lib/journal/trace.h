/* Trace identities (W3C Trace Context, https://www.w3.org/TR/trace-context/). Each is a pure
 * function of the run's own random id and of numbers that the journal holds, so that the ids that
 * went over the wire can be computed again, from the journal alone, whenever a report is written.
 * docs/tracing.md describes the function for others who want to compute them. */
#ifndef JOURNAL_TRACE_H
#define JOURNAL_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "journal/event.h"

/* 128 bits, the first byte in the top of `high`. */
struct trace_id {
    uint64_t high, low;
};

enum {
    TRACE_RUN_TEXT = 32 + 1,   /* a run's id in hex, with its NUL */
    TRACE_PARENT_TEXT = 55 + 1 /* the value of a traceparent field, with its NUL */
};

/* A fresh id for a run: getrandom(2). */
struct trace_id trace_run_new(void);
/* 32 lower-case hex digits into `out` (TRACE_RUN_TEXT bytes). Returns out. */
const char *trace_run_text(struct trace_id run, char *out);
/* The id that a run's plan event holds. Journals of before there was one: made of the plan's wall
 * time, its monotonic time and its seed, which no two runs of one machine share; nothing went over
 * the wire then. */
struct trace_id trace_run_of(const struct event *plan);

/* The trace of a request (`load` from 0, `request` from 1, as in the journal): all attempts at it
 * share it. No half of it is ever zero. */
struct trace_id trace_of_request(struct trace_id run, int64_t load, int64_t request);
/* The span of an attempt: no two attempts of a run share one. Never zero. */
uint64_t trace_span_of_attempt(struct trace_id run, int64_t attempt);
/* The span of an intention (load from 0, number from 1): the parent of its attempts' spans, and in
 * the same trace. */
uint64_t trace_span_of_intention(struct trace_id run, int64_t load, int64_t number);
/* The trace of the drain and its spans: number 0 is the drain itself, the others its stages. */
struct trace_id trace_of_drain(struct trace_id run);
uint64_t trace_span_of_drain(struct trace_id run, int64_t number);

/* Traces and spans that a server begins itself, by number; `process` is a trace_run_new of its
 * own. */
struct trace_id trace_of_server(struct trace_id process, uint64_t number);
uint64_t trace_span_of_server(struct trace_id process, uint64_t number);

/* The value of a traceparent field (section 3.2: version 00), into `out` (TRACE_PARENT_TEXT bytes).
 * Returns out. */
const char *trace_context_text(struct trace_id trace, uint64_t span, bool sampled, char *out);
/* The value of the traceparent field of an attempt, "00-TRACE-SPAN-01" (section 3.2: version 00,
 * sampled), into `out` (TRACE_PARENT_TEXT bytes). Returns out. */
const char *trace_parent_text(struct trace_id run, int64_t load, int64_t request, int64_t attempt,
                              char *out);
/* Take such a value apart. False when it is not one of version 00, or an id in it is all zero. */
bool trace_parent_parse(const char *value, struct trace_id *trace, uint64_t *span);

/* Append an id as 16 or 32 lower-case hex digits. */
void trace_add_span(struct buf *b, uint64_t span);
void trace_add_id(struct buf *b, struct trace_id trace);

#endif
