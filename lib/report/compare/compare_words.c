/* What the formats of a comparison have in common: its sentences. */
#include <math.h>
#include <string.h>

#include "report/compare/compare.h"

void compare_verdict(struct buf *out, const struct comparison *c)
{
    static const enum change order[] = {CHANGE_WORSE, CHANGE_BETTER, CHANGE_NOISE,
                                        CHANGE_FEW,   CHANGE_OTHER,  CHANGE_SAME};
    const char *sep = "";
    if (c->value == VERDICT_INCONCLUSIVE) {
        buf_addf(out, "nothing to compare: %s", c->why);
        return;
    }
    bool same = c->counts[CHANGE_SAME] > 0;
    for (int i = 0; i < CHANGE_COUNT - 1; i++)
        same = same && c->counts[order[i]] == 0;
    if (same)
        buf_adds(out, "no difference: ");
    else if (!c->counts[CHANGE_WORSE]) {
        buf_adds(out, "no regression");
        sep = ", ";
    }
    for (int i = 0; i < CHANGE_COUNT; i++) {
        size_t n = c->counts[order[i]];
        if (!n)
            continue;
        buf_addf(out, "%s%zu %s", sep, n,
                 n == 1 ? change_phrases[order[i]] : change_plurals[order[i]]);
        sep = ", ";
    }
}

const char *compare_group(const struct compare_row *row)
{
    return row->scenario ? row->scenario : "check";
}

void compare_label(struct buf *out, const struct compare_row *row)
{
    if (row->load)
        buf_addf(out, "%s: %s", row->load, row->what);
    else if (row->kind == COMPARE_EXPECTATION)
        buf_addf(out, "'%s'", row->what);
    else if (row->kind == COMPARE_DEFECT)
        buf_addf(out, "%s (%s)", row->what, severity_word(row->severity));
    else
        buf_adds(out, row->what);
}

void compare_values(struct buf *out, const struct compare_row *row)
{
    if (strcmp(row->before, row->after) == 0)
        buf_adds(out, row->before);
    else
        buf_addf(out, "%s → %s", row->before, row->after);
    if (row->kind == COMPARE_DEFECT && row->tested && row->shares)
        buf_addf(out, " %s", row->unit);
}

static void add_percent(struct buf *out, double share, bool sign)
{
    double points = share * 100, size = fabs(points);
    int digits = size >= 10 || size < 0.005 ? 0 : size >= 1 ? 1 : 2;
    if (size < 0.005)
        points = 0; /* not "-0" */
    buf_addf(out, sign ? "%+.*f" : "%.*f", digits, points);
}

void compare_points(struct buf *out, const struct contrast *t)
{
    add_percent(out, t->difference, true);
    buf_adds(out, " points (");
    add_percent(out, t->low, false);
    buf_adds(out, " to ");
    add_percent(out, t->high, false);
    buf_addc(out, ')');
}

void compare_p(struct buf *out, double p)
{
    if (p < 0.0001)
        buf_adds(out, "< 0.0001");
    else if (p >= 0.995)
        buf_adds(out, "1");
    else
        buf_addf(out, "%.2g", p);
}

void compare_numbers(struct buf *out, const struct comparison *c, const struct compare_row *row)
{
    if (!row->tested)
        return;
    if (row->kind == COMPARE_EXPECTATION)
        buf_addf(out, "%lld of %lld → %lld of %lld", (long long)row->test.base_count,
                 (long long)row->test.base_of, (long long)row->test.head_count,
                 (long long)row->test.head_of);
    else
        compare_points(out, &row->test);
    buf_adds(out, row->p < 0.0001 ? ", p " : ", p = ");
    compare_p(out, row->p);
    if (row->change == CHANGE_FEW)
        buf_adds(out, ", too few to tell");
    else if (row->change == CHANGE_NOISE && row->p < c->options.alpha)
        buf_addf(out, ", smaller than %.4g points", c->options.min_effect * 100);
    if (row->test.design > 1.5)
        buf_addf(out, "; the runs of one side differ, so an attempt counts as 1/%.0f",
                 row->test.design);
}

void compare_details(struct buf *out, const struct compare_row *row)
{
    for (int pass = 0; pass < 2; pass++) {
        const char *sep = pass && out->len ? "; " : "";
        for (size_t i = 0; i < row->n_details; i++) {
            const struct compare_detail *d = &row->details[i];
            if (d->phase != (pass == 0))
                continue;
            buf_addf(out, "%s%s %lld → %lld", sep, d->word, (long long)d->base, (long long)d->head);
            sep = ", ";
        }
    }
}

void compare_alone(struct buf *out, const struct compare_alone *a)
{
    buf_addf(out, "%s '%s'", a->what, a->name);
    if (a->scenario && strcmp(a->what, "scenario") != 0)
        buf_addf(out, " of '%s'", a->scenario);
    if (a->why)
        buf_addf(out, ": %s", a->why);
}

void compare_footnotes(struct buf *out, const struct comparison *c)
{
    bool defects = c->base->check && (!c->base->complete || !c->head->complete);
    if (c->tests)
        buf_addf(out,
                 "points: percentage points, with their 95 %% interval\n"
                 "p: two-sided Fisher's exact test, corrected for %zu %s (Holm); counts below "
                 "%.4g\n",
                 c->tests, c->tests == 1 ? "test" : "tests", c->options.alpha);
    if (c->single)
        buf_adds(out, "one run is one shutdown, and may have lost one race by chance: repeat both "
                      "sides (--repeat 5)\n");
    if (defects)
        buf_adds(out, "an older drainctl did not write down which defects it had looked for: "
                      "nothing is said about a defect that only one side names\n");
}
