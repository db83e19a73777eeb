#include "server/life/steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"

static void go_on(struct steps *ss);

const char *step_state_name(enum step_state state)
{
    static const char *const names[] = {
        [STEP_WAITING] = "waiting", [STEP_RUNNING] = "running", [STEP_DONE] = "done",
        [STEP_FAILED] = "failed",   [STEP_HUNG] = "hung",
    };
    return names[state];
}

void steps_init(struct steps *ss, struct timers *timers, void *ctx,
                void (*report)(void *ctx, const struct step *step), void (*finished)(void *ctx))
{
    *ss = (struct steps){.timers = timers, .ctx = ctx, .report = report, .finished = finished};
}

/* Sorted by place; those of one place in the order in which they came. */
void steps_add(struct steps *ss, const struct step_row *row)
{
    MEM_GROW(ss->items, ss->count, ss->cap);
    size_t at = ss->count++;
    for (; at > 0 && ss->items[at - 1].row.place > row->place; at--)
        ss->items[at] = ss->items[at - 1];
    ss->items[at] = (struct step){.row = *row, .steps = ss};
}

static void end(struct step *step, enum step_state state, const char *why)
{
    struct steps *ss = step->steps;
    step->state = state;
    step->over_ns = clock_ns();
    snprintf(step->why, sizeof step->why, "%s", why ? why : "");
    timers_clear(ss->timers, &step->timer);
    ss->bad += state == STEP_FAILED || state == STEP_HUNG;
    ss->report(ss->ctx, step);
}

static void on_limit(struct timer *t)
{
    struct step *step = CONTAINER_OF(t, struct step, timer);
    if (step->row.give_up)
        step->row.give_up(step->row.arg);
    if (step->thread)
        step_thread_leave(step);
    if (step->state == STEP_RUNNING) /* giving up may have ended it */
        end(step, STEP_HUNG, "its time is over");
    go_on(step->steps);
}

void step_over(struct step *step, const char *why)
{
    if (step->state != STEP_RUNNING)
        return;
    end(step, why ? STEP_FAILED : STEP_DONE, why);
    go_on(step->steps);
}

static void begin(struct step *step)
{
    struct steps *ss = step->steps;
    int64_t limit = step->row.limit_ns ? clock_ns() + step->row.limit_ns : ss->deadline_ns;
    step->state = STEP_RUNNING;
    step->begun_ns = clock_ns();
    step->timer.fire = on_limit;
    timers_set(ss->timers, &step->timer, limit < ss->deadline_ns ? limit : ss->deadline_ns);
    if (step->row.begin)
        step->row.begin(step, step->row.arg);
    else if (!step->row.work)
        step_over(step, NULL); /* its caller has seen to it, or never will now */
    else if (step_thread_start(step) < 0)
        step_over(step, "no thread for it");
}

static bool runs(const struct steps *ss)
{
    for (size_t i = 0; i < ss->count; i++)
        if (ss->items[i].state == STEP_RUNNING)
            return true;
    return false;
}

static struct step *next(const struct steps *ss)
{
    for (size_t i = 0; i < ss->count; i++)
        if (ss->items[i].state == STEP_WAITING)
            return &ss->items[i];
    return NULL;
}

/* Begin whatever may run now. `begin` comes back here when a step ends at once; the outer call then
 * finds less to do. */
static void go_on(struct steps *ss)
{
    for (struct step *step; (step = next(ss)) != NULL;) {
        if (step->row.place > ss->place && runs(ss))
            return;
        ss->place = step->row.place;
        begin(step);
    }
    if (runs(ss) || ss->over || !ss->begun)
        return;
    ss->over = true;
    ss->finished(ss->ctx);
}

void steps_begin(struct steps *ss, int64_t deadline_ns)
{
    ss->begun = true;
    ss->deadline_ns = deadline_ns;
    go_on(ss);
}

void steps_reach(struct steps *ss, const char *name, const char *why)
{
    for (size_t i = 0; i < ss->count; i++) {
        struct step *step = &ss->items[i];
        if (step->state == STEP_WAITING && strcmp(step->row.name, name) == 0) {
            step->begun_ns = clock_ns();
            end(step, why ? STEP_FAILED : STEP_DONE, why);
        }
    }
}

void steps_collect(struct steps *ss)
{
    int rc;
    for (size_t i = 0; i < ss->count; i++)
        if (ss->items[i].thread && step_thread_over(&ss->items[i], &rc))
            step_over(&ss->items[i], rc < 0 ? "it said so" : NULL);
}

void steps_leave(struct steps *ss)
{
    for (size_t i = 0; i < ss->count; i++) {
        struct step *step = &ss->items[i];
        timers_clear(ss->timers, &step->timer);
        if (step->thread)
            step_thread_leave(step);
        if (step->state != STEP_RUNNING)
            continue;
        step->state = STEP_HUNG; /* first: what giving it up reports is too late */
        if (step->row.give_up)
            step->row.give_up(step->row.arg);
    }
}

void steps_free(struct steps *ss)
{
    free(ss->items);
    *ss = (struct steps){0};
}
