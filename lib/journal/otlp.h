/* Traces in OTLP's JSON encoding (opentelemetry-proto, docs/specification.md, "JSON Protobuf
 * Encoding": ids in hex, 64-bit numbers as strings, enums as numbers). Pieces of it, appended to a
 * buf; a comma goes in front where one is needed. */
#ifndef JOURNAL_OTLP_H
#define JOURNAL_OTLP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "journal/trace.h"

/* enum Span.SpanKind and Status.StatusCode of trace.proto */
enum {
    OTLP_KIND_INTERNAL = 1,
    OTLP_KIND_SERVER = 2,
    OTLP_KIND_CLIENT = 3,
    OTLP_KIND_CONSUMER = 5,
    OTLP_STATUS_ERROR = 2
};

void otlp_string(struct buf *b, const char *key, const char *value); /* an attribute: any bytes */
void otlp_word(struct buf *b, const char *key, const char *word);    /* one of our own words */
void otlp_int(struct buf *b, const char *key, int64_t value);
void otlp_double(struct buf *b, const char *key, double value);
void otlp_bool(struct buf *b, const char *key, bool value);
/* Any bytes, quoted, cut to a length that a trace store keeps. */
void otlp_quoted(struct buf *b, const char *s);
/* "KEY":"NANOSECONDS" */
void otlp_unix_time(struct buf *b, const char *key, int64_t unix_ns);

/* The head of a span up to its attributes; parent 0: none. `name` is already JSON; times are
 * nanoseconds since 1970, and an end before the start counts as the start. */
struct otlp_span {
    struct trace_id trace;
    uint64_t span, parent;
    const char *name;
    int kind;
    int64_t start_ns, end_ns;
};
void otlp_span_begin(struct buf *b, const struct otlp_span *span);
void otlp_link(struct buf *b, struct trace_id trace, uint64_t span, const char *what);
/* "status" of a span that went wrong. */
void otlp_error(struct buf *b, const char *message);

#endif
