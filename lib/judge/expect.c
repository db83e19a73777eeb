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

void expects_judge(struct run_verdict *v, const struct run_facts *f)
{
    v->n_expectations = f->plan->n_expects;
    v->expectations = mem_zero(v->n_expectations, sizeof *v->expectations);
    for (size_t i = 0; i < v->n_expectations; i++) {
        struct expectation_verdict *out = &v->expectations[i];
        const struct plan_expect *x = &f->plan->expects[i];
        bool named = f->of && x->kind >= EXPECT_EXIT; /* of one of several processes */
        struct finding g = {.v = v, .f = named ? &f->of[x->process] : f, .x = x, .out = out};
        buf_init(&g.expected, 64 * 1024);
        buf_init(&g.observed, 64 * 1024);
        out->text = g.x->text ? g.x->text : "";
        expect_kinds[g.x->kind](&g);
        out->expected = buf_take(&g.expected);
        out->observed = buf_take(&g.observed);
    }
}
