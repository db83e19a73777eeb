/* The score card of `drainctl check`: the grade, the defects by severity with their evidence and
 * remedy, and then what was fine. */
#include <string.h>

#include "base/attr.h"
#include "report/text/text.h"

static const enum style severity_styles[SEVERITY_COUNT] = {
    [SEVERITY_INFO] = STYLE_DIM, [SEVERITY_LOW] = STYLE_PLAIN,    [SEVERITY_MEDIUM] = STYLE_UNSURE,
    [SEVERITY_HIGH] = STYLE_BAD, [SEVERITY_CRITICAL] = STYLE_BAD,
};

static void labelled(struct text *t, const char *label, const char *text)
{
    enum { INDENT = 4, LABEL = 7 };

    text_pad(t, INDENT);
    text_style(t, STYLE_DIM, label);
    text_pad(t, LABEL - (int)strlen(label));
    text_wrap(t, STYLE_PLAIN, INDENT + LABEL, INDENT + LABEL, text);
}

static void which_attempts(struct text *t, const struct finding *f)
{
    struct buf b;

    if (!f->n_attempts)
        return;
    buf_init(&b, 256);
    buf_adds(&b, f->n_attempts == 1 ? "attempt " : "attempts ");
    for (size_t i = 0; i < f->n_attempts; i++)
        buf_addf(&b, "%s#%lld", i ? ", " : "", (long long)f->attempts[i]);
    if (f->count > (int64_t)f->n_attempts)
        buf_adds(&b, ", …");
    labelled(t, "which", b.data);
    buf_free(&b);
}

static void add_fix(struct buf *out, const struct finding *f)
{
    if (strcmp(f->fix->stack, "any") != 0)
        buf_addf(out, "%s: ", f->fix->stack);
    buf_adds(out, f->fix->text);
}

static void remedy(struct text *t, const struct finding *f)
{
    struct buf b;

    buf_init(&b, 4096);
    add_fix(&b, f);
    labelled(t, "fix", b.data);
    buf_free(&b);
}

static void finding(struct text *t, const struct finding *f)
{
    const char *word = severity_word(f->severity);

    text_pad(t, 2);
    text_style(t, severity_styles[f->severity], word);
    text_pad(t, 9 - (int)strlen(word));
    text_style(t, STYLE_BOLD, f->defect->id);
    if (f->known)
        text_style(t, STYLE_DIM, " (known)");
    buf_addc(t->out, '\n');
    text_pad(t, 4);
    text_wrap(t, STYLE_PLAIN, 4, 4, f->defect->title);
    labelled(t, "seen", f->evidence);
    which_attempts(t, f);
    labelled(t, "why", f->defect->why);
    remedy(t, f);
    buf_addc(t->out, '\n');
}

/* "1 critical, 2 high", or that there is nothing. */
static void counts(struct buf *out, const struct audit *a)
{
    bool any = false;

    for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
        if (a->counts[s]) {
            buf_addf(out, "%s%zu %s", any ? ", " : "", a->counts[s], severity_word(s));
            any = true;
        }
    if (!any)
        buf_adds(out, "no defect found");
}

/* A grade below A, and no failure: why? */
static void passed(struct text *t, const struct report_check *c)
{
    size_t hidden = c->audit->known;

    if (c->verdict != VERDICT_PASSED || c->audit->n_findings == 0)
        return;
    text_style(t, STYLE_GOOD, "passed");
    buf_adds(t->out, ": each defect is ");
    buf_adds(t->out, hidden ? "in the baseline" : "");
    if (hidden < c->audit->n_findings)
        buf_addf(t->out, "%smilder than %s", hidden ? ", or " : "", severity_word(c->fail_on));
    buf_addc(t->out, '\n');
}

