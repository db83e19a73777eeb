/* A comparison for people: the verdict in a line, then what changed, the worst first. */
#include <string.h>

#include "report/compare/compare.h"
#include "report/text/text.h"

static const struct section {
    enum change change;
    const char *title;
    enum style style;
    bool verbose; /* only with -v */
} sections[] = {
    {CHANGE_WORSE, "worse", STYLE_BAD, false},
    {CHANGE_BETTER, "better", STYLE_GOOD, false},
    {CHANGE_NOISE, "different, but within noise", STYLE_UNSURE, false},
    {CHANGE_FEW, "different, but too few to tell", STYLE_UNSURE, false},
    {CHANGE_OTHER, "changed, neither better nor worse by itself", STYLE_BOLD, false},
    {CHANGE_SAME, "unchanged", STYLE_DIM, true},
};

enum { ROW = 4, NUMBERS = 6, WIDEST_LABEL = 38 };

/* The label, and behind it what fits: else on lines of their own. */
static void row_text(struct text *t, const struct comparison *c, const struct compare_row *row,
                     int column)
{
    struct buf label, values, more;
    buf_init(&label, 64 * 1024);
    buf_init(&values, 64 * 1024);
    buf_init(&more, 64 * 1024);
    compare_label(&label, row);
    compare_values(&values, row);
    compare_numbers(&more, c, row);
    int at = ROW + text_columns(label.data), pad = at < column ? column - at : 2;
    text_pad(t, ROW);
    text_style(t, STYLE_PLAIN, label.data);
    if (at + pad + text_columns(values.data) > t->width) {
        buf_addc(t->out, '\n');
        at = 0;
        pad = NUMBERS;
    }
    text_pad(t, pad);
    text_wrap(t, STYLE_PLAIN, at + pad, at ? column : NUMBERS, values.data);
    if (more.len && row->change != CHANGE_SAME) {
        text_pad(t, NUMBERS);
        text_wrap(t, STYLE_PLAIN, NUMBERS, NUMBERS, more.data);
    }
    buf_free(&label);
    buf_free(&values);
    buf_free(&more);
}

static void details_text(struct text *t, const struct compare_row *row)
{
    struct buf b;
    buf_init(&b, 64 * 1024);
    compare_details(&b, row);
    if (b.len) {
        text_pad(t, NUMBERS);
        text_wrap(t, STYLE_DIM, NUMBERS, NUMBERS, b.data);
    }
    buf_free(&b);
}

/* Where the values of a section begin. */
static int value_column(const struct comparison *c, enum change change)
{
    int widest = 0;
    for (size_t i = 0; i < c->n_rows; i++) {
        struct buf label;
        if (c->rows[i].change != change)
            continue;
        buf_init(&label, 64 * 1024);
        compare_label(&label, &c->rows[i]);
        int columns = text_columns(label.data);
        if (columns > widest && columns <= WIDEST_LABEL)
            widest = columns;
        buf_free(&label);
    }
    return ROW + widest + 2;
}

static void section_text(struct text *t, const struct comparison *c, const struct section *s)
{
    int column = value_column(c, s->change);
    const char *group = NULL;
    for (size_t i = 0; i < c->n_rows; i++) {
        const struct compare_row *row = &c->rows[i];
        if (row->change != s->change)
            continue;
        if (!group) {
            buf_addc(t->out, '\n');
            text_style(t, s->style, s->title);
            buf_addc(t->out, '\n');
        }
        if (!group || strcmp(group, compare_group(row)) != 0) {
            group = compare_group(row);
            text_pad(t, 2);
            text_style(t, STYLE_BOLD, group);
            buf_addc(t->out, '\n');
        }
        row_text(t, c, row, column);
        if (row->kind != COMPARE_OUTCOME || s->change != CHANGE_SAME)
            details_text(t, row);
    }
}

static void alone_text(struct text *t, const char *title, const struct compare_alone *all, size_t n)
{
    bool begun = false;
    for (size_t i = 0; i < n; i++) {
        struct buf b;
        if (all[i].minor && !t->verbose)
            continue;
        if (!begun)
            buf_addf(t->out, "\n%s\n", title);
        begun = true;
        buf_init(&b, 64 * 1024);
        compare_alone(&b, &all[i]);
        text_pad(t, 2);
        text_wrap(t, STYLE_PLAIN, 2, 4, b.data);
        buf_free(&b);
    }
}

/* "base.json (drainctl 0.1.0, 3 runs, grade A)" */
static void side_text(struct text *t, const char *label, const struct verdict_summary *s)
{
    struct buf b;
    buf_init(&b, 64 * 1024);
    buf_addf(&b, "%s (", s->name);
    if (*s->version)
        buf_addf(&b, "drainctl %s, ", s->version);
    buf_addf(&b, "%zu %s%s", s->n_runs, s->n_runs == 1 ? "run" : "runs",
             s->check ? ", grade " : "");
    if (s->check)
        buf_addc(&b, s->grade);
    buf_addc(&b, ')');
    text_pad(t, 2);
    text_style(t, STYLE_DIM, label);
    text_wrap(t, STYLE_PLAIN, 8, 8, b.data);
    buf_free(&b);
}

static void foot_text(struct text *t, const struct comparison *c)
{
    struct buf b;
    buf_init(&b, 4096);
    compare_footnotes(&b, c);
    if (b.len)
        buf_addc(t->out, '\n');
    for (char *line = b.data, *end; b.len && *line; line = end + 1) {
        end = strchr(line, '\n');
        *end = '\0';
        text_wrap(t, STYLE_DIM, 0, 0, line);
    }
    buf_free(&b);
}

void compare_text(const struct report_input *in, struct buf *out)
{
    const struct comparison *c = in->comparison;
    struct text t = {.out = out,
                     .color = in->color,
                     .verbose = in->verbose,
                     .width = in->width >= 40 ? in->width
                              : in->width > 0 ? 40
                                              : 80};
    struct buf b;
    buf_init(&b, 64 * 1024);
    compare_verdict(&b, c);
    text_wrap(&t, verdict_style(c->value), 0, 2, b.data);
    buf_free(&b);
    if (in->quiet)
        return;
    side_text(&t, "base  ", c->base);
    side_text(&t, "head  ", c->head);
    for (size_t i = 0; i < ARRAY_LEN(sections); i++)
        if (!sections[i].verbose || in->verbose)
            section_text(&t, c, &sections[i]);
    alone_text(&t, "not compared", c->left_out, c->n_left_out);
    alone_text(&t, "only in base", c->only_base, c->n_only_base);
    alone_text(&t, "only in head", c->only_head, c->n_only_head);
    foot_text(&t, c);
}
