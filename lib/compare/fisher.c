#include "compare/fisher.h"

#include <float.h>
#include <math.h>

/* All tables with the margins of the one seen; x of the `n` are hits, `hits` in both together. */
struct margins {
    int64_t n, m, hits;
    int64_t low, high; /* what x can be */
};

static struct margins margins_of(int64_t hits, int64_t n, int64_t m)
{
    return (struct margins){
        .n = n,
        .m = m,
        .hits = hits,
        .low = hits > m ? hits - m : 0,
        .high = hits < n ? hits : n,
    };
}

static double log_choose(int64_t n, int64_t k)
{
    return lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);
}

/* The logarithm of the hypergeometric probability of x. */
static double log_probability(const struct margins *t, int64_t x)
{
    return log_choose(t->n, x) + log_choose(t->m, t->hits - x) - log_choose(t->n + t->m, t->hits);
}

/* P(x + 1) / P(x) */
static double step_up(const struct margins *t, int64_t x)
{
    return (double)(t->n - x) * (double)(t->hits - x) /
           ((double)(x + 1) * (double)(t->m - t->hits + x + 1));
}

/* P(x), P(x ± 1), … to the end of the tail, as multiples of P(x), which are falling. */
static double tail(const struct margins *t, int64_t x, int direction)
{
    double sum = 0, term = 1;
    for (; x >= t->low && x <= t->high && term > sum * DBL_EPSILON / 16; x += direction) {
        sum += term;
        term *= direction > 0 ? step_up(t, x) : 1 / step_up(t, x - 1);
    }
    return sum;
}

static int64_t mode_of(const struct margins *t)
{
    double x = floor(((double)t->n + 1) * ((double)t->hits + 1) / ((double)(t->n + t->m) + 2));
    return x < (double)t->low ? t->low : x > (double)t->high ? t->high : (int64_t)x;
}

/* The x nearest to the mode, on its side `direction`, that is at most as probable as `limit`; past
 * the end when there is none. */
static int64_t far_side(const struct margins *t, double limit, int direction)
{
    int64_t near = mode_of(t), far = direction > 0 ? t->high + 1 : t->low - 1;
    while (near != far && near + direction != far) {
        int64_t middle = near + (far - near) / 2;
        if (log_probability(t, middle) <= limit)
            far = middle;
        else
            near = middle;
    }
    return far;
}

double fisher_exact(int64_t a, int64_t n, int64_t b, int64_t m)
{
    struct margins t = margins_of(a + b, n, m);
    if (t.low == t.high)
        return 1;
    double seen = log_probability(&t, a), limit = seen + 1e-7;
    int64_t mode = mode_of(&t);
    if (a == mode || log_probability(&t, mode) <= limit)
        return 1;
    int direction = a < mode ? -1 : 1;
    double p = exp(seen) * tail(&t, a, direction);
    int64_t other = far_side(&t, limit, -direction);
    if (other >= t.low && other <= t.high)
        p += exp(log_probability(&t, other)) * tail(&t, other, -direction);
    return p > 1 ? 1 : p < DBL_MIN ? DBL_MIN : p;
}

double fisher_least(int64_t hits, int64_t n, int64_t m)
{
    struct margins t = margins_of(hits, n, m);
    double low = fisher_exact(t.low, n, hits - t.low, m);
    double high = fisher_exact(t.high, n, hits - t.high, m);
    return low < high ? low : high;
}
