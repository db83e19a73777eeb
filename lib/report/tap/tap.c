/* TAP 14 (testanything.org): a point for each expectation and one for the run's verdict. TAP knows
 * ok and not ok; what is inconclusive is not ok, and its YAML block says which. */
#include "report/formats.h"

#include <string.h>

#include "report/tap/tap.h"

static void point(struct buf *out, size_t number, enum verdict_value value, const char *scenario,
                  const char *text)
{
    buf_addf(out, "%s %zu - ", value == VERDICT_PASSED ? "ok" : "not ok", number);
    tap_text(out, scenario);
    buf_adds(out, ": ");
    tap_text(out, text);
    buf_addc(out, '\n');
}

static void expectation_point(struct buf *out, size_t number, const struct run_verdict *v,
                              const struct expectation_verdict *x)
{
    point(out, number, x->value, v->scenario, x->text);
    if (x->value == VERDICT_PASSED)
        return;
    buf_adds(out, "  ---\n");
    tap_yaml(out, "verdict", verdict_word(x->value));
    tap_yaml(out, "expected", x->expected);
    tap_yaml(out, "observed", x->observed);
    if (x->n_attempts) {
        buf_adds(out, "  attempts: [");
        for (size_t i = 0; i < x->n_attempts; i++)
            buf_addf(out, "%s%lld", i ? ", " : "", (long long)x->attempts[i]);
        buf_adds(out, "]\n");
    }
    buf_adds(out, "  ...\n");
}

static void verdict_point(struct buf *out, size_t number, const struct run_verdict *v)
{
    point(out, number, v->value, v->scenario, "verdict");
    if (v->value == VERDICT_PASSED)
        return;
    buf_adds(out, "  ---\n");
    tap_yaml(out, "verdict", verdict_word(v->value));
    tap_yaml(out, "why", v->because.why);
    tap_yaml(out, "hint", v->because.hint);
    tap_yaml(out, "file", v->file);
    buf_adds(out, "  ...\n");
}

/* "# long: 50 attempts: 48 completed, 2 cut-off; 48 status-200, 2 keepalive-race" */
static void load_comment(struct buf *out, const struct load_verdict *l)
{
    char reason[32];
    const char *sep = ":";
    buf_adds(out, "# ");
    tap_line(out, l->name);
    buf_addf(out, ": %lld attempts", (long long)l->attempts);
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        if (!l->outcomes[o])
            continue;
        buf_addf(out, "%s %lld %s", sep, (long long)l->outcomes[o], outcome_words[o].word);
        sep = ",";
    }
    sep = ";";
    for (size_t i = 0; i < l->n_reasons; i++) {
        buf_addf(out, "%s %lld %s", sep, (long long)l->reasons[i].count,
                 reason_text(l->reasons[i].reason, l->reasons[i].status, reason, sizeof reason));
        sep = ",";
    }
    buf_addc(out, '\n');
}

/* "# what people saw at orders: 10 intentions: 9 fine, 1 late; 1.204 user-seconds lost" */
static void users_comment(struct buf *out, const struct load_verdict *l)
{
    const struct users_verdict *u = &l->users;
    const char *sep = ":";
    if (!u->any)
        return;
    buf_adds(out, "# what people saw at ");
    tap_line(out, l->name);
    buf_addf(out, ": %lld intentions", (long long)u->intentions);
    for (int s = 0; s < SAW_COUNT; s++) {
        if (!u->saw[s])
            continue;
        buf_addf(out, "%s %lld %s", sep, (long long)u->saw[s], saw_words[s].word);
        sep = ",";
    }
    buf_addf(out, "; %.3f user-seconds lost\n", u->seconds_lost);
}

void report_tap(const struct report_input *in, struct buf *out)
{
    bool check = in->kind == REPORT_CHECK;
    size_t points = check ? tap_check_points(in->check.audit) : 0, number = 0;
    for (size_t i = 0; i < in->count; i++)
        points += in->runs[i].expectations.n + 1;
    buf_addf(out, "TAP version 14\n1..%zu\n", points);
    for (size_t i = 0; i < in->count; i++) {
        const struct run_verdict *v = &in->runs[i];
        for (size_t k = 0; k < v->expectations.n; k++)
            expectation_point(out, ++number, v, &v->expectations.at[k]);
        for (size_t k = 0; k < v->n_loads; k++)
            load_comment(out, &v->loads[k]), users_comment(out, &v->loads[k]);
        verdict_point(out, ++number, v);
    }
    if (check)
        tap_check(out, in->check.audit, number + 1);
}
