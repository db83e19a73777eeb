/* What people saw at a load with a frontend, and what it cost them. */
#include <math.h>
#include <stdlib.h>

#include "base/attr.h"
#include "base/mem.h"
#include "compare/compare_int.h"

/* To be late, or shown something old, or have a form kept is what careful pages do instead of harm:
 * more of it is neither good nor bad by itself. What went well is told by what did not. */
static const struct {
    enum saw saw;
    const char *what;
    enum tendency tendency;
} rules[] = {
    {SAW_DOUBLED, "people saw doubled", MORE_IS_WORSE},
    {SAW_LOST, "people saw lost", MORE_IS_WORSE},
    {SAW_ERROR_SHOWN, "people saw error-shown", MORE_IS_WORSE},
    {SAW_QUEUED, "people saw queued", MORE_IS_NEITHER},
    {SAW_STALE, "people saw stale", MORE_IS_NEITHER},
    {SAW_LATE, "people saw late", MORE_IS_NEITHER},
};

static const struct users_summary *users_of(const struct run_summary *r, const char *load)
{
    const struct load_summary *l = compare_find_load(r, load);
    return l && l->users.any ? &l->users : NULL;
}

static struct cluster *clusters_of(const struct side *s, const char *load, enum saw saw)
{
    struct cluster *all = mem_zero(s->n + 1, sizeof *all);
    for (size_t i = 0; i < s->n; i++) {
        const struct users_summary *u = users_of(s->runs[i], load);
        if (u)
            all[i] = (struct cluster){.count = u->saw[saw], .of = u->intentions - u->open};
    }
    return all;
}

static double *seconds_of(const struct side *s, const char *load)
{
    double *ms = mem_zero(s->n + 1, sizeof *ms);
    for (size_t i = 0; i < s->n; i++) {
        const struct users_summary *u = users_of(s->runs[i], load);
        ms[i] = u ? u->seconds_lost * 1000 : NAN;
    }
    return ms;
}

static void compare_saw(struct comparison *c, const char *scenario, const char *load, size_t rule,
                        const struct side *base, const struct side *head)
{
    struct cluster *a = clusters_of(base, load, rules[rule].saw);
    struct cluster *b = clusters_of(head, load, rules[rule].saw);
    struct contrast seen = contrast_of(a, base->n, b, head->n);
    if (!isnan(seen.p) && seen.base_count + seen.head_count > 0) {
        struct compare_row *row = compare_add(c, COMPARE_SAW, scenario, load, rules[rule].what);
        row->tendency = rules[rule].tendency;
        row->judged = row->tendency != MORE_IS_NEITHER;
        row->unit = "intentions";
        compare_test(row, a, base->n, b, head->n);
    }
    free(a);
    free(b);
}

void compare_users(struct comparison *c, const char *scenario, const char *load,
                   const struct side *base, const struct side *head)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        compare_saw(c, scenario, load, i, base, head);
    double *a = seconds_of(base, load), *b = seconds_of(head, load);
    compare_times(c, scenario, load, "user-seconds lost", a, base->n, b, head->n);
    free(a);
    free(b);
}
