/* Loads that start, stop or go on at an instant: a time after the loads' start or a signal. */
#include "run/internal.h"

#include "base/clock.h"
#include "base/mem.h"

static void act_stop(struct loads *loads, int load)
{
    loads_stop(loads, load, "stop");
}

static const struct {
    size_t instant; /* of struct plan_load */
    void (*act)(struct loads *loads, int load);
} actions[LOAD_ACTIONS] = {
    [LOAD_START] = {offsetof(struct plan_load, start), loads_begin},
    [LOAD_STOP] = {offsetof(struct plan_load, stop), act_stop},
    [LOAD_RESUME] = {offsetof(struct plan_load, resume.at), loads_release},
    [LOAD_READ_ON] = {offsetof(struct plan_load, read.until), loads_read_on},
};

static void act(struct load_timer *t)
{
    struct run *r = t->run;
    if (r->stage == STAGE_ENDING || !r->loads)
        return;
    actions[t->action].act(r->loads, t->load);
    r->end.check = true;
}

static void on_timer(uv_timer_t *timer)
{
    act(timer->data);
}

static const struct plan_instant *instant(const struct load_timer *t)
{
    const char *load = (const char *)&t->run->plan->loads[t->load];
    return (const struct plan_instant *)(const void *)(load + actions[t->action].instant);
}

/* Those that wait for signal `of`, or for the loads' start (-1). */
static void start_timers(struct run *r, int of)
{
    uv_update_time(&r->loop);
    for (size_t i = 0; i < LOAD_ACTIONS * r->plan->n_loads; i++) {
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
    r->timers = mem_zero(LOAD_ACTIONS * r->plan->n_loads, sizeof *r->timers);
    for (size_t i = 0; i < LOAD_ACTIONS * r->plan->n_loads; i++) {
        struct load_timer *t = &r->timers[i];
        *t = (struct load_timer){.run = r,
                                 .load = (int)(i / LOAD_ACTIONS),
                                 .action = (enum load_action)(i % LOAD_ACTIONS)};
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
    for (size_t i = 0; i < LOAD_ACTIONS * r->plan->n_loads; i++)
        uv_close((uv_handle_t *)&r->timers[i].timer, NULL);
}
