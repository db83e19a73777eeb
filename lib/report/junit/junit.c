/* JUnit XML, as CI servers read it: a suite for each run, a case for each expectation and one for
 * the run itself. What failed is a failure, what is inconclusive an error. */
#include "report/formats.h"

#include <stdlib.h>
#include <string.h>

#include "report/junit/junit.h"

static void attribute(struct buf *out, const char *name, const char *value)
{
    buf_addf(out, " %s=\"", name);
    junit_text(out, value);
    buf_addc(out, '"');
}

/* An element that says what is wrong: <failure> or <error>. */
static void problem(struct buf *out, enum verdict_value value, const char *message,
                    const char *details)
{
    const char *element = value == VERDICT_FAILED ? "failure" : "error";
    buf_addf(out, "      <%s type=\"%s\"", element, verdict_word(value));
    attribute(out, "message", message);
    buf_addc(out, '>');
    junit_text(out, details);
    buf_addf(out, "</%s>\n", element);
}

static void open_case(struct buf *out, const struct run_verdict *v, const char *name)
{
    buf_adds(out, "    <testcase");
    attribute(out, "classname", v->scenario);
    attribute(out, "name", name);
    buf_addf(out, " time=\"%.3f\"", v->duration_ms / 1000);
}

static void close_case(struct buf *out, bool empty)
{
    buf_adds(out, empty ? "/>\n" : "    </testcase>\n");
}

static void expectation_case(struct buf *out, const struct run_verdict *v,
                             const struct expectation_verdict *x)
{
    open_case(out, v, x->text);
    if (x->value != VERDICT_PASSED) {
        struct buf details;
        buf_init(&details, 256 * 1024);
        buf_addf(&details, "expected: %s\nobserved: %s\n", x->expected, x->observed);
        for (size_t i = 0; i < x->n_attempts; i++)
            buf_addf(&details, "%s%lld", i ? ", " : "attempts: ", (long long)x->attempts[i]);
        buf_adds(out, ">\n");
        problem(out, x->value, x->observed, details.data);
        buf_free(&details);
    }
    close_case(out, x->value == VERDICT_PASSED);
}

/* The verdict's own case breaks only for what no expectation's case says. */
static void verdict_case(struct buf *out, const struct run_verdict *v)
{
    open_case(out, v, "verdict");
    if (v->value != VERDICT_PASSED) {
        buf_adds(out, ">\n");
        problem(out, v->value, v->because.why, v->because.hint ? v->because.hint : v->because.why);
    }
    close_case(out, v->value == VERDICT_PASSED);
}

static void count_value(struct junit_counts *c, enum verdict_value value)
{
    c->tests++;
    c->failures += value == VERDICT_FAILED;
    c->errors += value == VERDICT_INCONCLUSIVE;
}

static struct junit_counts count_run(const struct run_verdict *v)
{
    struct junit_counts c = {0};
    for (size_t i = 0; i < v->expectations.n; i++)
        count_value(&c, v->expectations.at[i].value);
    count_value(&c, v->value);
    return c;
}

static void add_counts(struct buf *out, const struct junit_counts *c, double ms)
{
    buf_addf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\">\n",
             c->tests, c->failures, c->errors, c->skipped, ms / 1000);
}

/* "long: completed" and "long: reason status-200". */
static void add_property(struct buf *out, const struct load_verdict *l, const char *kind,
                         const char *word, int64_t n)
{
    buf_adds(out, "      <property name=\"");
    junit_text(out, l->name);
    buf_addf(out, ": %s%s\" value=\"%lld\"/>\n", kind, word, (long long)n);
}

/* "orders: saw late" and "orders: user-seconds lost". */
static void add_users(struct buf *out, const struct load_verdict *l)
{
    if (!l->users.any)
        return;
    add_property(out, l, "", "intentions", l->users.intentions);
    for (int s = 0; s < SAW_COUNT; s++)
        add_property(out, l, "saw ", saw_words[s].word, l->users.saw[s]);
    buf_adds(out, "      <property name=\"");
    junit_text(out, l->name);
    buf_addf(out, ": user-seconds lost\" value=\"%.3f\"/>\n", l->users.seconds_lost);
}

static void properties(struct buf *out, const struct run_verdict *v)
{
    char reason[32];
    if (!v->n_loads)
        return;
    buf_adds(out, "    <properties>\n");
    for (size_t i = 0; i < v->n_loads; i++) {
        const struct load_verdict *l = &v->loads[i];
        for (int o = 0; o < OUTCOME_COUNT; o++)
            add_property(out, l, "", outcome_words[o].word, l->outcomes[o]);
        for (size_t k = 0; k < l->n_reasons; k++)
            add_property(
                out, l, "reason ",
                reason_text(l->reasons[k].reason, l->reasons[k].status, reason, sizeof reason),
                l->reasons[k].count);
        add_users(out, l);
    }
    buf_adds(out, "    </properties>\n");
}

static void suite(struct buf *out, const struct run_verdict *v)
{
    struct junit_counts c = count_run(v);
    buf_adds(out, "  <testsuite");
    attribute(out, "name", v->scenario);
    if (v->file)
        attribute(out, "file", v->file);
    add_counts(out, &c, v->duration_ms);
    properties(out, v);
    for (size_t i = 0; i < v->expectations.n; i++)
        expectation_case(out, v, &v->expectations.at[i]);
    verdict_case(out, v);
    buf_adds(out, "  </testsuite>\n");
}

void report_junit(const struct report_input *in, struct buf *out)
{
    bool check = in->kind == REPORT_CHECK;
    struct junit_counts all =
        check ? junit_check_counts(in->check.audit) : (struct junit_counts){0};
    double ms = 0;
    for (size_t i = 0; i < in->count; i++) {
        struct junit_counts c = count_run(&in->runs[i]);
        all.tests += c.tests;
        all.failures += c.failures;
        all.errors += c.errors;
        ms += in->runs[i].duration_ms;
    }
    buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"drainctl\"");
    add_counts(out, &all, ms);
    for (size_t i = 0; i < in->count; i++)
        suite(out, &in->runs[i]);
    if (check)
        junit_check(out, in->check.audit);
    buf_adds(out, "</testsuites>\n");
}
