/* The storm after an outage: which clients ask the restarted server, how many at a time, and how
 * long until everyone is served. The same figures as those of the simulator (frontend/storm.h). */
#include "judge/storm.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

static const int64_t BIN_NS = STORM_BIN_MS * NS_PER_MS;
enum { MOST_BINS = 6000 }; /* ten minutes */

struct outage {
    int64_t gone_ns, back_ns;
};

/* A client of one load. */
struct visitor {
    bool hit;          /* an attempt of it failed in the outage */
    int64_t served_ns; /* its first answer after that; 0: none */
};

static bool counts(const struct attempt *a, int64_t load)
{
    return load < 0 || a->load == load;
}

/* A poll, a preflight, or the reading of the witness's list, is no work. */
static bool is_work(const struct attempt *a)
{
    return a->request >= 1 && !a->cors.preflight;
}

static bool failed(const struct attempt *a)
{
    return a->end && !a->answer.whole && a->outcome != OUTCOME_ABORTED;
}

/* The listener is polled, and may have been gone, or back, for a while: clients know sooner. */
static void sharpen(struct outage *o, const struct run_verdict *v, int64_t t0_ns)
{
    int64_t seen_gone_ns = o->gone_ns;
    for (size_t i = 0; i < v->n_attempts; i++) {
        const struct attempt *a = &v->attempts[i];
        if (failed(a) && a->end_ns >= t0_ns && a->end_ns < o->gone_ns)
            o->gone_ns = a->end_ns;
        if (!a->conn.reused && a->connected_ns > seen_gone_ns && a->connected_ns < o->back_ns)
            o->back_ns = a->connected_ns;
    }
}

/* No process listened, and then one did again. */
static bool find_outage(struct outage *o, const struct run_verdict *v, const struct run_facts *f)
{
    *o = (struct outage){.gone_ns = f->listener.gone_ns};
    for (size_t k = 0; o->gone_ns && !o->back_ns && k < f->h->count; k++) {
        const struct event *e = &f->h->events[k];
        if (e->kind == EVENT_LISTENER && e->t_ns > o->gone_ns && e->sockets > 0)
            o->back_ns = e->t_ns;
    }
    if (!o->back_ns)
        return false;
    sharpen(o, v, f->t0_ns);
    return o->back_ns > o->gone_ns;
}

/* Attempts per bin in the second half of the time before the outage. */
static double normal_rate(const struct run_verdict *v, int64_t load, const struct outage *o)
{
    int64_t begin_ns = INT64_MAX, n = 0;
    for (size_t i = 0; i < v->n_attempts; i++)
        if (counts(&v->attempts[i], load) && v->attempts[i].start_ns < begin_ns)
            begin_ns = v->attempts[i].start_ns;
    if (begin_ns >= o->gone_ns)
        return 0;
    int64_t from_ns = begin_ns + (o->gone_ns - begin_ns) / 2;
    for (size_t i = 0; i < v->n_attempts; i++) {
        int64_t t_ns = v->attempts[i].start_ns;
        n += counts(&v->attempts[i], load) && t_ns >= from_ns && t_ns < o->gone_ns;
    }
    return (double)n * (double)BIN_NS / (double)(o->gone_ns - from_ns);
}

static void add_bin(struct storm_verdict *s, int64_t bin)
{
    if (bin < 0 || bin >= MOST_BINS)
        return;
    while ((int64_t)s->n_bins <= bin) {
        MEM_GROW(s->bins, s->n_bins, s->cap);
        s->bins[s->n_bins++] = 0;
    }
    s->bins[bin]++;
}

static void find_peak(struct storm_verdict *s, const struct outage *o)
{
    size_t back = (size_t)((o->back_ns - o->gone_ns) / BIN_NS);
    for (size_t i = back; i < s->n_bins; i++)
        if (s->bins[i] > s->peak) {
            s->peak = s->bins[i];
            s->peak_at_ms = (double)(i - back) * STORM_BIN_MS;
        }
    s->peak_ratio = s->normal > 0 ? (double)s->peak / s->normal : NAN;
}

/* When the attempt gave its person what it was for; 0: it did not. A stream gives it by being
 * open. */
static int64_t served_ns(const struct run_verdict *v, const struct attempt *a)
{
    if (v->plan.loads[a->load].users.event_stream_ns)
        return a->status == 200 ? a->first_ns : 0;
    return a->answer.whole && a->outcome == OUTCOME_COMPLETED ? a->end_ns : 0;
}

