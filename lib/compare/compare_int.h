/* What the files of the comparison share. Private to lib/compare. */
#ifndef COMPARE_COMPARE_INT_H
#define COMPARE_COMPARE_INT_H

#include "compare/compare.h"

enum { ENOUGH_RUNS = 4 }; /* from here on runs can be a sample: 4 against 4 can give p = 0.03 */

/* The runs of one scenario on one side that can be compared. */
struct side {
    const struct run_summary **runs;
    size_t n;
};

/* A fresh row, all else zero; valid until the next one. */
struct compare_row *compare_add(struct comparison *c, enum compare_kind kind, const char *scenario,
                                const char *load, const char *what);
/* Keep something that is only on one side, or could not be compared; `why` is taken over. */
void compare_only(struct comparison *c, bool base, const char *what, const char *scenario,
                  const char *name, char *why, bool minor);
void compare_leave_out(struct comparison *c, const char *scenario, char *why);

/* Test the shares, and write before and after as "3 of 20". What it comes to is decided when all
 * tests are known (compare_decide). */
void compare_test(struct compare_row *row, const struct cluster *base, size_t n_base,
                  const struct cluster *head, size_t n_head);
/* A fact that is bad in some number of the runs: tested over the runs when there are enough, else
 * decided at once. */
void compare_runs(struct compare_row *row, int base_bad, int base_n, int head_bad, int head_n);
/* Correct the tests and decide what each row comes to. */
void compare_decide(struct comparison *c);

void compare_loads(struct comparison *c, const char *scenario, const struct side *base,
                   const struct side *head);
/* The load of that name; NULL. */
const struct load_summary *compare_find_load(const struct run_summary *r, const char *name);
/* What people saw at a load that both sides have; nothing when neither knows of people. */
void compare_users(struct comparison *c, const char *scenario, const char *load,
                   const struct side *base, const struct side *head);
void compare_expectations(struct comparison *c, const char *scenario, const struct side *base,
                          const struct side *head);
void compare_target(struct comparison *c, const char *scenario, const struct side *base,
                    const struct side *head);
/* "1.50 s", "1.4 s to 1.6 s", "not known"; and a row when they are far apart. */
void compare_times(struct comparison *c, const char *scenario, const char *load, const char *what,
                   double *base, size_t n_base, double *head, size_t n_head);
void compare_defects(struct comparison *c);

#endif
