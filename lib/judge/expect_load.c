/* Expectations on the attempts of a load. */
#include "judge/expect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

typedef bool attempt_test(const struct finding *g, const struct attempt *a);

/* How many of the attempts that are looked at pass a test, and how many still could. */
struct count {
    int64_t sample, matched, open;
    double to_come; /* attempts that a whole run might still have begun */
};

static bool in_scope(const struct finding *g, const struct attempt *a)
{
    if (g->x->load >= 0 && a->load != g->x->load)
        return false;
    return g->x->phase < 0 || (g->f->t0_ns && (int)a->phase == g->x->phase);
}

/* In a run that is only partly there, an attempt without an end could have become anything. */
static bool is_open(const struct finding *g, const struct attempt *a)
{
    return g->f->course.partial && a->outcome == OUTCOME_UNFINISHED;
}

/* Far more than any run makes, and small enough that a percentage still sees one attempt. */
static const double no_end = 1e9;

static double attempts_to_come(const struct finding *g)
{
    if (!g->f->course.partial || (g->x->phase >= 0 && g->x->phase != PHASE_NOT_STARTED &&
                                  g->x->phase != PHASE_IDLE && g->f->t0_ns))
        return 0;
    double more = 0;
    for (size_t i = 0; i < g->f->plan->n_loads; i++) {
        int64_t all = g->f->plan->loads[i].requests, begun = g->v->loads[i].requests;
        if (g->x->load < 0 || (size_t)g->x->load == i)
            more += all < 0 ? no_end : all > begun ? (double)(all - begun) : 0;
    }
    return more;
}

static struct count count_attempts(const struct finding *g, attempt_test *counts,
                                   attempt_test *matches)
{
    struct count c = {.to_come = attempts_to_come(g)};
    for (size_t i = 0; i < g->v->n_attempts; i++) {
        const struct attempt *a = &g->v->attempts[i];
        if (!in_scope(g, a) || (counts && !counts(g, a)))
            continue;
        c.sample++;
        if (matches(g, a))
            c.matched++;
        else if (is_open(g, a))
            c.open++;
    }
    return c;
}

static struct interval interval_of(const struct plan_bound *b, const struct count *c)
{
    double low = (double)c->matched;
    double high = low + (double)c->open + c->to_come;
    if (!b->percent)
        return (struct interval){low, high};
    double all = (double)c->sample + c->to_come;
    return (struct interval){low * 100 / all, high * 100 / all};
}

static void add_scope(const struct finding *g, struct buf *out)
{
    static const char *const words[PHASE_COUNT] = {
        [PHASE_NOT_STARTED] = " not started at the signal",
        [PHASE_CONNECTING] = " connecting at the signal",
        [PHASE_SENDING] = " sending at the signal",
        [PHASE_WAITING] = " waiting at the signal",
        [PHASE_RECEIVING] = " receiving at the signal",
        [PHASE_IDLE] = " on connections idle at the signal",
        [PHASE_DONE] = " over before the signal",
    };
    if (g->x->phase >= 0)
        buf_adds(out, words[g->x->phase]);
}

/* "all attempts completed", "no attempt cut-off", "at least 95% of attempts refused" */
static void expected_share(struct finding *g, const char *noun, const char *nouns, const char *what)
{
    const struct plan_bound *b = &g->x->bound;
    if (b->op == BOUND_EQ && b->value == 0) {
        buf_addf(&g->expected, "no %s", noun);
    } else if (b->op == BOUND_EQ && b->percent && b->value == 100) {
        buf_addf(&g->expected, "all %s", nouns);
    } else {
        bound_add(&g->expected, b, BOUND_WORDS);
        buf_addf(&g->expected, b->percent ? " of %s" : " %s",
                 !b->percent && b->value == 1 ? noun : nouns);
    }
    add_scope(g, &g->expected);
    buf_addf(&g->expected, " %s", what);
}

static void observed_share(struct finding *g, const struct count *c, const char *nouns,
                           const char *what)
{
    buf_addf(&g->observed, "%lld of %lld %s %s", (long long)c->matched, (long long)c->sample, nouns,
             what);
    if (g->x->bound.percent && c->matched && c->matched != c->sample)
        buf_addf(&g->observed, " (%.4g%%)", (double)c->matched * 100 / (double)c->sample);
    if (c->open)
        buf_addf(&g->observed, ", %lld still open", (long long)c->open);
}

/* Name the first few behind it: those that match where there are too many of them, else those that
 * do not. Where some number of a thing was asked for and did not come, no attempt is to blame. */
