/* Times of the journal and fields of an attempt in spans. */
#include "journal/wall.h"
#include "report/otlp/otlp.h"

void otlp_time(struct buf *b, const char *key, const struct otlp_run *r, int64_t t_ns)
{
    otlp_unix_time(b, key, wall_unix_ns(r->plan, t_ns));
}

void otlp_begin(struct buf *b, const struct otlp_run *r, const struct otlp_span *span)
{
    struct otlp_span dated = *span;
    dated.start_ns = wall_unix_ns(r->plan, span->start_ns);
    dated.end_ns = wall_unix_ns(r->plan, span->end_ns);
    otlp_span_begin(b, &dated);
}

void otlp_field(struct buf *b, const char *key, enum attempt_field field,
                const struct attempt_row *row)
{
    struct field_value f;
    enum field_kind kind = attempt_field_kind(field);
    attempt_field_read(field, row, &f);
    if (!f.known)
        return;
    if (kind == AS_WORD)
        otlp_word(b, key, f.text);
    else if (kind == AS_TEXT)
        otlp_string(b, key, f.text);
    else if (kind == AS_FLAG)
        otlp_bool(b, key, f.n);
    else if (kind == AS_SECONDS)
        otlp_double(b, key, f.seconds);
    else
        otlp_int(b, key, f.n);
}
