#include "compare/contrast.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "compare/fisher.h"
#include "base/interval.h"

/* Squared deviations between runs of one stratum, and what chance alone would make of them. */
struct spread {
    double seen, chance;
};

/* Rao and Scott's equation for the variance of a ratio, times the squared total. */
static void add_stratum(struct spread *s, const struct cluster *all, size_t n, const void *stratum)
{
    double runs = 0, count = 0, of = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        if (all[i].stratum != stratum || all[i].of == 0)
            continue;
        runs++;
        count += (double)all[i].count;
        of += (double)all[i].of;
    }
    if (runs < 2)
        return;
    double share = count / of;
    for (size_t i = 0; i < n; i++) {
        double d = (double)all[i].count - (double)all[i].of * share;
        squares += all[i].stratum == stratum ? d * d : 0;
    }
    s->seen += squares * runs / (runs - 1);
    s->chance += of * share * (1 - share);
}

static void add_side(struct spread *s, const struct cluster *all, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t first = 0;
        while (all[first].stratum != all[i].stratum)
            first++;
        if (first == i) /* each stratum once */
            add_stratum(s, all, n, all[i].stratum);
    }
}

static void add_up(const struct cluster *all, size_t n, int64_t *count, int64_t *of, int *runs)
{
    for (size_t i = 0; i < n; i++) {
        *count += all[i].count;
        *of += all[i].of;
        *runs += all[i].of > 0;
    }
}

static int64_t scaled(int64_t n, double design)
{
    return design > 1 ? (int64_t)llround((double)n / design) : n;
}

struct contrast contrast_of(const struct cluster *base, size_t n_base, const struct cluster *head,
                            size_t n_head)
{
    struct contrast c = {.p = NAN, .p_least = NAN, .design = 1, .low = -1, .high = 1};
    struct spread s = {0};
    add_up(base, n_base, &c.base_count, &c.base_of, &c.base_runs);
    add_up(head, n_head, &c.head_count, &c.head_of, &c.head_runs);
    if (c.base_of == 0 || c.head_of == 0)
        return c;
    add_side(&s, base, n_base);
    add_side(&s, head, n_head);
    if (s.chance > 0 && s.seen > s.chance)
        c.design = s.seen / s.chance;
    double a = (double)c.base_count / (double)c.base_of;
    double b = (double)c.head_count / (double)c.head_of;
    c.difference = b - a;
    struct interval i =
        interval_difference(a, (double)c.base_of / c.design, b, (double)c.head_of / c.design);
    c.low = i.low;
    c.high = i.high;
    int64_t k = scaled(c.base_count, c.design), n = scaled(c.base_of, c.design);
    int64_t l = scaled(c.head_count, c.design), m = scaled(c.head_of, c.design);
    c.p = fisher_exact(k, n, l, m);
    c.p_least = fisher_least(k + l, n, m);
    return c;
}

static int by_value(const void *a, const void *b)
{
    double x = **(double *const *)a, y = **(double *const *)b;
    return (x > y) - (x < y);
}

void holm_adjust(double *p, size_t n)
{
    double **order = mem_zero(n + 1, sizeof *order);
    double most = 0;
    for (size_t i = 0; i < n; i++)
        order[i] = &p[i];
    qsort(order, n, sizeof *order, by_value);
    for (size_t i = 0; i < n; i++) {
        double adjusted = *order[i] * (double)(n - i);
        most = adjusted > most ? adjusted : most; /* never less than one that is smaller */
        *order[i] = most > 1 ? 1 : most;
    }
    free(order);
}
