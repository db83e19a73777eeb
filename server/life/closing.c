#include "server/life/closing.h"

#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "server/internal.h"
#include "server/registry/registry.h"
#include "server/trace/span.h"
#include "server/work/consumer.h"
#include "server/work/database.h"
#include "server/work/messages.h"
#include "server/work/upstream.h"

/* What comes after the drain timeout gets this long, all together. */
static const int64_t last_ns = 100 * NS_PER_MS;

static void flush_logs(struct step *step, void *server)
{
    struct server *s = server;
    ledger_flush(&s->ledger);
    bool bad = s->options->records.log && fflush(s->options->records.log) != 0;
    step_over(step, bad ? "the log cannot be written" : NULL);
}

/* Those who asked are gone by now, and their calls with them. */
static void close_upstream(struct step *step, void *server)
{
    struct server *s = server;
    if (s->upstream.calls)
        upstream_close(s->upstream.calls);
    s->upstream.calls = NULL;
    step_over(step, NULL);
}

/* In their order; a row without `begin` is reported by drain.c when it comes true. */
static const struct step_row rows[] = {
    {.name = "not-ready", .place = PLACE_NOT_READY},
    {.name = "listener-closed", .place = PLACE_LISTENER},
    {.name = "requests-finished", .place = PLACE_REQUESTS},
    {.name = "consumer-stopped",
     .place = PLACE_CONSUMER,
     .begin = consumers_begin_stop,
     .give_up = consumers_give_up},
    {.name = "upstreams-closed", .place = PLACE_UPSTREAMS, .begin = close_upstream},
    {.name = "pool-closed",
     .place = PLACE_POOL,
     .begin = database_begin_close,
     .give_up = database_close},
    {.name = "logs-flushed", .place = PLACE_LOGS, .limit_ns = NS_PER_S, .begin = flush_logs},
};

static void report(void *ctx, const struct step *step)
{
    double ms = (double)(step->over_ns - step->begun_ns) / 1e6;
    bool timed = step->row.begin || step->row.work;
    step_span(ctx, step);
    if (step->state == STEP_DONE && !timed)
        server_log(ctx, "step %s: done", step->row.name);
    else if (!timed)
        server_log(ctx, "step %s: failed, %s", step->row.name, step->why);
    else if (step->state == STEP_DONE)
        server_log(ctx, "step %s: done in %.1f ms", step->row.name, ms);
    else
        server_log(ctx, "step %s: %s after %.1f ms, %s", step->row.name,
                   step_state_name(step->state), ms, step->why);
}

static void finished(void *ctx)
{
    struct server *s = ctx;
    if (s->closing.steps.bad > 0 && s->life.exit_status == 0 &&
        !server_faulty(s, FAULT(HIDE_DEADLINE)))
        s->life.exit_status = 1;
    uv_stop(&s->loop.uv);
}

int closing_init(struct server *s, struct error *err)
{
    steps_init(&s->closing.steps, &s->timers, s, report, finished);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct step_row row = rows[i];
        row.arg = s;
        steps_add(&s->closing.steps, &row);
    }
    if (s->options->registry.where)
        steps_add(&s->closing.steps, &(struct step_row){.name = "registry-left",
                                                        .place = PLACE_RELEASE,
                                                        .limit_ns = registry_leave_limit_ns(s),
                                                        .begin = registry_begin_leave,
                                                        .give_up = registry_give_up,
                                                        .arg = s});
    messages_add_steps(s);
    if (s->options->records.otlp)
        steps_add(&s->closing.steps, &(struct step_row){.name = "traces-flushed",
                                                        .place = PLACE_TRACES,
                                                        .begin = tracer_flush,
                                                        .arg = s});
    for (int i = 0; i < s->options->closing.n_steps; i++)
        steps_add(&s->closing.steps, &s->options->closing.steps[i]);
    return commands_add(s, err);
}

/* One server a process, as for its signals. */
static uv_async_t *wake;

static void send_wake(void)
{
    uv_async_send(wake);
}

static void on_wake(uv_async_t *async)
{
    struct server *s = async->data;
    steps_collect(&s->closing.steps);
}

void closing_on_loop(struct server *s)
{
    uv_async_init(&s->loop.uv, &s->closing.wake, on_wake);
    s->closing.wake.data = s;
    wake = &s->closing.wake;
    step_thread_wake = send_wake;
}

void closing_begin(struct server *s)
{
    int64_t deadline = s->life.signal_ns + s->options->drain.timeout_ns;
    int64_t last = clock_ns() + last_ns;
    timers_clear(&s->timers, &s->drain.deadline);
    steps_begin(&s->closing.steps, deadline > last ? deadline : last);
}

void closing_stop(struct server *s)
{
    steps_leave(&s->closing.steps);
}

void closing_free(struct server *s)
{
    steps_free(&s->closing.steps);
    commands_free(s);
}
