/* The outcomes of each load, the reasons behind them, and its latency. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "compare/compare_int.h"

enum exposure {
    EXPOSED,   /* not over before the first signal */
    SERVED,    /* of those, the ones that were not told to go elsewhere */
    IN_FLIGHT, /* sending to receiving at the first signal, and not lost */
};

/* What more of an outcome means, and among which attempts it is counted. How many are refused
 * depends on how long the drain is, so that they would dilute what is lost; and what is lost is
 * told by its own row, not once more by fewer completed. */
static const struct {
    const char *what;
    enum tendency tendency;
    enum exposure exposure;
} rules[OUTCOME_COUNT] = {
    [OUTCOME_COMPLETED] = {"completed rather than refused", MORE_IS_BETTER, IN_FLIGHT},
    [OUTCOME_REFUSED] = {"refused", MORE_IS_NEITHER, EXPOSED},
    [OUTCOME_CUT_OFF] = {"cut-off", MORE_IS_WORSE, SERVED},
    [OUTCOME_FAILED] = {"failed", MORE_IS_WORSE, SERVED},
    [OUTCOME_TIMED_OUT] = {"timed-out", MORE_IS_WORSE, SERVED},
    [OUTCOME_ABORTED] = {"aborted", MORE_IS_NEITHER, EXPOSED},
    [OUTCOME_UNFINISHED] = {"unfinished", MORE_IS_WORSE, SERVED},
    [OUTCOME_CLIENT_LIMIT] = {"client-limit", MORE_IS_NEITHER, EXPOSED},
};

static bool phase_counts(enum phase p, enum exposure e)
{
    return e == IN_FLIGHT ? phase_is_in_flight(p) : p != PHASE_DONE;
}

static bool outcome_counts(int o, enum exposure e)
{
    if (e == SERVED)
        return o != OUTCOME_REFUSED && o != OUTCOME_ABORTED;
    return e == EXPOSED || o == OUTCOME_REFUSED || o == OUTCOME_COMPLETED;
}

static void add_outcomes(struct cluster *out, const int64_t *counts, int outcome,
                         enum exposure exposure)
{
    out->count += counts[outcome];
    for (int o = 0; o < OUTCOME_COUNT; o++)
        out->of += outcome_counts(o, exposure) ? counts[o] : 0;
}

/* Without a signal, or when the phases are not known, all attempts count. */
static struct cluster cluster_of(const struct run_summary *r, const struct load_summary *l,
                                 int outcome, enum exposure exposure)
{
    struct cluster out = {0};
    if (!r->sent || !l->by_phase)
        add_outcomes(&out, l->outcomes, outcome, exposure);
    else
        for (int p = 0; p < PHASE_COUNT; p++)
            if (phase_counts((enum phase)p, exposure))
                add_outcomes(&out, l->phases[p], outcome, exposure);
    return out;
}

static bool side_has(const struct side *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (compare_find_load(s->runs[i], name))
            return true;
    return false;
}

static struct cluster *clusters_of(const struct side *s, const char *load, int outcome,
                                   enum exposure exposure)
{
    struct cluster *all = mem_zero(s->n + 1, sizeof *all);
    for (size_t i = 0; i < s->n; i++) {
        const struct load_summary *l = compare_find_load(s->runs[i], load);
        if (l)
            all[i] = cluster_of(s->runs[i], l, outcome, exposure);
    }
    return all;
}

/* --- details --- */

static int64_t phase_sum(const struct side *s, const char *load, int phase, int outcome)
{
    int64_t sum = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct load_summary *l = compare_find_load(s->runs[i], load);
        sum += l ? l->phases[phase][outcome] : 0;
    }
    return sum;
}

static void count_reason(struct compare_row *row, size_t *cap, const struct word_count *r,
                         bool in_base)
{
    struct compare_detail *d = row->details;
    while (d < row->details + row->n_details && (d->phase || strcmp(d->word, r->word) != 0))
        d++;
    if (d == row->details + row->n_details) {
        MEM_GROW(row->details, row->n_details, *cap);
        d = &row->details[row->n_details++];
        *d = (struct compare_detail){.word = r->word};
    }
    *(in_base ? &d->base : &d->head) += r->count;
}

static void count_reasons(struct compare_row *row, size_t *cap, const char *load,
                          const struct side *s, bool in_base)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct load_summary *l = compare_find_load(s->runs[i], load);
        for (size_t k = 0; l && k < l->n_reasons; k++)
            count_reason(row, cap, &l->reasons[k], in_base);
    }
}

static void drop_equal(struct compare_row *row)
{
    size_t kept = 0;
    for (size_t i = 0; i < row->n_details; i++)
        if (row->details[i].base != row->details[i].head)
            row->details[kept++] = row->details[i];
    row->n_details = kept;
}

