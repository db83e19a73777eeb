/* Expectations: one function a kind, in a table. Private to lib/judge. */
#ifndef JUDGE_EXPECT_H
#define JUDGE_EXPECT_H

#include "base/buf.h"
#include "judge/facts.h"

enum { EXPECT_SHOWN = 5 }; /* attempts named under a broken expectation */

/* What one expectation is judged on, and what is found. */
struct finding {
    const struct run_verdict *v;
    const struct run_facts *f;
    const struct plan_expect *x;
    struct expectation_verdict *out; /* value and attempts */
    struct buf expected, observed;   /* sentences */
};

/* A number that may still grow: what is known for sure, and what it could at most become. */
struct interval {
    double low, high;
};

/* expect_bound.c */
bool bound_holds(const struct plan_bound *b, double value);
/* passed: it holds wherever in the interval the number lies; failed: nowhere. */
enum verdict_value bound_judge(const struct plan_bound *b, struct interval i);
void finding_blame(struct finding *g, const struct attempt *a);

/* say.c */
void add_ms(struct buf *out, double ms); /* "1.50 s" */

/* expect_load.c */
void expect_outcome(struct finding *g);
void expect_reason(struct finding *g);
void expect_by_proxy(struct finding *g);
void expect_told_to_close(struct finding *g);
void expect_processed(struct finding *g);
void expect_latency(struct finding *g);
/* expect_users.c */
void expect_saw(struct finding *g);
void expect_user_seconds(struct finding *g);
void expect_peak(struct finding *g);
/* expect_target.c */
void expect_exit(struct finding *g);
void expect_listener(struct finding *g);
void expect_not_ready(struct finding *g);
void expect_live(struct finding *g);
void expect_orphans(struct finding *g);
void expect_output(struct finding *g);
/* expect_checklist.c */
void expect_checklist(struct finding *g);
/* expect_process.c */
void expect_steps(struct finding *g);
void expect_ledger(struct finding *g);
/* expect_kept.c */
void expect_orders(struct finding *g);
void expect_kept(struct finding *g); /* pool, queue */
void expect_registry(struct finding *g);

#endif
