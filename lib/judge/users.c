/* What people saw: each intention of a page put together from its events, held against the server's
 * orders, in time linear in the events. */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "frontend/frontend.h"
#include "judge/facts.h"

static const int64_t LATE_NS = NS_PER_S;      /* more than that over usual is late */
static const int64_t VAIN_NS = 60 * NS_PER_S; /* the most that is counted of a wait in vain */

struct intention {
    int64_t client;
    int64_t wanted_ns, settled_ns; /* settled: 0 when it was not */
    int64_t orders, place;         /* in the witness's list: how many, and the first one */
    int64_t processed;             /* attempts that the server is known to have worked on */
    unsigned shown;                /* bits of enum fe_word */
    enum fe_what what;
    enum fe_word settled;
    bool unsure; /* some attempt may have been processed, or not */
};

/* The intentions of one load; number n of the journal is items[n - 1]. */
struct load_users {
    struct intention *items;
    size_t n, cap;
    bool listed;    /* the server's list of orders was read */
    int64_t end_ns; /* of the load, or of the run */
};

static struct intention *find(struct load_users *u, int64_t number)
{
    return number >= 1 && (size_t)number <= u->n ? &u->items[number - 1] : NULL;
}

static void add(struct load_users *u, const struct event *e)
{
    if (e->request != (int64_t)u->n + 1)
        return; /* wishes of a load are counted from 1, without a gap */
    MEM_GROW(u->items, u->n, u->cap);
    u->items[u->n++] = (struct intention){
        .client = e->client, .wanted_ns = e->t_ns, .what = (enum fe_what)e->word};
}

static void take_event(struct load_users *u, const struct event *e)
{
    struct intention *i = find(u, e->request);
    switch (e->kind) {
    case EVENT_WANT:
        add(u, e);
        break;
    case EVENT_SHOWN:
        if (i && e->word >= 0)
            i->shown |= 1U << e->word;
        break;
    case EVENT_SETTLED:
        if (i && !i->settled_ns) {
            i->settled_ns = e->t_ns;
            i->settled = (enum fe_word)e->word;
        }
        break;
    case EVENT_ORDER:
        if (i && i->orders++ == 0)
            i->place = e->index;
        break;
    case EVENT_WITNESS:
        u->listed = u->listed || e->depth >= 0;
        break;
    case EVENT_LOAD_END:
        u->end_ns = e->t_ns;
        break;
    default:
        break;
    }
}

static void gather(struct load_users *all, const struct run_verdict *v, const struct run_facts *f)
{
    for (size_t k = 0; k < f->h->count; k++) {
        const struct event *e = &f->h->events[k];
        bool of_load = e->kind == EVENT_WANT || e->kind == EVENT_SHOWN ||
                       e->kind == EVENT_SETTLED || e->kind == EVENT_ORDER ||
                       e->kind == EVENT_WITNESS || e->kind == EVENT_LOAD_END;
        if (of_load && e->load >= 0 && (size_t)e->load < v->n_loads)
            take_event(&all[e->load], e);
    }
    for (size_t k = 0; k < v->n_attempts; k++) {
        const struct attempt *a = &v->attempts[k];
        struct intention *i = (size_t)a->load < v->n_loads ? find(&all[a->load], a->request) : NULL;
        if (!i)
            continue;
        i->processed += a->processed == PROCESSED_YES;
        i->unsure = i->unsure || a->processed == PROCESSED_UNKNOWN;
    }
    for (size_t k = 0; k < v->n_loads; k++)
        if (!all[k].end_ns)
            all[k].end_ns = f->last_ns;
}

/* --- one intention --- */

/* How many orders it became; -1: nobody can tell. */
static int64_t orders_of(const struct load_users *u, const struct intention *i, bool keyed)
{
    if (u->listed)
        return i->orders;
    if (i->unsure)
        return -1;
    return keyed && i->processed > 1 ? 1 : i->processed;
}

static bool shown(const struct intention *i, enum fe_word word)
{
    return i->shown >> word & 1;
}

static bool is_open(const struct intention *i)
{
    return !i->settled_ns && !shown(i, FE_QUEUED);
}

/* The input of a form that was given up: is it still there? */
static bool is_gone(const struct intention *i, int64_t orders, bool kept)
{
    return i->what == FE_WRITE && i->settled == FE_GIVEN_UP && orders <= 0 && !kept;
}

