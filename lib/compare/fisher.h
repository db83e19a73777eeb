/* Fisher's exact test of a 2 × 2 table, two-sided: were two shares drawn from the same urn?
 * R. A. Fisher, "The Logic of Inductive Inference", J. R. Stat. Soc. 98 (1935) 39–82. Two-sided as
 * in R's fisher.test: the sum of all tables with the same margins that are at most as probable as
 * the one seen, where "at most" allows for the last digits of a double (1e-7). */
#ifndef COMPARE_FISHER_H
#define COMPARE_FISHER_H

#include <stdint.h>

/* p of `a` out of `n` against `b` out of `m`; 0 <= a <= n, 0 <= b <= m. In (0, 1]; 1 when one side
 * is empty. Works in logarithms (lgamma) and walks only over the terms that matter, so that a table
 * of 20,000 × 20,000 takes microseconds and one of 10^12 still ends. */
double fisher_exact(int64_t a, int64_t n, int64_t b, int64_t m);

/* The least p that any table with these margins can have: above alpha, the numbers are too few to
 * tell anything. `hits` are both sides' together. */
double fisher_least(int64_t hits, int64_t n, int64_t m);

#endif
