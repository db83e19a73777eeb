/* The table of expectations. */
#include "judge/expect.h"

#include <string.h>

#include "base/mem.h"

static void (*const expect_kinds[])(struct finding *g) = {
    [EXPECT_OUTCOME] = expect_outcome,
    [EXPECT_REASON] = expect_reason,
    [EXPECT_TOLD_TO_CLOSE] = expect_told_to_close,
    [EXPECT_BY_PROXY] = expect_by_proxy,
    [EXPECT_PROCESSED] = expect_processed,
    [EXPECT_LATENCY] = expect_latency,
    [EXPECT_SAW] = expect_saw,
    [EXPECT_USER_SECONDS] = expect_user_seconds,
    [EXPECT_ORDERS] = expect_orders,
    [EXPECT_PEAK] = expect_peak,
    [EXPECT_EXIT] = expect_exit,
    [EXPECT_LISTENER] = expect_listener,
    [EXPECT_NOT_READY] = expect_not_ready,
    [EXPECT_LIVE] = expect_live,
    [EXPECT_ORPHANS] = expect_orphans,
    [EXPECT_OUTPUT] = expect_output,
    [EXPECT_CHECKLIST] = expect_checklist,
    [EXPECT_STEPS] = expect_steps,
    [EXPECT_LEDGER] = expect_ledger,
    [EXPECT_POOL] = expect_kept,
    [EXPECT_QUEUE] = expect_kept,
    [EXPECT_REGISTRY] = expect_registry,
};

/* --- a life that is not the first, or each --- */

static void judge_life(const struct finding *g, const struct run_facts *run, int64_t life,
                       struct finding *one)
{
    struct run_facts f;
    facts_gather_life(&f, run, (size_t)g->x->whose.process, life);
    *one = (struct finding){.v = g->v, .f = &f, .x = g->x, .out = g->out};
    buf_init(&one->expected, 64 * 1024);
    buf_init(&one->observed, 64 * 1024);
    expect_kinds[g->x->kind](one);
    one->f = NULL;
}

/* SIGKILL tells nothing: of a life that it ended, nothing can be expected. */
static bool is_meant(const struct run_facts *run, const struct plan_expect *x, int64_t life)
{
    struct run_facts f;
    if (x->whose.life >= 0)
        return life == x->whose.life;
    facts_gather_life(&f, run, (size_t)x->whose.process, life);
    bool killed = f.forced_ns && f.forced_ns <= f.t0_ns;
    return f.t0_ns && (x->whose.life == LIFE_EVERY || !killed);
}

/* The finding of a life becomes the finding: with the life's name, when that one is broken. */
static void take(struct finding *g, struct finding *one, int64_t life)
{
    buf_free(&g->expected);
    buf_free(&g->observed);
    g->expected = one->expected;
    buf_init(&g->observed, 64 * 1024);
    buf_addf(&g->observed, "life %lld: %s", (long long)life, one->observed.data);
    buf_free(&one->observed);
}

static void say_none(struct finding *g, const struct run_facts *run, int64_t lives)
{
    bool every = g->x->whose.life == LIFE_EVERY;
    g->out->value = run->course.partial ? VERDICT_INCONCLUSIVE : VERDICT_FAILED;
    buf_addf(&g->expected, "%s", every ? "a life that was told to go" : "such a life");
    if (every)
        buf_addf(&g->observed, "none of its %lld lives was told to go", (long long)lives);
    else
        buf_addf(&g->observed, "it was started %lld times: the lives are 0 to %lld",
                 (long long)lives, (long long)lives - 1);
}

/* Those that are meant, up to the first that is broken. */
static void judge_lives(struct finding *g, const struct run_facts *run)
{
    int64_t lives = facts_lives(run, g->f->whose.process), judged = 0;
    for (int64_t k = 0; k < lives; k++) {
        struct finding one;
        if (!is_meant(run, g->x, k))
            continue;
        judge_life(g, run, k, &one);
        take(g, &one, k);
        judged++;
        if (g->out->value != VERDICT_PASSED)
            return;
    }
    if (judged > 1)
        buf_addf(&g->observed, "; the same in all %lld lives", (long long)judged);
    else if (judged == 0)
        say_none(g, run, lives);
}

static bool is_of_a_life(enum expect_kind kind)
{
    return kind == EXPECT_EXIT || kind == EXPECT_LISTENER || kind == EXPECT_NOT_READY ||
           kind == EXPECT_LIVE || kind == EXPECT_STEPS;
}

/* Then it is judged as if there were no other. */
static bool first_alone(const struct run_facts *run, const struct plan_expect *x)
{
    if (!is_of_a_life(x->kind) || x->whose.life != LIFE_NOT_SAID)
        return !is_of_a_life(x->kind) || x->whose.life == 0;
    int64_t lives = facts_lives(run, run->of[x->whose.process].whose.process);
    for (int64_t k = 1; k < lives; k++)
        if (is_meant(run, x, k))
            return false;
    return true;
}

void expects_judge(struct run_verdict *v, const struct run_facts *f)
{
    v->expectations.n = f->plan->n_expects;
    v->expectations.at = mem_zero(v->expectations.n, sizeof *v->expectations.at);
    for (size_t i = 0; i < v->expectations.n; i++) {
        struct expectation_verdict *out = &v->expectations.at[i];
        const struct plan_expect *x = &f->plan->expects[i];
        bool named = f->of && x->kind >= EXPECT_EXIT; /* of one of several processes */
        struct finding g = {.v = v, .f = named ? &f->of[x->whose.process] : f, .x = x, .out = out};
        buf_init(&g.expected, 64 * 1024);
        buf_init(&g.observed, 64 * 1024);
        out->text = g.x->text ? g.x->text : "";
        if (named && !first_alone(f, x))
            judge_lives(&g, f);
        else
            expect_kinds[g.x->kind](&g);
        out->expected = buf_take(&g.expected);
        out->observed = buf_take(&g.observed);
    }
}
