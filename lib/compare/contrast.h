/* Two shares, each counted in one or more runs, set against each other. */
#ifndef COMPARE_CONTRAST_H
#define COMPARE_CONTRAST_H

#include <stddef.h>
#include <stdint.h>

/* What one run counted. Runs with the same `stratum` did the same thing. */
struct cluster {
    const void *stratum; /* compared as a pointer; NULL when there is only one */
    int64_t count, of;
};

struct contrast {
    int64_t base_count, base_of, head_count, head_of;
    double difference;        /* of the shares, head - base */
    double low, high;         /* its 95 % interval */
    double p;                 /* Fisher's exact test; NaN when one side counted nothing */
    double p_least;           /* the least that these numbers could give */
    double design;            /* by how much the runs of one side differ more than chance would make
                                 them: the variance as a multiple of the binomial one, at least 1 */
    int base_runs, head_runs; /* that counted something */
};

/* The attempts of one run share one shutdown, so they are not independent: a race lost once may
 * cost all of them. Where repeats show that, counts and totals are divided by the design effect
 * before they are tested (J. N. K. Rao and A. J. Scott, "A simple method for the analysis of
 * clustered binary data", Biometrics 48, 1992, 577-585). It is measured within each side and
 * stratum and pooled over both sides, so that a side which happened to lose nothing is not taken
 * for more certain than it is. With one run a side it cannot be measured and is 1. */
struct contrast contrast_of(const struct cluster *base, size_t n_base, const struct cluster *head,
                            size_t n_head);

/* Holm's step-down correction for many tests (Scand. J. Stat. 6, 1979, 65-70), in place: each of
 * the n p values becomes the least alpha at which it would still count. */
void holm_adjust(double *p, size_t n);

#endif
