/* When the target was at rest before the signal: what it holds then is its number "from before". */
#include <stdlib.h>

#include "base/mem.h"
#include "judge/checklist_int.h"

struct spans {
    struct rest *items;
    size_t count, cap;
};

static void add_rest(struct spans *s, int64_t from_ns, int64_t to_ns)
{
    if (to_ns <= from_ns)
        return;
    MEM_GROW(s->items, s->count, s->cap);
    s->items[s->count++] = (struct rest){from_ns, to_ns};
}

static int by_start(const void *a, const void *b)
{
    const struct rest *x = a, *y = b;
    return x->from_ns < y->from_ns ? -1 : x->from_ns > y->from_ns;
}

/* When each attempt was open, as far as it began before the signal. */
static struct spans busy_times(const struct looking *l)
{
    struct spans s = {0};
    for (size_t i = 0; i < l->v->n_attempts; i++) {
        const struct attempt *a = &l->v->attempts[i];
        if (a->start_ns && a->start_ns < l->f->t0_ns)
            add_rest(&s, a->start_ns, a->end_ns ? a->end_ns : INT64_MAX);
    }
    qsort(s.items, s.count, sizeof *s.items, by_start);
    return s;
}

void rests_find(struct looking *l)
{
    struct spans busy = busy_times(l), rests = {0};
    int64_t free_ns = l->f->course.first_ns;
    for (size_t i = 0; i < busy.count; i++) {
        add_rest(&rests, free_ns, busy.items[i].from_ns);
        if (busy.items[i].to_ns > free_ns)
            free_ns = busy.items[i].to_ns;
    }
    add_rest(&rests, free_ns, l->f->t0_ns);
    free(busy.items);
    l->rests = rests.items;
    l->n_rests = rests.count;
}