static void blame(struct finding *g, attempt_test *counts, attempt_test *matches, double value)
{
    const struct plan_bound *b = &g->x->bound;
    bool too_many =
        b->op == BOUND_LE || b->op == BOUND_LT || (b->op == BOUND_EQ && value > b->value);
    bool wanted = b->percent || g->x->kind != EXPECT_OUTCOME || g->x->outcome == OUTCOME_COMPLETED;
    if (!too_many && (!wanted || g->x->kind == EXPECT_REASON))
        return;
    for (size_t i = 0; i < g->v->n_attempts; i++) {
        const struct attempt *a = &g->v->attempts[i];
        if (in_scope(g, a) && (!counts || counts(g, a)) && matches(g, a) == too_many)
            finding_blame(g, a);
        if (g->out->n_attempts == EXPECT_SHOWN)
            break;
    }
}

static bool no_sample(struct finding *g, int64_t sample, const char *nouns)
{
    if (sample > 0)
        return false;
    buf_addf(&g->observed, "there were no %s", nouns);
    add_scope(g, &g->observed);
    g->out->value = VERDICT_INCONCLUSIVE;
    return true;
}

/* Status codes count as reasons, but for those of completed answers. */
enum { STATUS_END = 1000 };

static bool has_told_reason(const struct finding *g, const struct attempt *a)
{
    return !is_open(g, a) && (a->reason != REASON_STATUS || a->outcome != OUTCOME_COMPLETED);
}

/* The reasons of those that matched, or of those that did not: ": 2 keepalive-race, 1 status-503".
 */
static void add_reasons(struct finding *g, attempt_test *matches, bool matched)
{
    int64_t counts[REASON_COUNT + STATUS_END] = {0};
    char text[32];
    for (size_t i = 0; i < g->v->n_attempts; i++) {
        const struct attempt *a = &g->v->attempts[i];
        if (!in_scope(g, a) || matches(g, a) != matched || !has_told_reason(g, a))
            continue;
        counts[a->reason == REASON_STATUS ? REASON_COUNT + a->status : (int)a->reason]++;
    }
    const char *sep = matched ? ": " : "; ";
    for (int r = 0; r < REASON_COUNT + STATUS_END; r++) {
        if (!counts[r])
            continue;
        buf_addf(&g->observed, "%s%lld %s", sep, (long long)counts[r],
                 r < REASON_COUNT
                     ? reason_words[r].word
                     : reason_text(REASON_STATUS, r - REASON_COUNT, text, sizeof text));
        sep = ", ";
    }
}

/* Whose answers they were, if a proxy's own: ", 3 of them answered by the proxy itself (SH--)". */
static void add_proxied(struct finding *g, attempt_test *matches, bool matched)
{
    int64_t n = 0;
    const char *state = NULL;
    for (size_t i = 0; i < g->v->n_attempts; i++) {
        const struct attempt *a = &g->v->attempts[i];
        if (!a->proxy.answered || !in_scope(g, a) || matches(g, a) != matched)
            continue;
        state = n++ && strcmp(state, a->proxy.said->text) != 0 ? "" : a->proxy.said->text;
    }
    if (!n || g->x->kind == EXPECT_BY_PROXY)
        return;
    buf_addf(&g->observed, ", %lld%s by the proxy itself", (long long)n,
             matched ? "" : " of the others");
    if (*state)
        buf_addf(&g->observed, " (%s)", state);
}

static void keep_count(struct finding *g, const struct count *c)
{
    g->out->count = c->matched;
    g->out->of = c->sample;
}

static void judge_share(struct finding *g, attempt_test *matches, const char *what)
{
    struct count c = count_attempts(g, NULL, matches);
    expected_share(g, "attempt", "attempts", what);
    keep_count(g, &c);
    if (no_sample(g, c.sample, "attempts"))
        return;
    struct interval i = interval_of(&g->x->bound, &c);
    g->out->value = bound_judge(&g->x->bound, i);
    observed_share(g, &c, "attempts", what);
    if (g->out->value == VERDICT_PASSED)
        return;
    add_proxied(g, matches, i.low > g->x->bound.value);
    if (g->x->kind == EXPECT_OUTCOME)
        add_reasons(g, matches, i.low > g->x->bound.value);
    if (g->out->value == VERDICT_FAILED)
        blame(g, NULL, matches, i.low);
}

static bool has_outcome(const struct finding *g, const struct attempt *a)
{
    return a->outcome == g->x->outcome;
}

void expect_outcome(struct finding *g)
{
    judge_share(g, has_outcome, outcome_words[g->x->outcome].word);
}

static bool has_reason(const struct finding *g, const struct attempt *a)
{
    return a->reason == g->x->reason &&
           (g->x->reason != REASON_STATUS || a->status == g->x->status);
}

