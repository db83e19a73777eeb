/* Traces for OpenTelemetry: a line is one ExportTraceServiceRequest, as OTLP's file exporter writes
 * and its receivers read them (JSON Lines), and as many lines as it takes: a receiver limits what
 * it takes at a time. */
#include "report/otlp/otlp.h"

#include "report/formats.h"

/* Below the mebibyte that the collector's otlpjsonfile receiver takes for a line, and far below the
 * 4 MB and more that OTLP receivers take for a body. */
enum { LINE_MAX_BYTES = 1000 * 1000, MOST_SPAN = 16 * 1024 * 1024 };

struct lines {
    struct buf *out;
    struct buf resource; /* the head of the current run's resource */
    struct buf span;     /* the one that is being written */
    size_t len;          /* of the line that is open; 0: none is */
    bool resource_open;
    bool any; /* a span was written */
};

static void put(struct lines *l, const char *data, size_t len)
{
    buf_add(l->out, data, len);
    l->len += len;
}

#define PUT(l, literal) put(l, literal, sizeof(literal) - 1)

static void close_resource(struct lines *l)
{
    if (l->resource_open)
        PUT(l, "]}]}");
    l->resource_open = false;
}

static void close_line(struct lines *l)
{
    close_resource(l);
    PUT(l, "]}\n");
    l->len = 0;
}

/* The span that was written goes into the open line, or into a new one when that would be long. */
static void put_span(struct lines *l)
{
    if (l->len && l->len + l->resource.len + l->span.len > LINE_MAX_BYTES)
        close_line(l);
    bool first_resource = l->len == 0, first_span = !l->resource_open;
    if (first_resource)
        PUT(l, "{\"resourceSpans\":[");
    if (first_span) {
        if (!first_resource)
            PUT(l, ",");
        put(l, l->resource.data, l->resource.len);
        l->resource_open = true;
    } else {
        PUT(l, ",");
    }
    put(l, l->span.data, l->span.len);
    buf_reset(&l->span);
    l->any = true;
}

/* Up to the spans. */
static void begin_resource(struct lines *l, const struct otlp_run *r)
{
    struct buf *b = &l->resource;
    char text[TRACE_RUN_TEXT];
    buf_reset(b);
    buf_adds(b, "{\"resource\":{\"attributes\":[");
    otlp_word(b, "service.name", "drainctl");
    otlp_word(b, "service.version", DRAINCTL_VERSION);
    otlp_word(b, "service.instance.id", trace_run_text(r->run, text));
    otlp_string(b, "drainctl.scenario", r->v->scenario);
    if (r->v->file && *r->v->file)
        otlp_string(b, "drainctl.file", r->v->file);
    buf_adds(b, "]},\"scopeSpans\":[{\"scope\":{\"name\":\"drainctl\",\"version\":\"");
    buf_adds(b, DRAINCTL_VERSION "\"},\"spans\":[");
}

static void put_run(struct lines *l, const struct run_verdict *v)
{
    struct otlp_run r;
    otlp_run_init(&r, v);
    begin_resource(l, &r);
    size_t drain = otlp_drain_spans(&r);
    for (size_t i = 0; i < drain; i++) {
        otlp_drain_span(&r, i, &l->span);
        put_span(l);
    }
    for (size_t k = 0; k < v->n_loads; k++)
        for (int64_t i = 0; i < v->loads[k].users.intentions; i++) {
            otlp_intention(&r, k, &v->loads[k].users.all[i], &l->span);
            put_span(l);
        }
    for (size_t i = 0; i < v->n_attempts; i++) {
        otlp_attempt(&r, i, &l->span);
        put_span(l);
    }
    close_resource(l);
    otlp_run_free(&r);
}

void report_otlp(const struct report_input *in, struct buf *out)
{
    struct lines l = {.out = out};
    buf_init(&l.resource, MOST_SPAN);
    buf_init(&l.span, MOST_SPAN);
    for (size_t i = 0; i < in->count; i++)
        put_run(&l, &in->runs[i]);
    if (l.len)
        close_line(&l);
    if (!l.any) /* still JSON */
        buf_adds(out, "{\"resourceSpans\":[]}\n");
    buf_free(&l.resource);
    buf_free(&l.span);
}
