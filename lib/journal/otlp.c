/* Pieces of OTLP's JSON. Written by hand and not by base/json_out: there are 20,000 spans with
 * twenty attributes each, and nearly all of their text is known beforehand. */
#include "journal/otlp.h"

#include <string.h>

#include "base/json_out.h"

/* Longer values are cut, as OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT does: a path may be a megabyte. */
enum { MOST_BYTES = 2048 };

static void comma(struct buf *b)
{
    if (b->len && b->data[b->len - 1] != '[')
        buf_addc(b, ',');
}

static void begin_attribute(struct buf *b, const char *key, const char *type)
{
    comma(b);
    buf_adds(b, "{\"key\":\"");
    buf_adds(b, key);
    buf_adds(b, "\",\"value\":{\"");
    buf_adds(b, type);
    buf_adds(b, "\":");
}

void otlp_quoted(struct buf *b, const char *s)
{
    size_t len = strlen(s);
    if (len > MOST_BYTES)
        for (len = MOST_BYTES; len > MOST_BYTES - 4 && ((unsigned char)s[len] & 0xc0) == 0x80;)
            len--; /* not in the middle of a character */
    json_escape(b, s, len);
}

void otlp_string(struct buf *b, const char *key, const char *value)
{
    begin_attribute(b, key, "stringValue");
    otlp_quoted(b, value);
    buf_adds(b, "}}");
}

void otlp_word(struct buf *b, const char *key, const char *word)
{
    begin_attribute(b, key, "stringValue");
    buf_addc(b, '"');
    buf_adds(b, word);
    buf_adds(b, "\"}}");
}

void otlp_int(struct buf *b, const char *key, int64_t value)
{
    begin_attribute(b, key, "intValue");
    buf_addc(b, '"');
    buf_add_int(b, value);
    buf_adds(b, "\"}}");
}

void otlp_double(struct buf *b, const char *key, double value)
{
    begin_attribute(b, key, "doubleValue");
    buf_addf(b, "%.6f}}", value);
}

void otlp_bool(struct buf *b, const char *key, bool value)
{
    begin_attribute(b, key, "boolValue");
    buf_adds(b, value ? "true}}" : "false}}");
}

void otlp_unix_time(struct buf *b, const char *key, int64_t unix_ns)
{
    buf_addc(b, '"');
    buf_adds(b, key);
    buf_adds(b, "\":\"");
    buf_add_int(b, unix_ns);
    buf_addc(b, '"');
}

static void add_ids(struct buf *b, struct trace_id trace, uint64_t span)
{
    buf_adds(b, "{\"traceId\":\"");
    trace_add_id(b, trace);
    buf_adds(b, "\",\"spanId\":\"");
    trace_add_span(b, span);
    buf_addc(b, '"');
}

void otlp_span_begin(struct buf *b, const struct otlp_span *span)
{
    add_ids(b, span->trace, span->span);
    if (span->parent) {
        buf_adds(b, ",\"parentSpanId\":\"");
        trace_add_span(b, span->parent);
        buf_addc(b, '"');
    }
    buf_adds(b, ",\"flags\":1,\"name\":");
    buf_adds(b, span->name);
    buf_adds(b, ",\"kind\":");
    buf_add_int(b, span->kind);
    buf_addc(b, ',');
    otlp_unix_time(b, "startTimeUnixNano", span->start_ns);
    buf_addc(b, ',');
    otlp_unix_time(b, "endTimeUnixNano",
                   span->end_ns > span->start_ns ? span->end_ns : span->start_ns);
}

void otlp_link(struct buf *b, struct trace_id trace, uint64_t span, const char *what)
{
    comma(b);
    add_ids(b, trace, span);
    buf_adds(b, ",\"attributes\":[");
    otlp_word(b, "drainctl.link", what);
    buf_adds(b, "]}");
}

void otlp_error(struct buf *b, const char *message)
{
    buf_adds(b, ",\"status\":{\"code\":");
    buf_add_int(b, OTLP_STATUS_ERROR);
    buf_adds(b, ",\"message\":");
    otlp_quoted(b, message);
    buf_addc(b, '}');
}
