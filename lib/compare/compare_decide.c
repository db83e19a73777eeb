/* From two shares, or two handfuls of runs, to better, worse or noise. */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "compare/compare_int.h"

static char *share_text(int64_t count, int64_t of)
{
    return mem_printf("%lld of %lld", (long long)count, (long long)of);
}

void compare_test(struct compare_row *row, const struct cluster *base, size_t n_base,
                  const struct cluster *head, size_t n_head)
{
    row->test = contrast_of(base, n_base, head, n_head);
    row->tested = !isnan(row->test.p);
    row->shares = !row->before && !row->after;
    if (!row->before)
        row->before = share_text(row->test.base_count, row->test.base_of);
    if (!row->after)
        row->after = share_text(row->test.head_count, row->test.head_of);
}

void compare_runs(struct compare_row *row, int base_bad, int base_n, int head_bad, int head_n)
{
    row->judged = true;
    row->tendency = MORE_IS_WORSE;
    if (base_n >= ENOUGH_RUNS && head_n >= ENOUGH_RUNS) {
        struct cluster base = {NULL, base_bad, base_n}, head = {NULL, head_bad, head_n};
        compare_test(row, &base, 1, &head, 1);
        row->test.base_runs = base_n;
        row->test.head_runs = head_n;
        return;
    }
    row->change = (int64_t)base_bad * head_n == (int64_t)head_bad * base_n ? CHANGE_SAME
                  : base_bad == 0 && head_bad == head_n                    ? CHANGE_WORSE
                  : head_bad == 0 && base_bad == base_n                    ? CHANGE_BETTER
                                                                           : CHANGE_FEW;
}

/* Tests whose margins allow no p below alpha can never count, whatever the correction; leaving
 * them out of it costs nothing (R. E. Tarone, "A modified Bonferroni method for discrete data",
 * Biometrics 46, 1990, 515-522). */
static bool is_in_family(const struct comparison *c, const struct compare_row *row, bool judged)
{
    return row->tested && row->judged == judged && row->test.p_least < c->options.alpha;
}

/* Those that can make the comparison fail are corrected together, the others among themselves. */
static size_t correct(struct comparison *c, bool judged)
{
    double *p = mem_zero(c->n_rows + 1, sizeof *p);
    size_t n = 0;
    for (size_t i = 0; i < c->n_rows; i++)
        if (is_in_family(c, &c->rows[i], judged))
            p[n++] = c->rows[i].test.p;
    holm_adjust(p, n);
    n = 0;
    for (size_t i = 0; i < c->n_rows; i++)
        if (is_in_family(c, &c->rows[i], judged))
            c->rows[i].p = p[n++];
        else if (c->rows[i].tested && c->rows[i].judged == judged)
            c->rows[i].p = c->rows[i].test.p;
    free(p);
    return n;
}

static bool is_same_share(const struct contrast *t)
{
    return fabs(t->difference) < 1e-12;
}

/* 5 of 5000 and 5 of 50 are the same five users. */
static bool number_agrees(const struct contrast *t)
{
    double base = (double)t->base_count / t->base_runs, head = (double)t->head_count / t->head_runs;
    return t->difference > 0 ? head > base : head < base;
}

static enum change decide(const struct comparison *c, const struct compare_row *row)
{
    const struct contrast *t = &row->test;
    bool counts = row->p < c->options.alpha && fabs(t->difference) >= c->options.min_effect;
    if (is_same_share(t) || (row->tendency == MORE_IS_NEITHER && !counts))
        return CHANGE_SAME;
    if (t->p_least >= c->options.alpha)
        return CHANGE_FEW;
    if (!counts)
        return CHANGE_NOISE;
    if (!row->judged || (row->tendency == MORE_IS_WORSE && !number_agrees(t)))
        return CHANGE_OTHER;
    return (t->difference > 0) == (row->tendency == MORE_IS_BETTER) ? CHANGE_BETTER : CHANGE_WORSE;
}

void compare_decide(struct comparison *c)
{
    c->tests = correct(c, true);
    correct(c, false);
    for (size_t i = 0; i < c->n_rows; i++)
        if (c->rows[i].tested)
            c->rows[i].change = decide(c, &c->rows[i]);
}
