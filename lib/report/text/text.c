/* The report for people: the verdict first, then what it rests on. */
#include "report/text/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/mem.h"
#include "judge/remarks.h"
#include "report/formats.h"

static void verdict_line(struct text *t, const struct run_verdict *v)
{
    char text[32];
    text_style(t, verdict_style(v->value), verdict_word(v->value));
    buf_adds(t->out, "  ");
    text_style(t, STYLE_BOLD, v->scenario);
    buf_addf(t->out, "  (%s)\n", duration_human_ms(v->duration_ms, text, sizeof text));
}

static const char *plural_s(int64_t n)
{
    return n == 1 ? "" : "s";
}

void text_pass(struct buf *b, const struct run_verdict *v)
{
    const char *signal = text_first_signal(v);
    long long n = (long long)v->expectations.n, attempts = (long long)v->n_attempts;
    buf_addf(b,
             n == 1   ? "its expectation held"
             : n == 2 ? "both expectations held"
                      : "all %lld expectations held",
             n);
    if (!v->n_loads)
        buf_adds(b, "; no request was made");
    else if (signal)
        buf_addf(b, "; %lld of %lld attempt%s in flight at %s", (long long)v->first.in_flight,
                 attempts, v->first.in_flight == 1 ? " was" : "s were", signal);
    else
        buf_addf(b, " for %lld attempt%s%s", attempts, plural_s(attempts),
                 v->plan.target.kind == TARGET_URL ? "" : ", with no signal");
}

/* A reason or a hint may quote lines of the target's output: each keeps a line of its own, and
 * those that are quoted ("| ...") their spaces. */
static void lines(struct text *t, int at, const char *s)
{
    for (size_t len; *s; s += len + (s[len] == '\n')) {
        len = strcspn(s, "\n");
        char *line = mem_strndup(s, len);
        if (line[0] == '|') {
            text_style(t, STYLE_PLAIN, line);
            buf_addc(t->out, '\n');
        } else {
            text_wrap(t, STYLE_PLAIN, at, at, line);
        }
        free(line);
        if (s[len])
            text_pad(t, at);
    }
}

void text_summary(struct buf *out, const struct run_verdict *v)
{
    if (v->value == VERDICT_PASSED)
        text_pass(out, v);
    else
        buf_adds(out, v->because.why ? v->because.why : "");
}

static void sentence(struct text *t, const struct run_verdict *v)
{
    struct buf b;
    buf_init(&b, 256 * 1024);
    text_summary(&b, v);
    text_pad(t, 2);
    lines(t, 2, b.data ? b.data : "?");
    buf_free(&b);
    if (v->because.hint) {
        text_pad(t, 2);
        text_style(t, STYLE_DIM, "hint: ");
        lines(t, 8, v->because.hint);
    }
    if (v->cut && v->value == VERDICT_FAILED) {
        text_pad(t, 2);
        text_wrap(t, STYLE_UNSURE, 2, 2, "the journal was cut; this much of it is certain");
    }
    buf_addc(t->out, '\n');
}

static void load_details(struct text *t, const struct load_verdict *l)
{
    char reason[32], a[32], b[32], c[32], d[32];
    struct buf line;
    buf_init(&line, 64 * 1024);
    buf_addf(&line, "%s:", l->name);
    for (size_t i = 0; i < l->n_reasons; i++)
        buf_addf(&line, "%s %s %lld", i ? "," : "",
                 reason_text(l->reasons[i].reason, l->reasons[i].status, reason, sizeof reason),
                 (long long)l->reasons[i].count);
    buf_addf(&line, "; processed yes %lld, no %lld, unknown %lld",
             (long long)l->processed[PROCESSED_YES], (long long)l->processed[PROCESSED_NO],
             (long long)l->processed[PROCESSED_UNKNOWN]);
    if (!isnan(l->max_ms))
        buf_addf(
            &line, "; latency p50 %s, p90 %s, p99 %s, max %s",
            duration_human_ms(l->p50_ms, a, sizeof a), duration_human_ms(l->p90_ms, b, sizeof b),
            duration_human_ms(l->p99_ms, c, sizeof c), duration_human_ms(l->max_ms, d, sizeof d));
    text_pad(t, 2);
    text_wrap(t, STYLE_PLAIN, 2, 6, line.data);
    buf_free(&line);
}

