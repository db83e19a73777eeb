/* The drain as a trace of its own: one span from the first signal to the target's exit, and below
 * it one for each of its stages, from the signal to the step that ends it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/signame.h"
#include "report/otlp/otlp.h"
#include "report/stages.h"

/* From a time that the verdict gives as milliseconds since the first signal. */
static int64_t time_of(const struct otlp_run *r, double ms)
{
    double t = (double)r->v->first.t_ns + ms * (double)NS_PER_MS;
    if (!(t > 0))
        return 0;
    /* below 2^53 ns (104 days) after the signal, the sum of whole numbers is exact */
    return t < 9e18 ? r->v->first.t_ns + (int64_t)llround(ms * (double)NS_PER_MS) : INT64_MAX;
}

bool otlp_has_drain(const struct otlp_run *r)
{
    return r->v->first.t_ns && r->v->n_signals;
}

bool otlp_in_drain(const struct otlp_run *r, const struct attempt *a)
{
    if (!otlp_has_drain(r) || a->phase == PHASE_DONE)
        return false;
    return a->phase != PHASE_NOT_STARTED || outcome_is_loss(a->outcome);
}

size_t otlp_drain_spans(const struct otlp_run *r)
{
    return otlp_has_drain(r) ? 1 + r->timeline.count : 0;
}

static void add_links(const struct otlp_run *r, struct buf *b)
{
    const struct run_verdict *v = r->v;
    int64_t lost = 0;
    buf_adds(b, ",\"links\":[");
    for (size_t i = 0; i < v->n_attempts; i++) {
        const struct attempt *a = &v->attempts[i];
        if (!otlp_in_drain(r, a) || !outcome_is_loss(a->outcome) || ++lost > OTLP_MOST_LINKS)
            continue;
        otlp_link(b, trace_of_request(r->run, a->load, a->request),
                  trace_span_of_attempt(r->run, a->id), "lost-attempt");
    }
    buf_addc(b, ']');
    if (lost > OTLP_MOST_LINKS) {
        buf_adds(b, ",\"droppedLinksCount\":");
        buf_add_int(b, lost - OTLP_MOST_LINKS);
    }
}

static void add_outcomes(const struct run_verdict *v, struct buf *b)
{
    int64_t sums[OUTCOME_COUNT] = {0};
    for (size_t i = 0; i < v->n_attempts; i++)
        sums[v->attempts[i].outcome]++;
    otlp_int(b, "drainctl.attempts", (int64_t)v->n_attempts);
    otlp_int(b, "drainctl.in_flight", v->first.in_flight);
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        char key[64] = "drainctl.outcomes.";
        snprintf(key, sizeof key, "drainctl.outcomes.%s", outcome_words[o].word);
        if (sums[o])
            otlp_int(b, key, sums[o]);
    }
}

static void add_attributes(const struct otlp_run *r, struct buf *b)
{
    const struct run_verdict *v = r->v;
    buf_adds(b, ",\"attributes\":[");
    otlp_word(b, "drainctl.verdict", verdict_word(v->value));
    if (v->because.why)
        otlp_string(b, "drainctl.why", v->because.why);
    otlp_word(b, "drainctl.signal", signame_name(v->signals[0].signo));
    add_outcomes(v, b);
    otlp_string(b, "drainctl.target", v->target.argv);
    if (v->target.pid > 0)
        otlp_int(b, "process.pid", v->target.pid);
    if (v->target.exited && !v->target.exit_signal)
        otlp_int(b, "process.exit.code", v->target.exit_code);
    if (v->target.exited && v->target.exit_signal)
        otlp_word(b, "drainctl.exit_signal", signame_name(v->target.exit_signal));
    if (v->target.queue_lost >= 0)
        otlp_int(b, "drainctl.queue_lost", v->target.queue_lost);
    buf_addc(b, ']');
}

static void add_drain(const struct otlp_run *r, struct buf *b)
{
    const struct run_verdict *v = r->v;
    char *name = mem_printf("\"drain %s\"", signame_name(v->signals[0].signo));
    struct otlp_span span = {
        .trace = trace_of_drain(r->run),
        .span = trace_span_of_drain(r->run, 0),
        .name = name,
        .kind = OTLP_KIND_INTERNAL,
        .start_ns = v->first.t_ns,
        .end_ns = v->target.exited ? time_of(r, v->target.exit_after_ms) : r->end_ns,
    };
    otlp_begin(b, r, &span);
    add_attributes(r, b);
    add_links(r, b);
    if (v->value == VERDICT_FAILED)
        otlp_error(b, v->because.why ? v->because.why : "failed");
    buf_addc(b, '}');
    free(name);
}

/* "until listener-closed" lasts from the first signal to that step. A step before the signal
 * (readiness that turned early, say) is a stage that ends at it. A signal is an instant. */
static void add_stage(const struct otlp_run *r, const struct step *step, int64_t number,
                      struct buf *b)
{
    int64_t t0 = r->v->first.t_ns, t = time_of(r, step->ms);
    char *name =
        mem_printf("\"%s%s\"", step->kind == STEP_SIGNAL ? "" : "until ", step_word(step->kind));
    struct otlp_span span = {
        .trace = trace_of_drain(r->run),
        .span = trace_span_of_drain(r->run, number),
        .parent = trace_span_of_drain(r->run, 0),
        .name = name,
        .kind = OTLP_KIND_INTERNAL,
        .start_ns = step->kind == STEP_SIGNAL || t < t0 ? t : t0,
        .end_ns = step->kind == STEP_SIGNAL || t > t0 ? t : t0,
    };
    otlp_begin(b, r, &span);
    buf_adds(b, ",\"attributes\":[");
    otlp_string(b, "drainctl.step", step->text);
    buf_addc(b, ']');
    if (step->bad)
        otlp_error(b, step->text);
    buf_addc(b, '}');
    free(name);
}

void otlp_drain_span(const struct otlp_run *r, size_t number, struct buf *b)
{
    if (number == 0)
        add_drain(r, b);
    else
        add_stage(r, &r->timeline.steps[number - 1], (int64_t)number, b);
}