static void take_visit(struct visitor *w, const struct run_verdict *v, const struct attempt *a,
                       const struct outage *o)
{
    int64_t served = served_ns(v, a);
    bool within = (a->end_ns >= o->gone_ns && a->end_ns < o->back_ns) ||
                  (a->start_ns >= o->gone_ns && a->start_ns < o->back_ns);
    if (failed(a) && within)
        w->hit = true;
    if (served >= o->back_ns && (!w->served_ns || served < w->served_ns))
        w->served_ns = served;
}

/* Clients are numbered from 1 in each load; `first` is where each load's begin. */
static void count_visitors(struct storm_verdict *s, const struct run_verdict *v, int64_t load,
                           const struct outage *o)
{
    size_t *first = mem_zero(v->n_loads + 1, sizeof *first), n = 0;
    for (size_t k = 0; k < v->n_loads; k++) {
        first[k] = n;
        n += (size_t)v->plan.loads[k].clients;
    }
    struct visitor *all = mem_zero(n + 1, sizeof *all);
    for (size_t i = 0; i < v->n_attempts; i++) {
        const struct attempt *a = &v->attempts[i];
        if (counts(a, load) && is_work(a) && a->client >= 1 &&
            a->client <= v->plan.loads[a->load].clients)
            take_visit(&all[first[a->load] + (size_t)a->client - 1], v, a, o);
    }
    for (size_t i = 0; i < n; i++) {
        double after_ms = (double)(all[i].served_ns - o->back_ns) / 1e6;
        s->affected += all[i].hit;
        s->unserved += all[i].hit && !all[i].served_ns;
        if (all[i].hit && all[i].served_ns && after_ms > s->served_after_ms)
            s->served_after_ms = after_ms;
    }
    free(first);
    free(all);
}

/* The first answer to each intention (or plain request) has a client that wants it; all else that
 * the server worked on is wasted. */
static void count_work(struct storm_verdict *s, const struct run_verdict *v, int64_t load,
                       const struct outage *o)
{
    size_t *first = mem_zero(v->n_loads + 1, sizeof *first), n = 0;
    for (size_t k = 0; k < v->n_loads; k++) {
        first[k] = n;
        n += (size_t)v->loads[k].requests + 1;
    }
    bool *done = mem_zero(n + 1, sizeof *done);
    for (size_t i = 0; i < v->n_attempts; i++) {
        const struct attempt *a = &v->attempts[i];
        if (!counts(a, load) || !is_work(a) || a->request > v->loads[a->load].requests)
            continue;
        bool *answered = &done[first[a->load] + (size_t)a->request];
        bool useful = served_ns(v, a) && !*answered;
        bool stream = v->plan.loads[a->load].users.event_stream_ns > 0;
        *answered = *answered || (useful && !stream);
        if (a->start_ns < o->gone_ns || a->processed != PROCESSED_YES)
            continue;
        s->answered++;
        s->wasted += !useful;
    }
    free(first);
    free(done);
}

bool storm_judge(struct storm_verdict *s, const struct run_verdict *v, const struct run_facts *f,
                 int64_t load)
{
    struct outage o;
    *s = (struct storm_verdict){.peak_ratio = NAN};
    if (!find_outage(&o, v, f))
        return false;
    s->any = true;
    s->gone_ms = ms_between(f->t0_ns, o.gone_ns);
    s->back_ms = ms_between(f->t0_ns, o.back_ns);
    s->normal = normal_rate(v, load, &o);
    for (size_t i = 0; i < v->n_attempts; i++) {
        const struct attempt *a = &v->attempts[i];
        if (!counts(a, load) || a->start_ns < o.gone_ns)
            continue;
        add_bin(s, (a->start_ns - o.gone_ns) / BIN_NS);
        s->arrivals++;
        s->refused += a->outcome == OUTCOME_REFUSED;
    }
    find_peak(s, &o);
    count_visitors(s, v, load, &o);
    count_work(s, v, load, &o);
    return true;
}

void storms_judge(struct run_verdict *v, const struct run_facts *f)
{
    for (size_t k = 0; k < v->n_loads; k++)
        if (v->loads[k].users.any)
            storm_judge(&v->loads[k].storm, v, f, (int64_t)k);
}
