/* The sums of each load. Outcomes, reasons and phases are counted each in their own way and
 * compared with the start events, so that an attempt can neither vanish nor count twice. */
#include "judge/facts.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static void count_reason(struct load_verdict *l, size_t *cap, const struct attempt *a)
{
    int status = a->reason == REASON_STATUS ? a->status : 0;
    for (size_t i = 0; i < l->n_reasons; i++) {
        if (l->reasons[i].reason == a->reason && l->reasons[i].status == status) {
            l->reasons[i].count++;
            return;
        }
    }
    MEM_GROW(l->reasons, l->n_reasons, *cap);
    l->reasons[l->n_reasons++] = (struct reason_count){a->reason, status, 1};
}

static int by_count(const void *a, const void *b)
{
    const struct reason_count *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    if (x->reason != y->reason)
        return x->reason < y->reason ? -1 : 1;
    return (x->status > y->status) - (x->status < y->status);
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Requests that were begun: retries are attempts of the same one. */
static int64_t count_distinct(int64_t *values, size_t n)
{
    int64_t distinct = 0;
    qsort(values, n, sizeof *values, by_value);
    for (size_t i = 0; i < n; i++)
        distinct += i == 0 || values[i] != values[i - 1];
    return distinct;
}

double percentile_of(const int64_t *sorted, size_t n, int percent)
{
    if (n == 0)
        return NAN;
    /* nearest rank: the smallest value that at least `percent` per cent do not exceed */
    size_t rank = (n * (size_t)percent + 99) / 100;
    return (double)sorted[rank ? rank - 1 : 0];
}

static void set_latency(struct load_verdict *l, int64_t *values, size_t n)
{
    qsort(values, n, sizeof *values, by_value);
    l->p50_ms = percentile_of(values, n, 50) / 1e6;
    l->p90_ms = percentile_of(values, n, 90) / 1e6;
    l->p99_ms = percentile_of(values, n, 99) / 1e6;
    l->max_ms = percentile_of(values, n, 100) / 1e6;
}

static bool sums_agree(const struct load_verdict *l, int64_t started)
{
    int64_t outcomes = 0, phases = 0, reasons = 0, processed = 0;
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        outcomes += l->outcomes[o];
        for (int p = 0; p < PHASE_COUNT; p++)
            phases += l->phases[p][o];
    }
    for (size_t i = 0; i < l->n_reasons; i++)
        reasons += l->reasons[i].count;
    for (int p = 0; p < 3; p++)
        processed += l->processed[p];
    return l->attempts == started && outcomes == started && phases == started &&
           reasons == started && processed == started;
}

static void tally_load(struct load_verdict *l, const struct run_verdict *v, int64_t index,
                       int64_t *scratch)
{
    size_t cap = 0, n = 0, whole = 0;
    for (size_t i = 0; i < v->n_attempts; i++) {
        const struct attempt *a = &v->attempts[i];
        if (a->load != index)
            continue;
        if (a->request) /* 0: beside the requests, as a page's poll is */
            scratch[n++] = a->request;
        l->attempts++;
        l->outcomes[a->outcome]++;
        l->phases[a->phase][a->outcome]++;
        l->processed[a->processed]++;
        count_reason(l, &cap, a);
    }
    if (l->n_reasons)
        qsort(l->reasons, l->n_reasons, sizeof *l->reasons, by_count);
    l->requests = count_distinct(scratch, n);
    for (size_t i = 0; i < v->n_attempts; i++)
        if (v->attempts[i].load == index && v->attempts[i].answer.whole)
            scratch[whole++] = v->attempts[i].end_ns - v->attempts[i].due_ns;
    set_latency(l, scratch, whole);
}

void loads_tally(struct run_verdict *v, const struct run_facts *f)
{
    v->n_loads = f->plan->n_loads;
    v->loads = mem_zero(v->n_loads, sizeof *v->loads);
    int64_t *scratch = mem_zero(v->n_attempts, sizeof *scratch);
    for (size_t i = 0; i < v->n_loads; i++) {
        v->loads[i].name = f->plan->loads[i].name;
        tally_load(&v->loads[i], v, (int64_t)i, scratch);
        v->loads[i].adds_up = sums_agree(&v->loads[i], f->load_started[i]);
    }
    for (size_t i = 0; i < v->n_attempts; i++) {
        v->first.in_flight += phase_is_in_flight(v->attempts[i].phase);
        v->first.open += phase_is_open(v->attempts[i].phase);
    }
    free(scratch);
}
