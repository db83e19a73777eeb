/* Loads that start or stop at an instant: so long after the loads' start, or after a signal. */
#include "run/internal.h"

#include "base/clock.h"
#include "base/mem.h"

static void act(struct run *r, int load, bool stop)
{
    if (r->stage == STAGE_ENDING)
        return;
    if (stop)
        loads_stop(r->loads, load, "stop");
    else
        loads_begin(r->loads, load);
    run_check_complete(r);
}

static void on_timer(uv_timer_t *timer)
{
    struct load_timer *t = timer->data;
    act(t->run, t->load, t->stop);
}

static const struct plan_instant *instant(const struct load_timer *t)
{
    const struct plan_load *load = &t->run->plan->loads[t->load];
    return t->stop ? &load->stop : &load->start;
}

/* Those that wait for signal `of`, or for the loads' start (-1). */
static void start_timers(struct run *r, int of)
{
    uv_update_time(&r->loop);
    for (size_t i = 0; i < 2 * r->plan->n_loads; i++) {
        struct load_timer *t = &r->timers[i];
        const struct plan_instant *at = instant(t);
        if (at->after_ns < 0 || at->of != of)
            continue;
        uint64_t ms = (uint64_t)((at->after_ns + NS_PER_MS - 1) / NS_PER_MS);
        uv_timer_start(&t->timer, on_timer, ms, 0);
    }
}

void schedule_init(struct run *r)
{
    r->timers = mem_zero(2 * r->plan->n_loads, sizeof *r->timers);
    for (size_t i = 0; i < 2 * r->plan->n_loads; i++) {
        struct load_timer *t = &r->timers[i];
        *t = (struct load_timer){.run = r, .load = (int)(i / 2), .stop = i % 2};
        uv_timer_init(&r->loop, &t->timer);
        t->timer.data = t;
    }
}

void schedule_loads_started(struct run *r)
{
    for (size_t i = 0; i < r->plan->n_loads; i++)
        if (r->plan->loads[i].start.after_ns < 0)
            loads_begin(r->loads, (int)i);
    start_timers(r, -1);
}

void schedule_signal_sent(struct run *r, int signal)
{
    start_timers(r, signal);
}

void schedule_close(struct run *r)
{
    for (size_t i = 0; i < 2 * r->plan->n_loads; i++)
        uv_close((uv_handle_t *)&r->timers[i].timer, NULL);
}
