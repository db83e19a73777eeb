/* What people saw: each intention of a page put together from its events, held against the server's
 * orders, in time linear in the events. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "frontend/frontend.h"
#include "judge/facts.h"

static const int64_t LATE_NS = NS_PER_S;      /* more than that over usual is late */
static const int64_t VAIN_NS = 60 * NS_PER_S; /* the most that is counted of a wait in vain */

/* An intention and what only this file needs of it. */
struct wish {
    struct intention is;
    int64_t place;     /* of its first order in the witness's list, from 1; 0: none */
    int64_t listed;    /* its orders there */
    int64_t processed; /* attempts that the server is known to have worked on */
    unsigned shown;    /* bits of enum fe_word */
    const char *reply; /* the digest of the first answer to its key; NULL: none */
    bool other_reply;  /* its key was answered with another body, too */
    int64_t open_ns;   /* an event stream: how long until it was open first; -1: it never was */
    int64_t down_ns;   /* ... since when it is not open; 0: it is */
    int64_t gaps_ns, longest_ns; /* ... interruptions, in all and the longest */
    bool unsure;                 /* some attempt may have been processed, or not */
};

/* The intentions of one load; number n of the journal is items[n - 1]. */
struct load_users {
    struct wish *items;
    size_t n, cap;
    bool listed;    /* the server's list of orders was read */
    int64_t end_ns; /* of the load, or of the run */
};

static struct wish *find(struct load_users *u, int64_t number)
{
    return number >= 1 && (size_t)number <= u->n ? &u->items[number - 1] : NULL;
}

static void add(struct load_users *u, const struct event *e)
{
    if (e->request != (int64_t)u->n + 1)
        return; /* wishes of a load are counted from 1, without a gap */
    MEM_GROW(u->items, u->n, u->cap);
    u->items[u->n++] = (struct wish){.is = {.number = e->request,
                                            .client = e->client,
                                            .wanted_ns = e->t_ns,
                                            .what = (enum fe_what)e->word},
                                     .open_ns = -1,
                                     .down_ns = e->t_ns};
}