static void remarks(struct text *t, const struct run_verdict *v)
{
    for (size_t i = 0; i < v->history->count; i++) {
        const struct event *e = &v->history->events[i];
        if (e->kind != EVENT_NOTE && e->kind != EVENT_ORPHAN)
            continue;
        struct buf b;
        buf_init(&b, 64 * 1024);
        if (e->kind == EVENT_NOTE) {
            buf_adds(&b, "note: ");
            remark_add(&b, &v->plan, e);
        } else {
            buf_addf(&b, "left behind: process %lld, %s", (long long)e->pid,
                     e->text ? e->text : "");
        }
        text_pad(t, 2);
        text_wrap(t, STYLE_PLAIN, 2, 8, b.data ? b.data : "");
        buf_free(&b);
    }
}

static void whole_run(struct text *t, const struct run_verdict *v)
{
    verdict_line(t, v);
    sentence(t, v);
    if (v->n_attempts == 0 && v->value == VERDICT_INCONCLUSIVE && !t->verbose) {
        text_undo_newline(t); /* nothing follows that a blank line would set apart */
        remarks(t, v);
        return;
    }
    if (v->plan.target.kind == TARGET_URL)
        text_load(t, v);
    else
        text_table(t, v);
    text_users(t, v);
    text_proxied(t, v);
    text_drain(t, v);
    text_checklist(t, v);
    text_expectations(t, v);
    if (t->verbose) {
        for (size_t i = 0; i < v->n_loads; i++)
            load_details(t, &v->loads[i]);
        buf_addc(t->out, '\n');
        text_lost(t, v);
    }
    text_sums(t, v);
    remarks(t, v);
}

static void short_run(struct text *t, const struct run_verdict *v, bool why)
{
    verdict_line(t, v);
    if (why && v->because.why) {
        text_undo_newline(t); /* the reason goes on the same line */
        buf_adds(t->out, ": ");
        text_safe(t->out, v->because.why);
        buf_addc(t->out, '\n');
    }
}

/* "14 scenarios: 13 passed, 1 failed" */
static void summary(struct text *t, const struct report_input *in)
{
    size_t counts[3] = {0};
    for (size_t i = 0; i < in->count; i++)
        counts[in->runs[i].value]++;
    buf_addf(t->out, "%zu scenarios:", in->count);
    const char *sep = " ";
    for (int v = 0; v < 3; v++) {
        char part[48];
        if (!counts[v])
            continue;
        snprintf(part, sizeof part, "%zu %s", counts[v], verdict_word((enum verdict_value)v));
        buf_adds(t->out, sep);
        text_style(t, verdict_style((enum verdict_value)v), part);
        sep = ", ";
    }
    buf_addc(t->out, '\n');
}

/* Runs of a check that say nothing, each with its reason: the first one is why there is no card. */
static void report_void_runs(struct text *t, const struct report_input *in, bool card)
{
    bool first = true;
    for (size_t i = 0; i < in->count; i++) {
        if (in->runs[i].value == VERDICT_PASSED || (!card && i > 0))
            continue;
        if (first && card)
            buf_adds(t->out, "\nnot carried out\n");
        first = false;
        verdict_line(t, &in->runs[i]);
        sentence(t, &in->runs[i]);
        text_undo_newline(t);
        if (!card)
            remarks(t, &in->runs[i]);
    }
}

/* A check's score card; its runs are in the journal, and with -v here. */
static void report_check(struct text *t, const struct report_input *in)
{
    bool card = in->check.audit->card;
    if (in->quiet) {
        buf_addf(t->out, "%s  grade %c, %zu %s\n", verdict_word(in->check.verdict),
                 in->check.audit->grade, in->check.audit->n_findings,
                 in->check.audit->n_findings == 1 ? "defect" : "defects");
        return;
    }
    if (card)
        text_score(t, &in->check);
    if (in->verbose) {
        for (size_t i = 0; i < in->count; i++) {
            buf_addc(t->out, '\n');
            whole_run(t, &in->runs[i]);
        }
    } else {
        report_void_runs(t, in, card);
    }
}

void report_text(const struct report_input *in, struct buf *out)
{
    struct text t = {
        .out = out,
        .color = in->color,
        .verbose = in->verbose,
        .width = in->width >= 40 ? in->width
                 : in->width > 0 ? 40
                                 : 80,
    };
    if (in->kind == REPORT_CHECK) {
        report_check(&t, in);
        return;
    }
    bool open = false; /* a whole report stands above: a blank line before the next */
    for (size_t i = 0; i < in->count; i++) {
        const struct run_verdict *v = &in->runs[i];
        bool brief = in->quiet || (in->count > 1 && v->value == VERDICT_PASSED && !in->verbose);
        if (open || (i && !brief))
            buf_addc(out, '\n');
        if (brief)
            short_run(&t, v, in->quiet);
        else
            whole_run(&t, v);
        open = !brief;
    }
    if (in->count > 1 && !in->quiet) {
        text_users_all(&t, in);
        buf_addc(out, '\n');
        summary(&t, in);
    }
}
