/* Expectations on what the people of loads with a frontend saw. */
#include <math.h>
#include <stdlib.h>

#include "judge/expect.h"
#include "judge/storm.h"

/* The loads that are looked at, as one. */
static struct users_verdict sum_up(const struct finding *g)
{
    struct users_verdict all = {0};
    for (size_t i = 0; i < g->v->n_loads; i++) {
        const struct users_verdict *u = &g->v->loads[i].users;
        if (!u->any || (g->x->load >= 0 && (size_t)g->x->load != i))
            continue;
        all.any = true;
        all.intentions += u->intentions;
        all.open += u->open;
        all.untold += u->untold;
        all.seconds_lost += u->seconds_lost;
        for (int s = 0; s < SAW_COUNT; s++)
            all.saw[s] += u->saw[s];
    }
    return all;
}

static bool no_people(struct finding *g, const struct users_verdict *all)
{
    if (all->any && all->intentions > 0)
        return false;
    buf_adds(&g->observed, all->any ? "no person wanted anything" : "no load has a frontend");
    g->out->value = VERDICT_INCONCLUSIVE;
    return true;
}

/* What a run would still have brought is not known. */
static double to_come(const struct finding *g)
{
    return g->f->course.partial ? 1e9 : 0;
}

void expect_saw(struct finding *g)
{
    struct users_verdict all = sum_up(g);
    const struct plan_bound *b = &g->x->bound;
    const char *word = saw_words[g->x->saw].word;
    int64_t judged = all.intentions - all.open, seen = all.saw[g->x->saw];
    bool needs_witness = g->x->saw == SAW_LOST || g->x->saw == SAW_DOUBLED;

    if (b->op == BOUND_EQ && b->value == 0) {
        buf_addf(&g->expected, "no intention %s", word);
    } else {
        bound_add(&g->expected, b, BOUND_WORDS);
        buf_addf(&g->expected, " of the intentions %s", word);
    }
    g->out->count = seen;
    g->out->of = judged;
    if (no_people(g, &all))
        return;
    double low = (double)seen, high = low + (double)all.open * g->f->course.partial + to_come(g);
    if (needs_witness)
        high += (double)all.untold;
    if (b->percent && judged > 0) {
        low = low * 100 / (double)judged;
        high = fmin(high * 100 / (double)judged, 100);
    }
    g->out->value = bound_judge(b, (struct interval){low, high});
    buf_addf(&g->observed, "%lld of %lld intentions %s", (long long)seen, (long long)judged, word);
    if (needs_witness && all.untold)
        buf_addf(&g->observed, "; unknown for %lld: no witness saw their orders",
                 (long long)all.untold);
}

void expect_user_seconds(struct finding *g)
{
    struct users_verdict all = sum_up(g);
    bound_add(&g->expected, &g->x->bound, BOUND_WORDS);
    buf_adds(&g->expected, " user-seconds lost");
    if (no_people(g, &all))
        return;
    g->out->value = bound_judge(&g->x->bound,
                                (struct interval){all.seconds_lost, all.seconds_lost + to_come(g)});
    buf_addf(&g->observed, "%.1f user-seconds lost by %lld intentions", all.seconds_lost,
             (long long)all.intentions);
}

void expect_peak(struct finding *g)
{
    const struct plan_bound *b = &g->x->bound;
    struct storm_verdict s;
    bool any = storm_judge(&s, g->v, g->f, g->x->load);
    bound_add(&g->expected, b, BOUND_WORDS);
    buf_adds(&g->expected, b->times ? " the normal rate" : " attempts");
    buf_adds(&g->expected, " in any 100 ms once the server is back");
    double value = b->times ? s.peak_ratio : (double)s.peak;
    if (!any || isnan(value)) {
        buf_adds(&g->observed, any ? "there was no normal rate: no attempt came in the second "
                                     "half of the time before"
                                   : "the server was never gone and back");
        g->out->value = VERDICT_INCONCLUSIVE;
    } else {
        g->out->value = bound_judge(b, (struct interval){value, value + to_come(g)});
        buf_addf(&g->observed, "%lld attempts in 100 ms, ", (long long)s.peak);
        add_ms(&g->observed, s.peak_at_ms);
        buf_adds(&g->observed, " after its return");
        if (!isnan(s.peak_ratio))
            buf_addf(&g->observed, "; %.1fx the normal rate of %.2g", s.peak_ratio, s.normal);
    }
    free(s.bins);
}