void expect_reason(struct finding *g)
{
    char text[32];
    judge_share(g, has_reason, reason_text(g->x->reason, g->x->status, text, sizeof text));
}

static bool is_by_proxy(const struct finding *g, const struct attempt *a)
{
    (void)g;
    return a->proxy.answered;
}

void expect_by_proxy(struct finding *g)
{
    judge_share(g, is_by_proxy, "answered by the proxy itself");
}

/* Not every answer after the signal: the head of some was on its way before, or was written before
 * the server had handled the signal (reconcile.c). */
static bool could_tell(const struct finding *g, const struct attempt *a)
{
    return g->f->attempts[a - g->v->attempts].could_tell;
}

static bool was_told(const struct finding *g, const struct attempt *a)
{
    (void)g;
    return a->answer.told_to_close;
}

void expect_told_to_close(struct finding *g)
{
    struct count c = count_attempts(g, could_tell, was_told);
    expected_share(g, "answer", "answers after the signal", "with Connection: close");
    keep_count(g, &c);
    if (no_sample(g, c.sample, "whole answers after the signal"))
        return;
    c.to_come = g->f->course.partial ? no_end : 0;
    struct interval i = interval_of(&g->x->bound, &c);
    g->out->value = bound_judge(&g->x->bound, i);
    observed_share(g, &c, "answers", "with Connection: close");
    if (g->out->value == VERDICT_FAILED)
        blame(g, could_tell, was_told, i.low);
}

static bool is_processed(const struct finding *g, const struct attempt *a)
{
    (void)g;
    return a->processed == PROCESSED_YES;
}

static bool may_be_processed(const struct finding *g, const struct attempt *a)
{
    (void)g;
    return a->processed == PROCESSED_UNKNOWN;
}

void expect_processed(struct finding *g)
{
    struct count c = count_attempts(g, NULL, is_processed);
    expected_share(g, "attempt", "attempts", "processed");
    keep_count(g, &c);
    if (no_sample(g, c.sample, "attempts"))
        return;
    c.open = count_attempts(g, NULL, may_be_processed).matched;
    struct interval i = interval_of(&g->x->bound, &c);
    g->out->value = bound_judge(&g->x->bound, i);
    buf_addf(&g->observed, "%lld of %lld processed", (long long)c.matched, (long long)c.sample);
    if (c.open)
        buf_addf(&g->observed, ", unknown for %lld", (long long)c.open);
    if (g->out->value == VERDICT_FAILED)
        blame(g, NULL, is_processed, i.low);
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static size_t collect_latencies(const struct finding *g, int64_t *out)
{
    size_t n = 0;
    for (size_t i = 0; i < g->v->n_attempts; i++) {
        const struct attempt *a = &g->v->attempts[i];
        if (in_scope(g, a) && a->answer.whole)
            out[n++] = a->end_ns - a->due_ns;
    }
    qsort(out, n, sizeof *out, by_value);
    return n;
}

static void blame_slow(struct finding *g)
{
    for (size_t i = 0; i < g->v->n_attempts; i++) {
        const struct attempt *a = &g->v->attempts[i];
        if (in_scope(g, a) && a->answer.whole &&
            !bound_holds(&g->x->bound, (double)(a->end_ns - a->due_ns)))
            finding_blame(g, a);
    }
}

void expect_latency(struct finding *g)
{
    int percent = g->x->percentile < 0 ? 0 : g->x->percentile > 100 ? 100 : g->x->percentile;
    char what[32] = "the slowest";
    if (percent < 100)
        snprintf(what, sizeof what, "p%d", percent);
    buf_addf(&g->expected, "%s answer ", what);
    bound_add(&g->expected, &g->x->bound, BOUND_WORDS);
    add_scope(g, &g->expected);
    int64_t *values = mem_zero(g->v->n_attempts, sizeof *values);
    size_t n = collect_latencies(g, values);
    double value = percentile_of(values, n, percent);
    g->out->of = (int64_t)n;
    for (size_t i = 0; i < n; i++)
        g->out->count += bound_holds(&g->x->bound, (double)values[i]);
    free(values);
    if (no_sample(g, (int64_t)n, "whole answers"))
        return;
    bool holds = bound_holds(&g->x->bound, value);
    g->out->value = holds ? VERDICT_PASSED : VERDICT_FAILED;
    /* more answers can only raise the slowest one; any other percentile may still move both ways */
    if (!holds && g->f->course.partial && percent < 100)
        g->out->value = VERDICT_INCONCLUSIVE;
    buf_addf(&g->observed, "%s answer took ", what);
    add_ms(&g->observed, value / 1e6);
    buf_addf(&g->observed, ", of %zu", n);
    if (g->out->value == VERDICT_FAILED)
        blame_slow(g);
}
