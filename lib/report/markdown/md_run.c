/* One run in Markdown: what was expected, who was lost, and how the drain went. */
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "judge/remarks.h"
#include "report/markdown/md.h"
#include "report/stages.h"
#include "report/text/text.h"
#include "report/timeline.h"

enum { STORY_MAX = 1024 * 1024 };

/* --- the table of outcomes --- */

void md_columns_use(struct md_columns *c, const struct run_verdict *v)
{
    for (size_t i = 0; i < v->n_loads; i++)
        for (int o = 0; o < OUTCOME_COUNT; o++)
            c->used[o] = c->used[o] || v->loads[i].outcomes[o];
}

void md_columns_head(const struct md_columns *c, const char *first, const char *last,
                     struct buf *out)
{
    size_t columns = 1;
    buf_addf(out, "| %s | attempts |", first);
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        if (c->used[o])
            buf_addf(out, " %s |", outcome_words[o].word);
        columns += c->used[o];
    }
    if (last)
        buf_addf(out, " %s |", last);
    buf_adds(out, "\n| --- |");
    while (columns--)
        buf_adds(out, " ---: |");
    buf_adds(out, last ? " --- |\n" : "\n");
}

void md_columns_row(const struct md_columns *c, int64_t attempts, const int64_t *outcomes,
                    struct buf *out)
{
    buf_addf(out, " %lld |", (long long)attempts);
    for (int o = 0; o < OUTCOME_COUNT; o++) {
        if (!c->used[o])
            continue;
        if (outcomes[o] && outcome_is_loss((enum outcome)o))
            buf_addf(out, " **%lld** |", (long long)outcomes[o]);
        else
            buf_addf(out, " %lld |", (long long)outcomes[o]);
    }
}

static void reasons(struct buf *out, const struct load_verdict *l)
{
    char reason[32];
    for (size_t i = 0; i < l->n_reasons; i++)
        buf_addf(out, "%s%lld %s", i ? ", " : " ", (long long)l->reasons[i].count,
                 reason_text(l->reasons[i].reason, l->reasons[i].status, reason, sizeof reason));
    buf_adds(out, " |\n");
}

static void loads(struct buf *out, const struct run_verdict *v)
{
    struct md_columns c = {0};
    if (!v->n_attempts)
        return;
    md_columns_use(&c, v);
    md_columns_head(&c, "load", "reasons", out);
    for (size_t i = 0; i < v->n_loads; i++) {
        buf_adds(out, "| ");
        md_code(out, v->loads[i].name);
        buf_adds(out, " |");
        md_columns_row(&c, v->loads[i].attempts, v->loads[i].outcomes, out);
        reasons(out, &v->loads[i]);
    }
    buf_addc(out, '\n');
}

/* --- what was expected --- */

static const struct attempt *find_attempt(const struct run_verdict *v, int64_t id)
{
    for (size_t i = 0; i < v->n_attempts; i++)
        if (v->attempts[i].id == id)
            return &v->attempts[i];
    return NULL;
}

static void requests_behind(struct buf *out, const struct run_verdict *v,
                            const struct expectation_verdict *x)
{
    if (x->value == VERDICT_PASSED || !x->n_attempts)
        return;
    buf_adds(out, "<details><summary>requests behind \"");
    md_text(out, x->text);
    buf_adds(out, "\"</summary>\n<pre>\n");
    for (size_t i = 0; i < x->n_attempts; i++) {
        const struct attempt *a = find_attempt(v, x->attempts[i]);
        struct buf story;
        if (!a)
            continue;
        buf_init(&story, STORY_MAX);
        text_story(&story, v, a);
        md_pre(out, story.data);
        buf_addc(out, '\n');
        buf_free(&story);
    }
    buf_adds(out, "</pre>\n</details>\n\n");
}

