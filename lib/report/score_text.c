/* The score card of `drainctl check`: the grade, the defects by severity with their evidence and
 * remedy, and then what was fine. */
#include <string.h>

#include "report/defects.h"

struct card {
    struct buf *out;
    bool color;
    size_t width;
};

#define RESET "\033[0m"
#define BOLD  "\033[1m"
#define DIM   "\033[2m"
#define GREEN "\033[32m"

static const char *const severity_colors[SEVERITY_COUNT] = {
    [SEVERITY_INFO] = "\033[36m",       [SEVERITY_LOW] = "\033[36m",
    [SEVERITY_MEDIUM] = "\033[33m",     [SEVERITY_HIGH] = "\033[31m",
    [SEVERITY_CRITICAL] = "\033[1;31m",
};

static void paint(struct card *c, const char *code)
{
    if (c->color)
        buf_adds(c->out, code);
}

/* Columns of text: bytes that begin a character; the catalogue has no wide ones. */
static size_t columns(const char *s, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)s[i] & 0xc0) != 0x80;
    return n;
}

static void pad(struct card *c, size_t n)
{
    while (n--)
        buf_addc(c->out, ' ');
}

/* Words up to the width; the first line begins at `column`, the others at `indent`. */
static void wrap(struct card *c, const char *text, size_t column, size_t indent)
{
    bool first = true;

    while (*text) {
        size_t len = strcspn(text, " "), cols = columns(text, len);

        if (!first && column + 1 + cols > c->width) {
            buf_addc(c->out, '\n');
            pad(c, indent);
            column = indent;
        } else if (!first) {
            buf_addc(c->out, ' ');
            column++;
        }
        buf_add(c->out, text, len);
        column += cols;
        text += len;
        text += strspn(text, " ");
        first = false;
    }
    buf_addc(c->out, '\n');
}

static void labelled(struct card *c, const char *label, const char *text)
{
    enum { INDENT = 4, LABEL = 6 };

    pad(c, INDENT);
    paint(c, DIM);
    buf_addf(c->out, "%-*s", LABEL, label);
    paint(c, RESET);
    wrap(c, text, INDENT + LABEL, INDENT + LABEL);
}

static void write_attempts(struct card *c, const struct finding *f)
{
    struct buf b;

    if (!f->n_attempts)
        return;
    buf_init(&b, 256);
    buf_adds(&b, f->n_attempts == 1 ? "attempt " : "attempts ");
    for (size_t i = 0; i < f->n_attempts; i++)
        buf_addf(&b, "%s%lld", i ? ", " : "", (long long)f->attempts[i]);
    if (f->count > (int64_t)f->n_attempts)
        buf_adds(&b, ", …");
    labelled(c, "which", b.data);
    buf_free(&b);
}

static void write_finding(struct card *c, const struct finding *f, const struct baseline *known)
{
    struct buf fix;

    paint(c, severity_colors[f->severity]);
    buf_addf(c->out, "  %-9s", severity_word(f->severity));
    paint(c, RESET);
    paint(c, BOLD);
    buf_adds(c->out, f->defect->id);
    paint(c, RESET);
    if (baseline_has(known, f->defect))
        buf_adds(c->out, " (known)");
    buf_addc(c->out, '\n');
    pad(c, 4);
    wrap(c, f->defect->title, 4, 4);
    labelled(c, "seen", f->evidence);
    write_attempts(c, f);
    labelled(c, "why", f->defect->why);
    buf_init(&fix, 4096);
    if (strcmp(f->fix->stack, "any") != 0)
        buf_addf(&fix, "%s: ", f->fix->stack);
    buf_adds(&fix, f->fix->text);
    labelled(c, "fix", fix.data);
    buf_free(&fix);
    buf_addc(c->out, '\n');
}

static void write_head(struct card *c, const struct audit_input *in, const struct audit *a,
                       const struct baseline *known)
{
    size_t of[SEVERITY_COUNT] = {0}, hidden = 0;
    bool any = false;

    for (size_t i = 0; i < a->n_findings; i++) {
        of[a->findings[i].severity]++;
        hidden += baseline_has(known, a->findings[i].defect);
    }
    paint(c, a->grade <= 'B' && a->grade != '?' ? GREEN BOLD : BOLD);
    buf_addf(c->out, "grade %c", a->grade);
    paint(c, RESET);
    buf_adds(c->out, "   ");
    for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
        if (of[s]) {
            buf_addf(c->out, "%s%zu %s", any ? ", " : "", of[s], severity_word(s));
            any = true;
        }
    if (!any)
        buf_adds(c->out, "no defect found");
    if (hidden)
        buf_addf(c->out, " (%zu in the baseline)", hidden);
    if (in->profile)
        buf_addf(c->out, ", judged for %s", in->profile->title);
    buf_addc(c->out, '\n');
    if (a->reason) {
        buf_adds(c->out, "no grade: ");
        wrap(c, a->reason, 10, 10);
    }
    buf_addc(c->out, '\n');
}

void score_text_write(struct buf *out, const struct audit_input *in, const struct audit *a,
                      const struct baseline *known, bool color, int width)
{
    struct card c = {out, color, width >= 40 ? (size_t)width : 80};

    write_head(&c, in, a, known);
    for (size_t i = 0; i < a->n_findings; i++)
        write_finding(&c, &a->findings[i], known);
    if (a->n_fine)
        buf_adds(out, "what was fine\n");
    for (size_t i = 0; i < a->n_fine; i++) {
        paint(&c, GREEN);
        buf_adds(out, "  ✓ ");
        paint(&c, RESET);
        wrap(&c, a->fine[i], 4, 4);
    }
    buf_addf(out, "\n%d of %zu rows of the catalogue had something to look at\n", a->checked,
             defect_count());
    paint(&c, DIM);
    buf_adds(out, "grades: ");
    wrap(&c, audit_grade_rule, 8, 8);
    if (a->n_findings) {
        buf_adds(out, "more:   ");
        wrap(&c, "drainctl explain ID", 8, 8);
    }
    paint(&c, RESET);
}
