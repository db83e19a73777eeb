/* The arithmetic of bounds, and the attempts that an expectation names. */
#include "judge/expect.h"

#include <math.h>

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

void finding_blame(struct finding *g, const struct attempt *a)
{
    if (!g->out->attempts)
        g->out->attempts = mem_zero(EXPECT_SHOWN, sizeof *g->out->attempts);
    if (g->out->n_attempts < EXPECT_SHOWN)
        g->out->attempts[g->out->n_attempts++] = a->id;
}