static void expectations(struct buf *out, const struct run_verdict *v)
{
    if (!v->expectations.n)
        return;
    buf_adds(out, "| | expected | observed |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < v->expectations.n; i++) {
        const struct expectation_verdict *x = &v->expectations.at[i];
        buf_addf(out, "| %s | ", md_mark(x->value));
        md_text(out, x->text);
        buf_adds(out, " | ");
        md_text(out, x->observed);
        buf_adds(out, " |\n");
    }
    buf_addc(out, '\n');
    for (size_t i = 0; i < v->expectations.n; i++)
        requests_behind(out, v, &v->expectations.at[i]);
}

/* --- the drain in a line --- */

static void drain(struct buf *out, const struct run_verdict *v)
{
    struct timeline line;
    char ms[32];
    if (!v->first.t_ns)
        return;
    timeline_make(&line, v);
    buf_adds(out, "**Drain:** ");
    for (size_t i = 0; i < line.count; i++) {
        const struct step *s = &line.steps[i];
        buf_addf(out, "%s%s ", i ? " → " : "", duration_human_ms(s->ms, ms, sizeof ms));
        if (s->bad)
            buf_adds(out, "**");
        md_text(out, s->text);
        if (s->bad)
            buf_adds(out, "**");
    }
    timeline_free(&line);
    if (!v->target.exited)
        buf_adds(out, v->target.killed ? " → **did not exit; drainctl ended it**"
                                       : " → no exit was seen");
    buf_adds(out, "\n\n");
}

/* --- the whole of it --- */

/* Lines of the target's output, which a reason and a hint may quote, keep their shape. */
static void lines(struct buf *out, const char *label, const char *s)
{
    if (!s)
        return;
    if (strchr(s, '\n')) {
        buf_addf(out, "**%s:**\n\n<pre>\n", label);
        md_pre(out, s);
        buf_adds(out, "\n</pre>\n\n");
    } else {
        buf_addf(out, "**%s:** ", label);
        md_text(out, s);
        buf_adds(out, "\n\n");
    }
}

static void note(struct buf *out, const struct plan *plan, const struct event *e)
{
    struct buf b;
    buf_init(&b, 64 * 1024);
    remark_add(&b, plan, e);
    buf_adds(out, "- note: ");
    md_text(out, b.data ? b.data : "");
    buf_addc(out, '\n');
    buf_free(&b);
}

static void remark(struct buf *out, const struct plan *plan, const struct event *e)
{
    if (e->kind == EVENT_NOTE) {
        note(out, plan, e);
        return;
    }
    if (e->kind == EVENT_ORPHAN)
        buf_addf(out, "- left behind: process %lld, ", (long long)e->pid);
    else
        return;
    md_text(out, e->text);
    buf_addc(out, '\n');
}

static void remarks(struct buf *out, const struct plan *plan, const struct history *h)
{
    bool any = false;
    for (size_t i = 0; i < h->count; i++) {
        remark(out, plan, &h->events[i]);
        any = any || h->events[i].kind == EVENT_NOTE || h->events[i].kind == EVENT_ORPHAN;
    }
    if (any)
        buf_addc(out, '\n');
}

static void heading(struct buf *out, const char *level, const struct run_verdict *v)
{
    char took[32];
    buf_addf(out, "%s %s ", level, md_mark(v->value));
    md_code(out, v->scenario);
    buf_addf(out, " %s in %s\n\n", verdict_word(v->value),
             duration_human_ms(v->duration_ms, took, sizeof took));
}

void md_run(const struct report_input *in, const struct run_verdict *v, struct buf *out)
{
    static const char *const words[] = {"Passed", "Failed", "Inconclusive"};
    struct buf pass;
    buf_init(&pass, STORY_MAX);
    text_pass(&pass, v);
    heading(out, in->count == 1 && in->kind != REPORT_CHECK ? "###" : "####", v);
    lines(out, words[v->value], v->value == VERDICT_PASSED ? pass.data : v->because.why);
    lines(out, "Hint", v->because.hint);
    buf_free(&pass);
    if (in->quiet)
        return;
    loads(out, v);
    md_users(out, v, 1, false);
    drain(out, v);
    md_checklist(out, v);
    expectations(out, v);
    remarks(out, &v->plan, v->history);
}
