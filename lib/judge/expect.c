/* The table of expectations, and the arithmetic of bounds. */
#include "judge/expect.h"

#include <math.h>
#include <string.h>

#include "base/duration.h"
#include "base/mem.h"

/* Percentages are quotients: "33.4%" must not fail by the last bit of a double. */
static const double epsilon = 1e-9;

bool bound_holds(const struct plan_bound *b, double value)
{
    double d = value - b->value;
    switch (b->op) {
    case BOUND_EQ:
        return fabs(d) <= epsilon;
    case BOUND_LE:
        return d <= epsilon;
    case BOUND_GE:
        return d >= -epsilon;
    case BOUND_LT:
        return d < -epsilon;
    case BOUND_GT:
        return d > epsilon;
    }
    return false;
}

enum verdict_value bound_judge(const struct plan_bound *b, struct interval i)
{
    bool low = bound_holds(b, i.low), high = bound_holds(b, i.high);
    bool inside = b->op == BOUND_EQ && i.low <= b->value && b->value <= i.high;
    if (low && high)
        return VERDICT_PASSED;
    return low || high || inside ? VERDICT_INCONCLUSIVE : VERDICT_FAILED;
}

void bound_text(const struct plan_bound *b, struct buf *out)
{
    static const char *const words[] = {
        [BOUND_EQ] = "exactly ",   [BOUND_LE] = "at most ",   [BOUND_GE] = "at least ",
        [BOUND_LT] = "less than ", [BOUND_GT] = "more than ",
    };
    char ns[32];
    buf_adds(out, words[b->op]);
    if (b->is_duration)
        buf_adds(out, duration_format((int64_t)b->value, ns, sizeof ns));
    else
        buf_addf(out, "%.10g%s", b->value, b->percent ? "%" : "");
}

void add_ms(struct buf *out, double ms)
{
    char text[32];
    buf_adds(out, duration_human_ms(ms, text, sizeof text));
}

void finding_blame(struct finding *g, const struct attempt *a)
{
    if (!g->out->attempts)
        g->out->attempts = mem_zero(EXPECT_SHOWN, sizeof *g->out->attempts);
    if (g->out->n_attempts < EXPECT_SHOWN)
        g->out->attempts[g->out->n_attempts++] = a->id;
}

static void (*const expect_kinds[])(struct finding *g) = {
    [EXPECT_OUTCOME] = expect_outcome,
    [EXPECT_REASON] = expect_reason,
    [EXPECT_TOLD_TO_CLOSE] = expect_told_to_close,
    [EXPECT_PROCESSED] = expect_processed,
    [EXPECT_LATENCY] = expect_latency,
    [EXPECT_EXIT] = expect_exit,
    [EXPECT_LISTENER] = expect_listener,
    [EXPECT_NOT_READY] = expect_not_ready,
    [EXPECT_LIVE] = expect_live,
    [EXPECT_ORPHANS] = expect_orphans,
    [EXPECT_OUTPUT] = expect_output,
};

void expects_judge(struct run_verdict *v, const struct run_facts *f)
{
    v->n_expectations = f->plan->n_expects;
    v->expectations = mem_zero(v->n_expectations, sizeof *v->expectations);
    for (size_t i = 0; i < v->n_expectations; i++) {
        struct expectation_verdict *out = &v->expectations[i];
        struct finding g = {.v = v, .f = f, .x = &f->plan->expects[i], .out = out};
        buf_init(&g.expected, 64 * 1024);
        buf_init(&g.observed, 64 * 1024);
        out->text = g.x->text ? g.x->text : "";
        expect_kinds[g.x->kind](&g);
        out->expected = buf_take(&g.expected);
        out->observed = buf_take(&g.observed);
    }
}