static enum saw saw_of(const struct intention *i, int64_t orders, bool kept, double usual_ns)
{
    bool acknowledged = i->settled_ns && i->settled == FE_DELIVERED;
    if (orders > 1)
        return SAW_DOUBLED;
    if (i->what == FE_WRITE && acknowledged && orders == 0)
        return SAW_LOST;
    if (i->settled_ns && is_gone(i, orders, kept))
        return SAW_LOST;
    if (shown(i, FE_ERROR))
        return SAW_ERROR_SHOWN;
    if (shown(i, FE_QUEUED))
        return SAW_QUEUED;
    if (shown(i, FE_STALE))
        return SAW_STALE;
    double usual = isnan(usual_ns) ? 0 : usual_ns;
    return (double)(i->settled_ns - i->wanted_ns) > usual + (double)LATE_NS ? SAW_LATE : SAW_FINE;
}

/* Nanoseconds that the person waited longer than usual, or in vain. */
static double lost_ns(const struct load_users *u, const struct intention *i, double usual_ns)
{
    bool vain = !i->settled_ns || i->settled == FE_GIVEN_UP;
    double waited = (double)((i->settled_ns ? i->settled_ns : u->end_ns) - i->wanted_ns);
    if (vain)
        return waited > (double)VAIN_NS ? (double)VAIN_NS : waited;
    waited -= isnan(usual_ns) ? 0 : usual_ns;
    return waited > 0 ? waited : 0;
}

/* --- all of a load --- */

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Median from wish to answer, of those whose answer came before the signal; NaN: none did. */
static double usual_ns(const struct load_users *u, const struct run_facts *f)
{
    int64_t *waits = mem_zero(u->n + 1, sizeof *waits);
    size_t n = 0;
    for (size_t k = 0; k < u->n; k++) {
        const struct intention *i = &u->items[k];
        if (i->settled_ns && i->settled == FE_DELIVERED && !i->shown &&
            (!f->t0_ns || i->settled_ns < f->t0_ns))
            waits[n++] = i->settled_ns - i->wanted_ns;
    }
    qsort(waits, n, sizeof *waits, by_value);
    double median = percentile_of(waits, n, 50);
    free(waits);
    return median;
}

/* Orders of one page that the list has before an earlier one of it. */
static int64_t count_reordered(const struct load_users *u, int64_t clients)
{
    int64_t *last = mem_zero((size_t)clients + 1, sizeof *last), reordered = 0;
    for (size_t k = 0; k < u->n; k++) {
        const struct intention *i = &u->items[k];
        if (!i->place || i->client < 1 || i->client > clients)
            continue;
        reordered += i->place < last[i->client];
        if (i->place > last[i->client])
            last[i->client] = i->place;
    }
    free(last);
    return reordered;
}

static void judge_load(struct users_verdict *out, const struct load_users *u,
                       const struct plan_load *p, const struct run_facts *f)
{
    double usual = usual_ns(u, f);
    *out = (struct users_verdict){.any = true, .listed = u->listed};
    out->usual_ms = usual / 1e6;
    out->intentions = (int64_t)u->n;
    for (size_t k = 0; k < u->n; k++) {
        const struct intention *i = &u->items[k];
        int64_t orders = i->what == FE_WRITE ? orders_of(u, i, p->frontend->idempotency_key) : 0;
        out->seconds_lost += lost_ns(u, i, usual) / 1e9;
        out->orders += orders > 0 ? orders : 0;
        out->untold += orders < 0;
        if (is_open(i)) {
            out->open++;
            continue;
        }
        enum saw saw = saw_of(i, orders, p->frontend->queue.on, usual);
        out->saw[saw]++;
        out->undelivered += !i->settled_ns;
        out->acknowledged_lost += saw == SAW_LOST && i->settled == FE_DELIVERED;
    }
    out->reordered = u->listed ? count_reordered(u, p->clients) : 0;
}

void users_judge(struct run_verdict *v, const struct run_facts *f)
{
    struct load_users *all = mem_zero(v->n_loads + 1, sizeof *all);
    gather(all, v, f);
    for (size_t k = 0; k < v->n_loads; k++) {
        if (f->plan->loads[k].frontend)
            judge_load(&v->loads[k].users, &all[k], &f->plan->loads[k], f);
        free(all[k].items);
    }
    free(all);
}
