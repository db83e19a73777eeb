/* Expectations that held and are broken, or the other way round. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "compare/compare_int.h"

/* One expectation on one side. */
struct kept {
    int held, broken; /* runs; those that saw no sample are neither */
    struct cluster *counted;
    size_t n;
};

static const struct expectation_summary *find(const struct run_summary *r, const char *text)
{
    for (size_t i = 0; i < r->n_expectations; i++)
        if (strcmp(r->expectations[i].text, text) == 0)
            return &r->expectations[i];
    return NULL;
}

static bool side_has(const struct side *s, const char *text)
{
    for (size_t i = 0; i < s->n; i++)
        if (find(s->runs[i], text))
            return true;
    return false;
}

static struct kept kept_on(const struct side *s, const char *text)
{
    struct kept k = {.counted = mem_zero(s->n + 1, sizeof *k.counted), .n = s->n};
    for (size_t i = 0; i < s->n; i++) {
        const struct expectation_summary *x = find(s->runs[i], text);
        if (!x || x->value == VERDICT_INCONCLUSIVE)
            continue;
        k.held += x->value == VERDICT_PASSED;
        k.broken += x->value == VERDICT_FAILED;
        k.counted[i] = (struct cluster){NULL, x->count, x->of};
    }
    return k;
}

static char *kept_text(const struct kept *k)
{
    int all = k->held + k->broken;
    if (all == 0)
        return mem_strdup("saw no sample");
    if (k->held == 0 || k->broken == 0)
        return mem_strdup(k->held ? "held" : "broken");
    return mem_printf("held in %d of %d runs", k->held, all);
}

/* By what it counted when runs are few; it flipped, so that the sign says which way. */
static bool test_counts(struct compare_row *row, const struct kept *a, const struct kept *b,
                        bool worse)
{
    struct contrast seen = contrast_of(a->counted, a->n, b->counted, b->n);
    if (isnan(seen.p) || fabs(seen.difference) < 1e-12)
        return false;
    compare_test(row, a->counted, a->n, b->counted, b->n);
    row->judged = true;
    row->tendency = (seen.difference > 0) == worse ? MORE_IS_WORSE : MORE_IS_BETTER;
    return true;
}

static void compare_expectation(struct comparison *c, const char *scenario, const char *text,
                                const struct side *base, const struct side *head)
{
    struct kept a = kept_on(base, text), b = kept_on(head, text);
    int n = a.held + a.broken, m = b.held + b.broken;
    struct compare_row *row = compare_add(c, COMPARE_EXPECTATION, scenario, NULL, text);
    row->unit = "runs";
    row->before = kept_text(&a);
    row->after = kept_text(&b);
    bool enough = n >= ENOUGH_RUNS && m >= ENOUGH_RUNS;
    bool same = a.broken * m == b.broken * n;
    if (n == 0 || m == 0)
        row->change = n == m ? CHANGE_SAME : CHANGE_OTHER;
    else if (enough || same || !test_counts(row, &a, &b, b.broken * n > a.broken * m))
        compare_runs(row, a.broken, n, b.broken, m);
    free(a.counted);
    free(b.counted);
}

/* An expectation stands once in a run; where it stands twice, the first one is meant. */
static bool is_first(const struct side *s, size_t run, size_t index)
{
    const char *text = s->runs[run]->expectations[index].text;
    for (size_t i = 0; i < run; i++)
        if (find(s->runs[i], text))
            return false;
    return find(s->runs[run], text) == &s->runs[run]->expectations[index];
}

void compare_expectations(struct comparison *c, const char *scenario, const struct side *base,
                          const struct side *head)
{
    for (int s = 0; s < 2; s++) {
        const struct side *which = s ? head : base, *other = s ? base : head;
        for (size_t i = 0; i < which->n; i++)
            for (size_t k = 0; k < which->runs[i]->n_expectations; k++) {
                const char *text = which->runs[i]->expectations[k].text;
                if (!is_first(which, i, k))
                    continue;
                if (!side_has(other, text))
                    compare_only(c, s == 0, "expectation", scenario, text, NULL, false);
                else if (s == 0)
                    compare_expectation(c, scenario, text, base, head);
            }
    }
}