/* Where in their lives the attempts of this outcome were, and the reasons of the whole load. */
static void add_details(struct compare_row *row, const char *load, int outcome,
                        const struct side *base, const struct side *head)
{
    size_t cap = 0;
    for (int p = 0; p < PHASE_COUNT; p++) {
        if (!phase_counts((enum phase)p, rules[outcome].exposure))
            continue;
        MEM_GROW(row->details, row->n_details, cap);
        row->details[row->n_details++] =
            (struct compare_detail){true, phase_words[p].word, phase_sum(base, load, p, outcome),
                                    phase_sum(head, load, p, outcome)};
    }
    count_reasons(row, &cap, load, base, true);
    count_reasons(row, &cap, load, head, false);
    drop_equal(row);
}

/* On a side where all were turned away none was served: then what others lost is counted
 * among all, or it would be compared with nothing. */
static enum exposure exposure_of(int outcome, const char *load, const struct side *base,
                                 const struct side *head)
{
    const struct side *sides[] = {base, head};
    enum exposure exposure = rules[outcome].exposure;
    for (size_t s = 0; s < ARRAY_LEN(sides) && exposure == SERVED; s++) {
        struct cluster *all = clusters_of(sides[s], load, outcome, SERVED);
        int64_t of = 0;
        for (size_t i = 0; i < sides[s]->n; i++)
            of += all[i].of;
        free(all);
        if (of == 0)
            return EXPOSED;
    }
    return exposure;
}

static void compare_outcome(struct comparison *c, const char *scenario, const char *load,
                            int outcome, const struct side *base, const struct side *head)
{
    enum exposure exposure = exposure_of(outcome, load, base, head);
    struct cluster *a = clusters_of(base, load, outcome, exposure);
    struct cluster *b = clusters_of(head, load, outcome, exposure);
    struct contrast seen = contrast_of(a, base->n, b, head->n);
    if (!isnan(seen.p) && seen.base_count + seen.head_count > 0) {
        struct compare_row *row =
            compare_add(c, COMPARE_OUTCOME, scenario, load, rules[outcome].what);
        row->tendency = rules[outcome].tendency;
        row->judged = row->tendency != MORE_IS_NEITHER;
        row->unit = "attempts";
        compare_test(row, a, base->n, b, head->n);
        add_details(row, load, outcome, base, head);
    }
    free(a);
    free(b);
}

static void compare_latency(struct comparison *c, const char *scenario, const char *load,
                            const struct side *base, const struct side *head)
{
    static const struct {
        const char *what;
        size_t offset;
    } quantiles[] = {
        {"latency p50", offsetof(struct load_summary, p50_ms)},
        {"latency p99", offsetof(struct load_summary, p99_ms)},
    };
    const struct side *sides[] = {base, head};
    for (size_t q = 0; q < 2; q++) {
        double *ms[2];
        for (size_t s = 0; s < 2; s++) {
            ms[s] = mem_zero(sides[s]->n + 1, sizeof **ms);
            for (size_t i = 0; i < sides[s]->n; i++) {
                const struct load_summary *l = compare_find_load(sides[s]->runs[i], load);
                ms[s][i] =
                    l ? *(const double *)(const void *)((const char *)l + quantiles[q].offset)
                      : NAN;
            }
        }
        compare_times(c, scenario, load, quantiles[q].what, ms[0], base->n, ms[1], head->n);
        free(ms[0]);
        free(ms[1]);
    }
}

/* Each load once, although every repeat has it. */
static bool is_first_load(const struct side *s, size_t run, size_t index)
{
    const char *name = s->runs[run]->loads[index].name;
    for (size_t i = 0; i < run; i++)
        if (compare_find_load(s->runs[i], name))
            return false;
    return compare_find_load(s->runs[run], name) == &s->runs[run]->loads[index];
}

static void compare_load(struct comparison *c, const char *scenario, const char *load,
                         const struct side *base, const struct side *head)
{
    static const enum outcome order[] = {
        OUTCOME_CUT_OFF,   OUTCOME_FAILED,  OUTCOME_TIMED_OUT, OUTCOME_UNFINISHED,
        OUTCOME_COMPLETED, OUTCOME_REFUSED, OUTCOME_ABORTED,   OUTCOME_CLIENT_LIMIT,
    };
    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        compare_outcome(c, scenario, load, (int)order[i], base, head);
    compare_users(c, scenario, load, base, head);
    compare_latency(c, scenario, load, base, head);
}

void compare_loads(struct comparison *c, const char *scenario, const struct side *base,
                   const struct side *head)
{
    for (int s = 0; s < 2; s++) {
        const struct side *which = s ? head : base, *other = s ? base : head;
        for (size_t i = 0; i < which->n; i++)
            for (size_t k = 0; k < which->runs[i]->n_loads; k++) {
                const char *name = which->runs[i]->loads[k].name;
                if (!is_first_load(which, i, k))
                    continue;
                if (!side_has(other, name))
                    compare_only(c, s == 0, "load", scenario, name, NULL, false);
                else if (s == 0)
                    compare_load(c, scenario, name, base, head);
            }
    }
}
