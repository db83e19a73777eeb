/* A binary heap whose elements know their place, so that any timer can be moved or taken out. */
#include "server/timers.h"

#include <stdlib.h>

#include "base/mem.h"

static void place(struct timers *ts, struct timer *t, size_t slot)
{
    ts->heap[slot] = t;
    t->slot = slot;
}

static void sift_up(struct timers *ts, struct timer *t, size_t slot)
{
    while (slot > 1 && ts->heap[slot / 2]->at_ns > t->at_ns) {
        place(ts, ts->heap[slot / 2], slot);
        slot /= 2;
    }
    place(ts, t, slot);
}

static void sift_down(struct timers *ts, struct timer *t, size_t slot)
{
    for (size_t child = slot * 2; child <= ts->count; child = slot * 2) {
        if (child < ts->count && ts->heap[child + 1]->at_ns < ts->heap[child]->at_ns)
            child++;
        if (ts->heap[child]->at_ns >= t->at_ns)
            break;
        place(ts, ts->heap[child], slot);
        slot = child;
    }
    place(ts, t, slot);
}

void timers_set(struct timers *ts, struct timer *t, int64_t at_ns)
{
    timers_clear(ts, t);
    t->at_ns = at_ns;
    if (ts->count + 1 >= ts->cap) {
        ts->cap = ts->cap ? ts->cap * 2 : 64;
        ts->heap = mem_resize(ts->heap, ts->cap, sizeof(struct timer *));
    }
    sift_up(ts, t, ++ts->count);
}

void timers_clear(struct timers *ts, struct timer *t)
{
    size_t slot = t->slot;
    if (slot == 0)
        return;
    t->slot = 0;
    struct timer *last = ts->heap[ts->count--];
    if (last == t)
        return;
    if (slot > 1 && ts->heap[slot / 2]->at_ns > last->at_ns)
        sift_up(ts, last, slot);
    else
        sift_down(ts, last, slot);
}

int64_t timers_next(const struct timers *ts)
{
    return ts->count > 0 ? ts->heap[1]->at_ns : TIMERS_NEVER;
}

void timers_run(struct timers *ts, int64_t now_ns)
{
    while (timers_next(ts) <= now_ns) {
        struct timer *t = ts->heap[1];
        timers_clear(ts, t);
        t->fire(t);
    }
}

void timers_free(struct timers *ts)
{
    free(ts->heap);
    *ts = (struct timers){0};
}
