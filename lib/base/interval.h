/* How sure a rate is: 95 % confidence intervals of k of n (Clopper and Pearson, Biometrika 26,
 * 1934): exact, so that it holds for the handful of runs that a person has patience for. */
#ifndef BASE_INTERVAL_H
#define BASE_INTERVAL_H

#include <stddef.h>
#include <stdint.h>

struct interval {
    double low, high; /* from 0 to 1 */
};

/* k of n, 0 <= k <= n. For k = 0 the bound is one-sided: the rate above which not to have seen it
 * once would be a 5 % coincidence; about 3/n, the "rule of three". For k = n likewise. n = 0 gives
 * 0 to 1: nothing is known. */
struct interval interval_of(int64_t k, int64_t n);

/* 95 % of a share seen in `n` (which need not be whole: an effective number): Wilson's score
 * interval (J. Am. Stat. Assoc. 22, 1927). n = 0 gives 0 to 1. */
struct interval interval_wilson(double share, double n);

/* 95 % of the difference `b` - `a` of two shares seen in `m` and `n`, from -1 to 1: Newcombe's
 * hybrid score interval (Statistics in Medicine 17, 1998, 873-890, method 10), which stays within
 * its bounds also where a share is 0 or 1. */
struct interval interval_difference(double a, double n, double b, double m);

/* "95 %: 7 to 65 %", or for k = 0 "95 %: at most 26 %", for k = n "95 %: at least 74 %". */
const char *interval_text(int64_t k, int64_t n, char *out, size_t size);

#endif