static void head(struct text *t, const struct report_check *c)
{
    const struct audit *a = c->audit;
    struct buf line;
    char grade[] = "grade ?";

    grade[6] = a->grade;
    text_style(t, a->grade == '?' ? STYLE_UNSURE : a->grade <= 'B' ? STYLE_GOOD : STYLE_BAD, grade);
    text_pad(t, 3);
    buf_init(&line, 1024);
    counts(&line, a);
    if (a->known)
        buf_addf(&line, " (%zu in the baseline)", a->known);
    if (c->audited->profile)
        buf_addf(&line, ", judged for %s", c->audited->profile->title);
    text_wrap(t, STYLE_PLAIN, 10, 10, line.data);
    buf_free(&line);
    if (a->reason) {
        buf_adds(t->out, "no grade: ");
        text_wrap(t, STYLE_PLAIN, 10, 10, a->reason);
    }
    passed(t, c);
    buf_addc(t->out, '\n');
}

/* What made it fail, and what to do first: the worst that is not tolerated, as they are sorted. */
static void failed(struct text *t, const struct report_check *c)
{
    const struct audit *a = c->audit;
    const struct finding *first = a->findings;
    struct buf line;

    if (c->verdict != VERDICT_FAILED || !a->failures)
        return;
    while (first->tolerated)
        first++;
    buf_init(&line, 4096);
    buf_addf(&line, "%s (%s)", first->defect->id, severity_word(first->severity));
    if (a->failures > 1)
        buf_addf(&line, " and %zu more", a->failures - 1);
    buf_addf(&line, "; --fail-on is %s", severity_word(c->fail_on));
    text_style(t, STYLE_BAD, "failed");
    buf_adds(t->out, ": ");
    text_wrap(t, STYLE_PLAIN, 8, 8, line.data);
    buf_free(&line);
    text_style(t, STYLE_BOLD, "first");
    buf_adds(t->out, ":  ");
    buf_init(&line, 4096);
    add_fix(&line, first);
    text_wrap(t, STYLE_PLAIN, 8, 8, line.data);
    buf_free(&line);
}

static void foot(struct text *t, const struct report_check *c)
{
    const struct audit *a = c->audit;

    buf_addf(t->out, "\n%d of %zu rows of the catalogue had something to look at\n", a->checked,
             defect_count());
    text_style(t, STYLE_DIM, "grades: ");
    text_wrap(t, STYLE_DIM, 8, 8, audit_grade_rule);
    if (a->n_findings) {
        text_style(t, STYLE_DIM, "more:   ");
        text_wrap(t, STYLE_DIM, 8, 8, "drainctl explain ID");
    }
    failed(t, c);
}

void text_score(struct text *t, const struct report_check *c)
{
    head(t, c);
    for (size_t i = 0; i < c->audit->n_findings; i++)
        finding(t, &c->audit->findings[i]);
    if (c->audit->n_fine)
        buf_adds(t->out, "what was fine\n");
    for (size_t i = 0; i < c->audit->n_fine; i++) {
        text_style(t, STYLE_GOOD, "  ✓ ");
        text_wrap(t, STYLE_PLAIN, 4, 4, c->audit->fine[i]);
    }
    if (c->audit->untested.n)
        buf_adds(t->out, "what was not proven\n");
    for (size_t i = 0; i < c->audit->untested.n; i++) {
        text_style(t, STYLE_UNSURE, "  - ");
        text_wrap(t, STYLE_PLAIN, 4, 4, c->audit->untested.at[i]);
    }
    if (c->audit->dependencies.n)
        buf_adds(t->out, "what it was connected to\n");
    for (size_t i = 0; i < c->audit->dependencies.n; i++) {
        buf_adds(t->out, "  - ");
        text_wrap(t, STYLE_PLAIN, 4, 4, c->audit->dependencies.at[i]);
    }
    if (c->audit->notes.n)
        buf_adds(t->out, "notes\n");
    for (size_t i = 0; i < c->audit->notes.n; i++) {
        buf_adds(t->out, "  - ");
        text_wrap(t, STYLE_PLAIN, 4, 4, c->audit->notes.at[i]);
    }
    if (c->audit->page.n)
        buf_adds(t->out, "the page\n");
    for (size_t i = 0; i < c->audit->page.n; i++) {
        buf_adds(t->out, "  - ");
        text_wrap(t, STYLE_PLAIN, 4, 4, c->audit->page.at[i]);
    }
    foot(t, c);
}
