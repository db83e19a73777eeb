/* One run's data for the page. */
#include "report/html/html.h"

#include <stdlib.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/signame.h"
#include "judge/remarks.h"
#include "report/formats.h"
#include "report/stages.h"
#include "report/text/text.h"
#include "report/timeline.h"
#include "verdict/json.h"

/* The page shows what the target said, not a log that happens to hold a run. */
enum { MOST_LOG = 1000 };

/* What the picture's axis must reach: the run from its first to its last event. */
static void span(struct json_out *j, const struct run_verdict *v)
{
    const struct history *h = v->history;
    int64_t zero_ns = html_zero_ns(v);
    json_out_array(j, "span");
    json_out_int(j, NULL, h->count ? us_since(h->events[0].t_ns, zero_ns) : 0);
    json_out_int(j, NULL, h->count ? us_since(h->events[h->count - 1].t_ns, zero_ns) : 0);
    json_out_end_array(j);
}

static void steps(struct json_out *j, const struct run_verdict *v)
{
    struct timeline line;
    timeline_make(&line, v);
    json_out_array(j, "steps");
    for (size_t i = 0; i < line.count; i++) {
        json_out_object(j, NULL);
        json_out_string(j, "kind", step_word(line.steps[i].kind));
        json_out_number(j, "ms", line.steps[i].ms, 3);
        json_out_bool(j, "bad", line.steps[i].bad);
        json_out_string(j, "text", line.steps[i].text);
        json_out_end_object(j);
    }
    json_out_end_array(j);
    timeline_free(&line);
}

/* The accept queue as it was polled: a column each for when, how deep, and how many sockets. */
static void queue(struct json_out *j, const struct run_verdict *v)
{
    const struct history *h = v->history;
    int64_t *at = mem_zero(h->count + 1, sizeof *at),
            *depth = mem_zero(h->count + 1, sizeof *depth),
            *sockets = mem_zero(h->count + 1, sizeof *sockets), limit = 0;
    size_t n = 0;
    for (size_t i = 0; i < h->count; i++) {
        const struct event *e = &h->events[i];
        if (e->kind != EVENT_LISTENER)
            continue;
        at[n] = us_since(e->t_ns, html_zero_ns(v));
        depth[n] = e->sockets > 0 ? e->depth : 0;
        sockets[n++] = e->sockets;
        limit = e->limit > limit ? e->limit : limit;
    }
    json_out_object(j, "queue");
    json_out_int(j, "n", (int64_t)n);
    json_out_int(j, "limit", limit);
    html_column(j, "at", at, n);
    html_column(j, "depth", depth, n);
    html_column(j, "sockets", sockets, n);
    json_out_end_object(j);
    free(at);
    free(depth);
    free(sockets);
}

static void text_output(struct buf *b, const struct event *e)
{
    buf_adds(b, e->text ? e->text : "");
}

static void text_health(struct buf *b, const struct event *e)
{
    buf_addf(b, "%s: ", e->text ? e->text : "");
    if (e->status > 0)
        buf_add_int(b, e->status);
    else
        buf_adds(b, e->status == 0 ? "refused" : "no answer");
}

static void text_exit(struct buf *b, const struct event *e)
{
    if (e->exit_signal)
        buf_addf(b, "pid %lld died of %s", (long long)e->pid, signame_name((int)e->exit_signal));
    else
        buf_addf(b, "pid %lld exited with code %lld", (long long)e->pid, (long long)e->exit_code);
}

static void text_process(struct buf *b, const struct event *e)
{
    buf_addf(b, "pid %lld", (long long)e->pid);
    if (e->text && *e->text)
        buf_addf(b, ", %s", e->text);
}

static void text_freeze(struct buf *b, const struct event *e)
{
    buf_addf(b, "%lld requests in the accept queue, %lld in receive buffers", (long long)e->queued,
             (long long)e->buffered);
}

static void text_nothing(struct buf *b, const struct event *e)
{
    (void)b;
    (void)e;
}

/* What the log of the target shows, and how. */
static void (*const log_texts[EVENT_COUNT])(struct buf *b, const struct event *e) = {
    [EVENT_TARGET_START] = text_process, [EVENT_TARGET_READY] = text_nothing,
    [EVENT_TARGET_OUTPUT] = text_output, [EVENT_TARGET_KILL] = text_process,
    [EVENT_TARGET_EXIT] = text_exit,     [EVENT_HEALTH] = text_health,
    [EVENT_LOADS_START] = text_nothing,  [EVENT_FREEZE] = text_freeze,
    [EVENT_THAW] = text_nothing,         [EVENT_ORPHAN] = text_process,
    [EVENT_PROCESS_GONE] = text_process, [EVENT_NOTE] = text_nothing, /* the judge words it */
    [EVENT_ERROR] = text_output,
};

static void log_line(struct json_out *j, const struct plan *plan, const struct event *e,
                     int64_t zero_ns)
{
    struct buf b;
    buf_init(&b, 64 * 1024);
    log_texts[e->kind](&b, e);
    if (e->kind == EVENT_NOTE)
        remark_add(&b, plan, e);
    json_out_array(j, NULL);
    json_out_int(j, NULL, us_since(e->t_ns, zero_ns));
    json_out_string(j, NULL, event_specs[e->kind].word);
    json_out_string(j, NULL, b.data ? b.data : "");
    json_out_end_array(j);
    buf_free(&b);
}

static void target_log(struct json_out *j, const struct run_verdict *v)
{
    const struct history *h = v->history;
    int64_t n = 0;
    json_out_array(j, "log");
    for (size_t i = 0; i < h->count; i++)
        if (log_texts[h->events[i].kind] && n++ < MOST_LOG)
            log_line(j, &v->plan, &h->events[i], html_zero_ns(v));
    json_out_end_array(j);
    json_out_int(j, "log_left_out", n > MOST_LOG ? n - MOST_LOG : 0);
}

/* What each load asks for: what its requests' stories begin with. */
static void asks(struct json_out *j, const struct plan *plan)
{
    json_out_array(j, "asks");
    for (size_t i = 0; i < plan->n_loads; i++) {
        const struct plan_load *l = &plan->loads[i];
        json_out_object(j, NULL);
        json_out_string(j, "method", l->method);
        json_out_string(j, "path", path_of(l, false));
        json_out_string(j, "then", path_of(l, true));
        json_out_int(j, "clients", l->clients);
        json_out_number(j, "rate", l->rate, 3);
        json_out_bool(j, "reuse", l->reuse);
        json_out_bool(j, "silent", l->shape == SHAPE_SILENT);
        json_out_end_object(j);
    }
    json_out_end_array(j);
}

void html_run(struct json_out *j, const struct run_verdict *v)
{
    struct buf b;
    buf_init(&b, 256 * 1024);
    text_summary(&b, v);
    json_out_object(j, NULL);
    verdict_json_run(j, v);
    json_out_string(j, "about", v->plan.about);
    json_out_string(j, "sentence", b.data ? b.data : "");
    json_out_bool(j, "signalled", v->first.t_ns != 0);
    span(j, v);
    steps(j, v);
    asks(j, &v->plan);
    queue(j, v);
    target_log(j, v);
    html_attempts(j, v);
    html_people(j, v);
    json_out_end_object(j);
    buf_free(&b);
}
