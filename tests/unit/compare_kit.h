/* Summaries that are written by hand, and what a comparison makes of them. Static functions, so
 * that each test program has its own. */
#ifndef COMPARE_KIT_H
#define COMPARE_KIT_H

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "compare/compare.h"

/* A test program need not use all of it. */
#define KIT __attribute__((unused))

enum { RUNS = 8, LOADS = 2, EXPECTS = 2, DEFECTS = 3 };

/* One side: runs of the scenario "s", each with the loads "long" and "steady". */
struct made {
    struct verdict_summary s;
    struct run_summary runs[RUNS];
    struct load_summary loads[RUNS][LOADS];
    struct expectation_summary expects[RUNS][EXPECTS];
    struct defect_summary defects[DEFECTS];
    struct run_tally seen[DEFECTS][RUNS];
};

KIT static const struct compare_options usual = {.alpha = 0.05, .fail_on = SEVERITY_LOW};

KIT static void put(struct load_summary *l, enum phase p, enum outcome o, int64_t n)
{
    l->attempts += n;
    l->outcomes[o] += n;
    l->phases[p][o] += n;
}

static void make(struct made *m, size_t runs)
{
    *m = (struct made){0};
    m->s = (struct verdict_summary){
        .name = "made", .version = "0", .runs = m->runs, .n_runs = runs, .grade = '?'};
    for (size_t i = 0; i < runs; i++) {
        struct run_summary *r = &m->runs[i];
        *r = (struct run_summary){.scenario = "s",
                                  .sent = UINT64_C(1) << SIGTERM,
                                  .loads = m->loads[i],
                                  .n_loads = LOADS,
                                  .expectations = m->expects[i],
                                  .n_expectations = EXPECTS};
        r->target = (struct target_summary){.exited = true, .exit_after_ms = 500};
        r->target.listener_closed_after_ms = 5;
        for (size_t k = 0; k < LOADS; k++)
            m->loads[i][k] = (struct load_summary){
                .name = k ? "steady" : "long", .by_phase = true, .p50_ms = 10, .p99_ms = 20};
        m->expects[i][0] = (struct expectation_summary){.text = "long: 100% completed"};
        m->expects[i][1] = (struct expectation_summary){.text = "target exits with code 0"};
    }
}

/* `lost` of 20 in flight; the expectation says so, too. */
KIT static void lose(struct made *m, size_t run, int64_t lost)
{
    put(&m->loads[run][0], PHASE_WAITING, OUTCOME_CUT_OFF, lost);
    put(&m->loads[run][0], PHASE_WAITING, OUTCOME_COMPLETED, 20 - lost);
    m->expects[run][0] = (struct expectation_summary){
        "long: 100% completed", lost ? VERDICT_FAILED : VERDICT_PASSED, 20 - lost, 20};
}

static const struct compare_row *row_of(const struct comparison *c, const char *load,
                                        const char *what)
{
    for (size_t i = 0; i < c->n_rows; i++)
        if (strcmp(c->rows[i].what, what) == 0 &&
            (!load || (c->rows[i].load && strcmp(c->rows[i].load, load) == 0)))
            return &c->rows[i];
    fail_msg("no row '%s'", what);
    return NULL;
}

static enum change change_of(const struct comparison *c, const char *load, const char *what)
{
    return row_of(c, load, what)->change;
}

static struct made a, b;
static struct comparison c;

static int fresh(void **state)
{
    (void)state;
    c = (struct comparison){0};
    return 0;
}

static int done(void **state)
{
    (void)state;
    comparison_free(&c);
    return 0;
}

#define T(f) cmocka_unit_test_setup_teardown(f, fresh, done)

#endif
