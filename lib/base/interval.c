#include "base/interval.h"

#include <math.h>
#include <stdio.h>

/* P(X >= k) for X binomial with n and p, summed in logarithms so that no term overflows. */
static double tail_at_least(int64_t k, int64_t n, double p)
{
    double sum = 0;

    for (int64_t i = k; i <= n; i++)
        sum += exp(lgamma((double)n + 1) - lgamma((double)i + 1) - lgamma((double)(n - i) + 1) +
                   (double)i * log(p) + (double)(n - i) * log1p(-p));
    return sum;
}

/* The p at which P(X >= k) is `alpha`; it grows with p. */
static double solve(int64_t k, int64_t n, double alpha)
{
    double low = 0, high = 1;

    for (int i = 0; i < 60; i++) {
        double p = (low + high) / 2;

        if (tail_at_least(k, n, p) < alpha)
            low = p;
        else
            high = p;
    }
    return (low + high) / 2;
}

struct interval interval_of(int64_t k, int64_t n)
{
    struct interval v = {0, 1};

    if (n <= 0 || k < 0 || k > n)
        return v;
    if (k == 0) {
        v.high = 1 - pow(0.05, 1.0 / (double)n);
    } else if (k == n) {
        v.low = pow(0.05, 1.0 / (double)n);
    } else {
        v.low = solve(k, n, 0.025);
        v.high = solve(k + 1, n, 0.975);
    }
    return v;
}

struct interval interval_wilson(double share, double n)
{
    static const double z = 1.959963984540054; /* 97.5 % of the normal distribution */

    if (n <= 0)
        return (struct interval){0, 1};
    double centre = share + z * z / (2 * n);
    double spread = z * sqrt((share * (1 - share) + z * z / (4 * n)) / n);
    double low = (centre - spread) / (1 + z * z / n), high = (centre + spread) / (1 + z * z / n);
    return (struct interval){low < 0 ? 0 : low, high > 1 ? 1 : high};
}

struct interval interval_difference(double a, double n, double b, double m)
{
    struct interval x = interval_wilson(a, n), y = interval_wilson(b, m);

    return (struct interval){
        b - a - sqrt((b - y.low) * (b - y.low) + (x.high - a) * (x.high - a)),
        b - a + sqrt((y.high - b) * (y.high - b) + (a - x.low) * (a - x.low)),
    };
}

/* Percent with as many digits as it deserves. */
static void percent(double share, char *out, size_t size)
{
    double p = share * 100;

    snprintf(out, size, p >= 10 || p == 0 ? "%.0f" : p >= 1 ? "%.1f" : "%.2g", p);
}

const char *interval_text(int64_t k, int64_t n, char *out, size_t size)
{
    struct interval v = interval_of(k, n);
    char low[32], high[32];

    percent(v.low, low, sizeof low);
    percent(v.high, high, sizeof high);
    if (n > 0 && k == 0)
        snprintf(out, size, "95 %%: at most %s %%", high);
    else if (n > 0 && k == n)
        snprintf(out, size, "95 %%: at least %s %%", low);
    else
        snprintf(out, size, "95 %%: %s to %s %%", low, high);
    return out;
}
