#include "plan/outline.h"

#include <stdlib.h>

#include "base/attr.h"
#include "base/mem.h"

#define OUTLINE_WORD(id, word)      [OUTLINE_##id] = word,
#define OUTLINE_BASE_WORD(id, word) [OUTLINE_FROM_##id] = word,
static const char *const kind_words[] = {OUTLINE_MAP(OUTLINE_WORD)};
static const char *const base_words[] = {OUTLINE_BASE_MAP(OUTLINE_BASE_WORD)};

const char *outline_word(enum outline_kind kind)
{
    return kind_words[kind];
}

const char *outline_base_word(enum outline_base base)
{
    return base_words[base];
}

static void add(struct outline *o, struct outline_step step)
{
    MEM_GROW(o->steps, o->count, o->cap);
    o->steps[o->count++] = step;
}

/* The instants of a load, and what happens then. */
static const struct {
    enum outline_kind kind;
    size_t offset; /* of the plan_instant in a plan_load */
} instants[] = {
    {OUTLINE_LOAD_START, offsetof(struct plan_load, start)},
    {OUTLINE_LOAD_RESUME, offsetof(struct plan_load, resume.at)},
    {OUTLINE_LOAD_STOP, offsetof(struct plan_load, stop)},
};

/* All instants of loads that count from signal `of` (-1: from the loads' start). */
static void gather_loads(struct outline *o, const struct plan *plan, int of)
{
    for (size_t i = 0; i < plan->n_loads; i++) {
        for (size_t k = 0; k < ARRAY_LEN(instants); k++) {
            const void *at = (const char *)&plan->loads[i] + instants[k].offset;
            const struct plan_instant *instant = at;
            if (instant->after_ns < 0 || instant->of != of)
                continue;
            add(o, (struct outline_step){
                       .kind = instants[k].kind,
                       .base = of < 0 ? OUTLINE_FROM_LOADS : OUTLINE_FROM_SIGNAL,
                       .of = of,
                       .after_ns = instant->after_ns,
                       .index = (int)i,
                   });
        }
    }
}

static const struct {
    enum outline_base base;
    bool timed; /* this time after the base; else whenever it comes true */
} moments[] = {
    [WHEN_AT] = {OUTLINE_FROM_LOADS, true},
    [WHEN_IN_FLIGHT] = {OUTLINE_FROM_CONDITION, false},
    [WHEN_REQUEST] = {OUTLINE_FROM_CONDITION, false},
    [WHEN_LOG] = {OUTLINE_FROM_CONDITION, false},
    [WHEN_STATUS] = {OUTLINE_FROM_CONDITION, false},
    [WHEN_AFTER] = {OUTLINE_FROM_SIGNAL, true},
    [WHEN_LISTENER_CLOSED] = {OUTLINE_FROM_CONDITION, false},
    [WHEN_STARTED] = {OUTLINE_FROM_TARGET, true},
    [WHEN_READY] = {OUTLINE_FROM_CONDITION, false},
    [WHEN_EXITED] = {OUTLINE_FROM_CONDITION, false},
    [WHEN_PAGE] = {OUTLINE_FROM_CONDITION, false},
};

/* All signals with this base; from a signal: those that follow `of`. */
static void gather_signals(struct outline *o, const struct plan *plan, enum outline_base base,
                           int of)
{
    for (size_t i = 0; i < plan->n_signals; i++) {
        const struct plan_when *w = &plan->signals[i].when;
        if (moments[w->kind].base != base || (base == OUTLINE_FROM_SIGNAL && w->of != of))
            continue;
        add(o, (struct outline_step){
                   .kind = OUTLINE_SIGNAL,
                   .base = base,
                   .of = base == OUTLINE_FROM_SIGNAL ? of : -1,
                   .after_ns = moments[w->kind].timed ? w->at_ns : -1,
                   .index = (int)i,
               });
    }
}

static int by_time(const void *a, const void *b)
{
    const struct outline_step *x = a, *y = b;
    if (x->after_ns != y->after_ns)
        return x->after_ns < y->after_ns ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* Move the steps of `group`, by time, to `o`, each signal with its followers behind it. A signal
 * follows an earlier one, so this ends. */
static void place(struct outline *o, const struct plan *plan, struct outline *group)
{
    if (group->count > 1)
        qsort(group->steps, group->count, sizeof *group->steps, by_time);
    for (size_t i = 0; i < group->count; i++) {
        const struct outline_step *step = &group->steps[i];
        struct outline followers = {0};
        add(o, *step);
        if (step->kind != OUTLINE_SIGNAL)
            continue;
        gather_loads(&followers, plan, step->index);
        gather_signals(&followers, plan, OUTLINE_FROM_SIGNAL, step->index);
        place(o, plan, &followers);
    }
    outline_free(group);
}

static void place_signals(struct outline *o, const struct plan *plan, enum outline_base base)
{
    struct outline group = {0};
    if (base == OUTLINE_FROM_LOADS)
        gather_loads(&group, plan, -1);
    gather_signals(&group, plan, base, -1);
    place(o, plan, &group);
}

static void add_plain(struct outline *o, enum outline_kind kind, enum outline_base base,
                      int64_t after_ns)
{
    add(o, (struct outline_step){kind, base, -1, after_ns, -1});
}

void outline_make(struct outline *o, const struct plan *plan)
{
    *o = (struct outline){0};
    add_plain(o, OUTLINE_TARGET, OUTLINE_FROM_RUN, 0);
    place_signals(o, plan, OUTLINE_FROM_TARGET);
    add_plain(o, OUTLINE_READY, OUTLINE_FROM_TARGET, -1);
    add_plain(o, OUTLINE_LOADS, OUTLINE_FROM_LOADS, 0);
    place_signals(o, plan, OUTLINE_FROM_LOADS);
    place_signals(o, plan, OUTLINE_FROM_CONDITION);
    add_plain(o, OUTLINE_END, OUTLINE_FROM_RUN, -1);
}

void outline_free(struct outline *o)
{
    free(o->steps);
    *o = (struct outline){0};
}
