#include "server/trace/span.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mask.h"
#include "base/mem.h"
#include "base/signame.h"
#include "server/internal.h"
#include "server/trace/collector.h"

enum { SPAN_MAX = 64 << 10 };

struct tracer {
    struct collector *collector;
    struct trace_id process; /* ids come from it, by number */
    uint64_t number;
    int64_t unix_ns; /* the beginning of CLOCK_MONOTONIC */
    struct span shutdown;
};

static void write_resource(struct buf *b, struct trace_id process)
{
    char text[TRACE_RUN_TEXT];
    buf_adds(b, "{\"resourceSpans\":[{\"resource\":{\"attributes\":[");
    otlp_word(b, "service.name", "drainctl-serve");
    otlp_word(b, "service.version", DRAINCTL_VERSION);
    otlp_word(b, "service.instance.id", trace_run_text(process, text));
    otlp_int(b, "process.pid", getpid());
    buf_adds(b, "]},\"scopeSpans\":[{\"scope\":{\"name\":\"drainctl\",\"version\":\"" //
             DRAINCTL_VERSION "\"},\"spans\":[");
}

int tracer_open(struct server *s, struct error *err)
{
    const char *url = s->options->records.otlp;
    struct buf resource;
    if (!url)
        return 0;
    if (collector_check(url, err) < 0)
        return -1;
    struct tracer *t = MEM_NEW(struct tracer);
    t->process = trace_run_new();
    t->unix_ns = clock_unix_ns() - clock_ns();
    buf_init(&resource, SPAN_MAX);
    write_resource(&resource, t->process);
    t->collector = collector_open(s, url, resource.data);
    buf_free(&resource);
    s->outside.tracer = t;
    if (t->collector)
        return 0;
    free(t);
    s->outside.tracer = NULL;
    return error_set(err, ERROR_RUN, "libcurl could not be started");
}

void span_begin(struct server *s, struct span *span, const struct span *parent)
{
    struct tracer *t = s->outside.tracer;
    *span = (struct span){.start_ns = clock_ns()};
    if (!t || (parent && parent->unsampled))
        return;
    span->id = trace_span_of_server(t->process, ++t->number);
    span->trace = parent && parent->id ? parent->trace : trace_of_server(t->process, t->number);
    span->parent = parent ? parent->id : 0;
}

void span_attributes(struct buf *b)
{
    buf_init(b, SPAN_MAX);
    buf_addc(b, '[');
}

void span_end(struct server *s, struct span *span, const struct span_end *what)
{
    struct tracer *t = s->outside.tracer;
    struct buf name, b;
    if (!t || !span->id)
        return;
    buf_init(&name, SPAN_MAX);
    buf_init(&b, 2 * SPAN_MAX);
    otlp_quoted(&name, what->name);
    otlp_span_begin(
        &b, &(struct otlp_span){.trace = span->trace,
                                .span = span->id,
                                .parent = span->parent,
                                .name = name.data,
                                .kind = what->kind,
                                .start_ns = t->unix_ns + span->start_ns,
                                .end_ns = t->unix_ns + (what->end_ns ? what->end_ns : clock_ns())});
    if (what->attributes) {
        buf_adds(&b, ",\"attributes\":");
        buf_add(&b, what->attributes->data, what->attributes->len);
        buf_addc(&b, ']');
    }
    if (what->error) {
        char *masked = mask_copy(what->error);
        otlp_error(&b, masked ? masked : what->error);
        free(masked);
    }
    buf_addc(&b, '}');
    collector_add(t->collector, &b);
    buf_free(&b);
    buf_free(&name);
    span->id = 0;
}

bool span_context(const struct span *span, char out[TRACE_PARENT_TEXT])
{
    if (!span->id && !span->unsampled)
        return false;
    trace_context_text(span->trace, span->unsampled ? span->parent : span->id, !span->unsampled,
                       out);
    return true;
}

/* --- the shutdown --- */

static void begin_shutdown(struct server *s)
{
    struct tracer *t = s->outside.tracer;
    if (t->shutdown.id)
        return;
    span_begin(s, &t->shutdown, NULL);
    if (s->life.signal_ns)
        t->shutdown.start_ns = s->life.signal_ns;
}

/* A step that drain.c sees to has been going on since the signal. */
void step_span(struct server *s, const struct step *step)
{
    struct span span;
    bool timed = step->row.begin || step->row.work;
    if (!s->outside.tracer)
        return;
    begin_shutdown(s);
    span_begin(s, &span, &s->outside.tracer->shutdown);
    span.start_ns = timed ? step->begun_ns : s->outside.tracer->shutdown.start_ns;
    span_end(s, &span,
             &(struct span_end){.name = step->row.name,
                                .kind = OTLP_KIND_INTERNAL,
                                .end_ns = step->over_ns,
                                .error = step->state == STEP_DONE ? NULL : step->why});
}

void tracer_flush(struct step *step, void *server)
{
    struct server *s = server;
    struct tracer *t = s->outside.tracer;
    struct buf attributes;
    begin_shutdown(s);
    span_attributes(&attributes);
    otlp_int(&attributes, "drainctl.exit_status", s->life.exit_status);
    otlp_int(&attributes, "drainctl.cut", s->counts.cut);
    span_end(
        s, &t->shutdown,
        &(struct span_end){.name = "shutdown",
                           .kind = OTLP_KIND_INTERNAL,
                           .attributes = &attributes,
                           .error = s->life.exit_status == 1 ? "requests were cut off" : NULL});
    buf_free(&attributes);
    collector_flush(t->collector, step);
}

void tracer_stop(struct server *s)
{
    if (!s->outside.tracer)
        return;
    collector_stop(s->outside.tracer->collector);
    free(s->outside.tracer);
    s->outside.tracer = NULL;
}
