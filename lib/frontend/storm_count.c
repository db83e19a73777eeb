/* What the simulator tells: the arrivals, and who is still without an answer. */
#include "base/mem.h"
#include "frontend/storm_int.h"

void count_attempt(struct storm_counts *c, fe_ms now)
{
    const struct storm_plan *p = c->plan;
    struct storm_result *r = c->r;
    if (now < p->before) {
        c->before += now >= p->before / 2;
        return;
    }
    size_t bin = (now - p->before) / STORM_BIN_MS;
    r->attempts++;
    while (r->n_bins <= bin) {
        MEM_GROW(r->bins, r->n_bins, c->cap);
        r->bins[r->n_bins++] = 0;
    }
    r->bins[bin]++;
}

void count_refused(struct storm_counts *c, fe_ms now)
{
    if (now >= c->plan->before)
        c->r->refused++;
}

void count_affected(struct storm_counts *c, struct storm_client *s)
{
    if (s->shell[3] & MARK_AFFECTED)
        return;
    s->shell[3] |= MARK_AFFECTED;
    c->r->affected++;
    c->waiting++;
}

void count_answer(struct storm_counts *c, fe_ms now, bool useful)
{
    if (now < c->plan->before)
        return;
    c->r->answered++;
    c->r->wasted += !useful;
}

void count_served(struct storm_counts *c, fe_ms now, struct storm_client *s)
{
    if (!(s->shell[3] & MARK_AFFECTED))
        return;
    s->shell[3] &= (uint8_t)~MARK_AFFECTED;
    if (--c->waiting == 0)
        c->r->served_after = now - c->plan->before - c->plan->outage;
}

void count_queue(struct storm_counts *c, int64_t bytes)
{
    c->queue_bytes += (uint64_t)bytes;
    uint64_t all = c->queue_bytes + (uint64_t)c->plan->clients * sizeof(struct storm_client);
    if (all > c->r->bytes)
        c->r->bytes = all;
}

void count_end(struct storm_counts *c, fe_ms now)
{
    struct storm_result *r = c->r;
    size_t back = (c->plan->outage + STORM_BIN_MS - 1) / STORM_BIN_MS;
    size_t whole = (now - c->plan->before) / STORM_BIN_MS;

    r->unserved = c->waiting;
    fe_ms measured = c->plan->before - c->plan->before / 2;
    r->normal = measured ? (double)c->before * STORM_BIN_MS / measured : 0;
    if (r->n_bins > whole)
        r->n_bins = whole; /* the last one is no whole bin */
    for (size_t i = back; i < r->n_bins; i++)
        if (r->bins[i] > r->peak) {
            r->peak = r->bins[i];
            r->peak_at = (fe_ms)i * STORM_BIN_MS - c->plan->outage;
        }
    r->peak_ratio = r->normal > 0 ? r->peak / r->normal : 0;
}
