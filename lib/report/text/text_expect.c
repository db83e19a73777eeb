/* What was expected; and of what broke, the requests behind it. */
#include "report/stages.h"
#include "report/text/text.h"

#include <string.h>

#include "base/duration.h"
#include "base/signame.h"

enum { LABEL = 2, TEXT = 10, DETAIL = 20 };

const char *text_first_signal(const struct run_verdict *v)
{
    return v->first.told;
}

static void add_phase(struct buf *b, const struct run_verdict *v, const struct attempt *a)
{
    const char *signal = text_first_signal(v);
    if (!signal)
        return;
    if (a->phase == PHASE_NOT_STARTED)
        buf_addf(b, ", begun after %s", signal);
    else if (a->phase == PHASE_DONE)
        buf_addf(b, ", over before %s", signal);
    else
        buf_addf(b, ", %s", phase_words[a->phase].word);
}

static void add_end(struct buf *b, const struct run_verdict *v, const struct attempt *a)
{
    char reason[32], ms[32];
    buf_addf(b, ": %s", outcome_words[a->outcome].word);
    if (a->end && v->first.t_ns && a->end_ns >= v->first.t_ns)
        buf_addf(b, " %s after %s", duration_human(a->end_ns - v->first.t_ns, ms, sizeof ms),
                 text_first_signal(v));
    else if (a->end)
        buf_addf(b, " after %s", duration_human(a->end_ns - a->start_ns, ms, sizeof ms));
    buf_addf(b, ", %s", reason_text(a->reason, a->status, reason, sizeof reason));
    if (!a->end || a->answer.whole || !a->end->header_done)
        return;
    buf_addf(b, ", %lld ", (long long)a->end->body_bytes);
    if (a->end->length >= 0 && a->end->framing == FRAMING_LENGTH)
        buf_addf(b, "of %lld ", (long long)a->end->length);
    buf_adds(b, "bytes of body");
}

void text_story(struct buf *out, const struct run_verdict *v, const struct attempt *a)
{
    buf_addf(out, "#%lld %s", (long long)a->id, v->loads[a->load].name);
    add_phase(out, v, a);
    add_end(out, v, a);
    if (a->proxy.answered)
        buf_addf(out, ", answered by the proxy itself (%s)", a->proxy.said->text);
}

void text_attempt(struct text *t, const struct run_verdict *v, const struct attempt *a, int indent)
{
    struct buf b;
    buf_init(&b, 64 * 1024);
    text_story(&b, v, a);
    text_pad(t, indent);
    text_wrap(t, STYLE_PLAIN, indent, indent + 2, b.data);
    buf_free(&b);
}

static const struct attempt *find_attempt(const struct run_verdict *v, int64_t id)
{
    for (size_t i = 0; i < v->n_attempts; i++)
        if (v->attempts[i].id == id)
            return &v->attempts[i];
    return NULL;
}

static void detail(struct text *t, const char *label, const char *s)
{
    text_pad(t, TEXT);
    text_style(t, STYLE_DIM, label);
    text_pad(t, DETAIL - TEXT - (int)strlen(label));
    text_wrap(t, STYLE_PLAIN, DETAIL, DETAIL, s);
}

static void text_expectation(struct text *t, const struct run_verdict *v,
                             const struct expectation_verdict *x)
{
    static const char *const labels[] = {"ok", "BROKEN", "unclear"};
    text_pad(t, LABEL);
    text_style(t, verdict_style(x->value), labels[x->value]);
    text_pad(t, TEXT - LABEL - (int)strlen(labels[x->value]));
    text_wrap(t, STYLE_PLAIN, TEXT, TEXT, x->text);
    if (x->value == VERDICT_PASSED && !t->verbose)
        return;
    detail(t, "expected", x->expected);
    detail(t, "observed", x->observed);
    for (size_t i = 0; i < x->n_attempts; i++) {
        const struct attempt *a = find_attempt(v, x->attempts[i]);
        if (a)
            text_attempt(t, v, a, TEXT);
    }
}

void text_expectations(struct text *t, const struct run_verdict *v)
{
    if (v->expectations.n == 0)
        return;
    text_pad(t, 2);
    text_style(t, STYLE_BOLD, "expected");
    buf_addc(t->out, '\n');
    for (size_t i = 0; i < v->expectations.n; i++)
        text_expectation(t, v, &v->expectations.at[i]);
    buf_addc(t->out, '\n');
}

void text_lost(struct text *t, const struct run_verdict *v)
{
    bool any = false;
    for (size_t i = 0; i < v->n_attempts; i++) {
        if (!outcome_is_loss(v->attempts[i].outcome))
            continue;
        if (!any) {
            text_pad(t, 2);
            text_style(t, STYLE_BOLD, "lost");
            buf_addc(t->out, '\n');
        }
        text_attempt(t, v, &v->attempts[i], 4);
        any = true;
    }
    if (any)
        buf_addc(t->out, '\n');
}
