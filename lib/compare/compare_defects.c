/* The defects of two checks, by what was looked for on both sides. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "compare/compare_int.h"

static const struct defect_summary *find(const struct verdict_summary *s, const char *id)
{
    for (size_t i = 0; i < s->n_defects; i++)
        if (strcmp(s->defects[i].id, id) == 0)
            return &s->defects[i];
    return NULL;
}

static const char *scenario_of(const struct verdict_summary *s, const struct run_tally *seen)
{
    return s->runs[seen->run].scenario;
}

/* `--quick` carries out fewer runs: only what both sides did is compared. The stratum is the name
 * as BASE writes it, the same pointer for all repeats. */
static const char *stratum_of(const struct verdict_summary *base, const struct defect_summary *a,
                              const char *scenario)
{
    for (size_t i = 0; i < a->n_seen; i++)
        if (strcmp(scenario_of(base, &a->seen[i]), scenario) == 0)
            return scenario_of(base, &a->seen[i]);
    return NULL;
}

static bool is_looked_for(const struct verdict_summary *s, const struct defect_summary *d,
                          const char *scenario)
{
    for (size_t i = 0; i < d->n_seen; i++)
        if (strcmp(scenario_of(s, &d->seen[i]), scenario) == 0)
            return true;
    return false;
}

static struct cluster worst_of(const struct defect_summary *d)
{
    struct cluster worst = {0};
    for (size_t i = 0; i < d->n_seen; i++) {
        const struct run_tally *s = &d->seen[i];
        if (worst.of == 0 || s->count * worst.of > worst.count * s->of)
            worst = (struct cluster){NULL, s->count, s->of};
    }
    return worst;
}

/* What `d` saw in the runs of `s` that the other side has, too. An older verdict knows only the
 * worst run of each defect: then the worst of both sides are compared. */
static size_t clusters_of(const struct comparison *c, const struct verdict_summary *s,
                          const struct defect_summary *d, const struct verdict_summary *other,
                          const struct defect_summary *there, const struct defect_summary *in_base,
                          struct cluster *out)
{
    size_t n = 0;
    if (!c->base->complete || !c->head->complete) {
        out[0] = worst_of(d);
        return out[0].of > 0;
    }
    for (size_t i = 0; i < d->n_seen; i++) {
        const char *scenario = scenario_of(s, &d->seen[i]);
        if (is_looked_for(other, there, scenario))
            out[n++] = (struct cluster){stratum_of(c->base, in_base, scenario), d->seen[i].count,
                                        d->seen[i].of};
    }
    return n;
}

/* A yes or no a run, not a number of requests. */
static bool is_fact(const struct cluster *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].of > 1)
            return false;
    return true;
}

/* The battery as a whole is what is repeated: the k-th run of each of its scenarios belongs to its
 * k-th pass, which shows the defect when one of them does. */
struct passes {
    int bad, all;
};

static struct passes passes_of(const struct cluster *seen, size_t n)
{
    struct passes p = {0};
    bool *bad = mem_zero(n + 1, sizeof *bad);
    for (size_t i = 0; i < n; i++) {
        int pass = 0;
        for (size_t k = 0; k < i; k++)
            pass += seen[k].stratum == seen[i].stratum;
        bad[pass] |= seen[i].count > 0;
        p.all = pass + 1 > p.all ? pass + 1 : p.all;
    }
    for (int i = 0; i < p.all; i++)
        p.bad += bad[i];
    free(bad);
    return p;
}

static char *passes_text(struct passes p)
{
    return p.all == 1 ? mem_strdup(p.bad ? "yes" : "no")
                      : mem_printf("in %d of %d checks", p.bad, p.all);
}

static void compare_defect(struct comparison *c, const struct defect_summary *a,
                           const struct defect_summary *b)
{
    struct cluster *base = mem_zero(a->n_seen + 1, sizeof *base);
    struct cluster *head = mem_zero(b->n_seen + 1, sizeof *head);
    size_t n = clusters_of(c, c->base, a, c->head, b, a, base);
    size_t m = clusters_of(c, c->head, b, c->base, a, a, head);
    if (n && m) {
        struct compare_row *row = compare_add(c, COMPARE_DEFECT, NULL, NULL, b->id);
        row->severity = b->listed || !a->listed ? b->severity : a->severity;
        row->unit = *b->unit ? b->unit : a->unit;
        bool judged = row->severity >= c->options.fail_on;
        if (is_fact(base, n) && is_fact(head, m)) {
            struct passes in_base = passes_of(base, n), in_head = passes_of(head, m);
            row->unit = "checks";
            row->before = passes_text(in_base);
            row->after = passes_text(in_head);
            compare_runs(row, in_base.bad, in_base.all, in_head.bad, in_head.all);
        } else {
            row->tendency = MORE_IS_WORSE;
            compare_test(row, base, n, head, m);
        }
        row->judged = judged;
        if (!judged && (row->change == CHANGE_WORSE || row->change == CHANGE_BETTER))
            row->change = CHANGE_OTHER;
    }
    free(base);
    free(head);
}

static bool was_seen(const struct defect_summary *d)
{
    for (size_t i = 0; i < d->n_seen; i++)
        if (d->seen[i].count)
            return true;
    return false;
}

/* A consequence of another defect is told by that one. */
static bool is_told(const struct defect_summary *a, const struct defect_summary *b)
{
    return a->listed || b->listed || (!was_seen(a) && !was_seen(b));
}

static void only_one_side(struct comparison *c, const struct defect_summary *d, bool base)
{
    bool told = base ? c->head->complete : c->base->complete;
    compare_only(c, base, "defect", NULL, d->id,
                 mem_printf("%s; %s %s", was_seen(d) ? "found" : "not found",
                            base ? "HEAD" : "BASE",
                            told ? "had nothing to look at" : "does not say whether it looked"),
                 !d->listed);
}

void compare_defects(struct comparison *c)
{
    for (size_t i = 0; i < c->base->n_defects; i++) {
        const struct defect_summary *a = &c->base->defects[i], *b = find(c->head, a->id);
        if (b && is_told(a, b))
            compare_defect(c, a, b);
        else if (!b)
            only_one_side(c, a, true);
    }
    for (size_t i = 0; i < c->head->n_defects; i++)
        if (!find(c->base, c->head->defects[i].id))
            only_one_side(c, &c->head->defects[i], false);
}
