/* Times of the journal in spans. */
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