static void take_event(struct load_users *u, const struct event *e)
{
    struct wish *w = find(u, e->request);
    switch (e->kind) {
    case EVENT_WANT:
        add(u, e);
        break;
    case EVENT_SHOWN:
        if (w && e->word >= 0)
            w->shown |= 1U << e->word;
        break;
    case EVENT_SETTLED:
        if (w && !w->is.settled_ns) {
            w->is.settled_ns = e->t_ns;
            w->is.settled = (enum fe_word)e->word;
        }
        break;
    case EVENT_ORDER:
        if (w && w->listed++ == 0)
            w->place = e->index;
        break;
    case EVENT_REPLY:
        if (w && e->text && w->reply)
            w->other_reply = w->other_reply || strcmp(w->reply, e->text) != 0;
        else if (w)
            w->reply = e->text;
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

static bool is_of_people(enum event_kind kind)
{
    return kind == EVENT_WANT || kind == EVENT_SHOWN || kind == EVENT_SETTLED ||
           kind == EVENT_ORDER || kind == EVENT_REPLY || kind == EVENT_WITNESS ||
           kind == EVENT_LOAD_END;
}

/* An interruption of an event stream is over, at `now`. */
static void end_gap(struct wish *w, int64_t now)
{
    int64_t gap = w->down_ns ? now - w->down_ns : 0;
    if (gap <= 0)
        return;
    w->gaps_ns += gap;
    w->longest_ns = gap > w->longest_ns ? gap : w->longest_ns;
}

/* An attempt at an event stream, in the order of time: it is open from its head to its end. */
static void take_stream(struct wish *w, const struct attempt *a)
{
    if (a->status != 200 || !a->first_ns)
        return;
    if (w->open_ns < 0)
        w->open_ns = a->first_ns - w->is.wanted_ns;
    else
        end_gap(w, a->first_ns);
    w->down_ns = a->end ? a->end_ns : 0;
}

static void gather(struct load_users *all, const struct run_verdict *v, const struct run_facts *f)
{
    for (size_t k = 0; k < f->h->count; k++) {
        const struct event *e = &f->h->events[k];
        if (is_of_people(e->kind) && e->load >= 0 && (size_t)e->load < v->n_loads)
            take_event(&all[e->load], e);
    }
    for (size_t k = 0; k < v->n_attempts; k++) {
        const struct attempt *a = &v->attempts[k];
        struct wish *w = (size_t)a->load < v->n_loads ? find(&all[a->load], a->request) : NULL;
        if (!w || a->cors.preflight)
            continue;
        if (w->is.what == FE_HOLD)
            take_stream(w, a);
        w->processed += a->processed == PROCESSED_YES;
        w->unsure = w->unsure || a->processed == PROCESSED_UNKNOWN;
    }
    for (size_t k = 0; k < v->n_loads; k++)
        if (!all[k].end_ns)
            all[k].end_ns = f->course.last_ns;
}

/* --- one intention --- */

/* How many orders it became; -1: not known. */
static int64_t orders_of(const struct load_users *u, const struct wish *w, bool keyed)
{
    if (w->is.what != FE_WRITE)
        return 0;
    if (u->listed)
        return w->listed;
    if (w->unsure)
        return -1;
    return keyed && w->processed > 1 ? 1 : w->processed;
}

static bool shown(const struct wish *w, enum fe_word word)
{
    return w->shown >> word & 1;
}

static bool settled_as(const struct intention *i, enum fe_word word)
{
    return i->settled_ns && i->settled == word;
}

/* A form that was acknowledged, or given up with its input, and of which there is no order. */
static bool is_lost(const struct intention *i, bool kept)
{
    if (i->what != FE_WRITE)
        return false;
    if (settled_as(i, FE_DELIVERED))
        return i->orders == 0;
    return settled_as(i, FE_GIVEN_UP) && i->orders <= 0 && !kept;
}

/* From the wish to the answer, or until the stream was open. */
static int64_t waited_ns(const struct wish *w)
{
    if (w->is.what == FE_HOLD && w->open_ns >= 0)
        return w->open_ns;
    return w->is.settled_ns - w->is.wanted_ns;
}

static enum saw saw_of(const struct wish *w, bool kept, double usual_ns)
{
    const struct intention *i = &w->is;
    if (i->orders > 1)
        return SAW_DOUBLED;
    if (is_lost(i, kept))
        return SAW_LOST;
    if (shown(w, FE_ERROR))
        return SAW_ERROR_SHOWN;
    if (shown(w, FE_QUEUED))
        return SAW_QUEUED;
    if (shown(w, FE_STALE))
        return SAW_STALE;
    double usual = isnan(usual_ns) ? 0 : usual_ns;
    bool late = (double)waited_ns(w) > usual + (double)LATE_NS || w->longest_ns > LATE_NS;
    return late ? SAW_LATE : SAW_FINE;
}

static double in_vain(double ns)
{
    return ns > (double)VAIN_NS ? (double)VAIN_NS : ns > 0 ? ns : 0;
}

/* What a person who kept an event stream open was without it: until it was open first, in each
 * interruption, and when it was over for good, for as long as they would have kept it. */
static double hold_lost_ns(struct load_users *u, struct wish *w, int64_t hold_ns, double usual)
{
    struct intention *i = &w->is;
    int64_t until = settled_as(i, FE_GIVEN_UP) ? i->wanted_ns + hold_ns
                    : i->settled_ns            ? i->settled_ns
                                               : u->end_ns;
    if (w->open_ns < 0)
        return in_vain((double)(until - i->wanted_ns));
    end_gap(w, until);
    double late = (double)w->open_ns - usual;
    return (late > 0 ? late : 0) + in_vain((double)w->gaps_ns);
}

/* Nanoseconds that the person waited longer than usual, or in vain. */
static double lost_ns(const struct load_users *u, const struct intention *i, double usual)
{
    bool vain = !i->settled_ns || i->settled == FE_GIVEN_UP;
    double waited = (double)((i->settled_ns ? i->settled_ns : u->end_ns) - i->wanted_ns);
    if (vain)
        return in_vain(waited);
    return waited > usual ? waited - usual : 0;
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
        const struct wish *w = &u->items[k];
        bool hold = w->is.what == FE_HOLD;
        bool answered = hold ? w->open_ns >= 0 : settled_as(&w->is, FE_DELIVERED) && !w->shown;
        if (answered && (!f->t0_ns || w->is.wanted_ns + waited_ns(w) < f->t0_ns))
            waits[n++] = waited_ns(w);
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
        const struct wish *w = &u->items[k];
        if (!w->place || w->is.client < 1 || w->is.client > clients)
            continue;
        reordered += w->place < last[w->is.client];
        if (w->place > last[w->is.client])
            last[w->is.client] = w->place;
    }
    free(last);
    return reordered;
}

/* What a history of orders must not show, beside two of one and their order. */
static void check_history(struct users_verdict *out, const struct load_users *u,
                          const struct wish *w)
{
    const struct intention *i = &w->is;
    out->acknowledged_lost += i->what == FE_WRITE && settled_as(i, FE_DELIVERED) && i->orders == 0;
    out->resurrected += u->listed && settled_as(i, FE_GIVEN_UP) && w->listed > 0;
    out->other_reply += w->other_reply;
}

static void judge_intention(struct users_verdict *out, struct load_users *u, struct wish *w,
                            const struct plan_load *p, double usual)
{
    struct intention *i = &w->is;
    double known = isnan(usual) ? 0 : usual;
    i->orders = orders_of(u, w, p->users.frontend->idempotency_key);
    i->open = !i->settled_ns && !shown(w, FE_QUEUED);
    i->seconds_lost = (i->what == FE_HOLD ? hold_lost_ns(u, w, p->users.event_stream_ns, known)
                                          : lost_ns(u, i, known)) /
                      1e9;
    out->seconds_lost += i->seconds_lost;
    out->orders += i->orders > 0 ? i->orders : 0;
    out->untold += i->orders < 0;
    out->open += i->open;
    check_history(out, u, w);
    if (i->open)
        return;
    i->saw = saw_of(w, p->users.frontend->queue.on, usual);
    out->saw[i->saw]++;
    out->undelivered += !i->settled_ns;
}

static void judge_load(struct users_verdict *out, struct load_users *u, const struct plan_load *p,
                       const struct run_facts *f)
{
    double usual = usual_ns(u, f);
    *out = (struct users_verdict){.any = true, .listed = u->listed};
    out->usual_ms = usual / 1e6;
    out->intentions = (int64_t)u->n;
    out->all = mem_zero(u->n + 1, sizeof *out->all);
    for (size_t k = 0; k < u->n; k++) {
        judge_intention(out, u, &u->items[k], p, usual);
        out->all[k] = u->items[k].is;
    }
    out->reordered = u->listed ? count_reordered(u, p->clients) : 0;
}

void users_judge(struct run_verdict *v, const struct run_facts *f)
{
    struct load_users *all = mem_zero(v->n_loads + 1, sizeof *all);
    gather(all, v, f);
    for (size_t k = 0; k < v->n_loads; k++) {
        if (f->plan->loads[k].users.frontend)
            judge_load(&v->loads[k].users, &all[k], &f->plan->loads[k], f);
        free(all[k].items);
    }
    free(all);
}
