/* A comparison in Markdown (GitHub's): the verdict, and a table of what is different. */
#include <string.h>

#include "report/compare/compare.h"
#include "report/markdown/md.h"

static const enum change order[] = {CHANGE_WORSE, CHANGE_BETTER, CHANGE_NOISE, CHANGE_FEW,
                                    CHANGE_OTHER};

static void cell(struct buf *out, void (*write)(struct buf *out, const struct compare_row *row),
                 const struct compare_row *row)
{
    struct buf b;
    buf_init(&b, 64 * 1024);
    write(&b, row);
    buf_addc(out, ' ');
    md_text(out, b.data ? b.data : "");
    buf_adds(out, " |");
    buf_free(&b);
}

static void unit(struct buf *out, const struct compare_row *row)
{
    if (row->kind == COMPARE_DEFECT && row->tested)
        buf_addf(out, "%s, %s", row->after, row->unit);
    else
        buf_adds(out, row->after);
}

static void before(struct buf *out, const struct compare_row *row)
{
    buf_adds(out, row->before);
}

static void points(struct buf *out, const struct compare_row *row)
{
    if (row->tested)
        compare_points(out, &row->test);
}

static void p_value(struct buf *out, const struct compare_row *row)
{
    if (row->tested)
        compare_p(out, row->p);
}

static void row_line(struct buf *out, const struct compare_row *row)
{
    bool bold = row->change == CHANGE_WORSE || row->change == CHANGE_BETTER;
    buf_addf(out, bold ? "| **%s** |" : "| %s |", change_phrases[row->change]);
    if (row->scenario) {
        buf_addc(out, ' ');
        md_code(out, row->scenario);
    }
    cell(out, compare_label, row);
    cell(out, before, row);
    cell(out, unit, row);
    cell(out, points, row);
    cell(out, p_value, row);
    buf_addc(out, '\n');
}

static void table(struct buf *out, const struct comparison *c)
{
    bool begun = false;
    for (size_t s = 0; s < ARRAY_LEN(order); s++)
        for (size_t i = 0; i < c->n_rows; i++) {
            if (c->rows[i].change != order[s])
                continue;
            if (!begun)
                buf_adds(out, "| | what | base | head | difference | p |\n"
                              "| --- | --- | --- | --- | --- | --- |\n");
            begun = true;
            row_line(out, &c->rows[i]);
        }
}

static void alone(struct buf *out, const char *title, const struct compare_alone *all, size_t n,
                  bool *begun)
{
    for (size_t i = 0; i < n; i++) {
        struct buf b;
        if (all[i].minor)
            continue;
        buf_init(&b, 64 * 1024);
        compare_alone(&b, &all[i]);
        buf_addf(out, "%s- %s: ", *begun ? "" : "\n", title);
        *begun = true;
        md_text(out, b.data);
        buf_addc(out, '\n');
        buf_free(&b);
    }
}

static void head(struct buf *out, const struct comparison *c)
{
    struct buf b;
    buf_init(&b, 64 * 1024);
    compare_verdict(&b, c);
    buf_addf(out, "### %s drainctl compare: ", md_mark(c->value));
    md_text(out, b.data);
    buf_adds(out, "\n\n");
    md_code(out, c->base->name);
    buf_adds(out, " → ");
    md_code(out, c->head->name);
    buf_adds(out, "\n\n");
    buf_free(&b);
}

static void foot(struct buf *out, const struct comparison *c)
{
    struct buf b;
    buf_init(&b, 64 * 1024);
    compare_footnotes(&b, c);
    const char *sep = "\n<sub>";
    for (char *line = b.data, *end; b.len && *line; line = end + 1) {
        end = strchr(line, '\n');
        *end = '\0';
        buf_adds(out, sep);
        md_text(out, line);
        sep = "<br>\n";
    }
    if (b.len)
        buf_adds(out, "</sub>\n");
    buf_free(&b);
}

void compare_markdown_within(const struct report_input *in, struct buf *out, size_t most)
{
    const struct comparison *c = in->comparison;
    struct buf b;
    bool list = false;
    buf_init(&b, 16 * 1024 * 1024);
    head(out, c);
    if (in->quiet)
        return;
    table(&b, c);
    alone(&b, "not compared", c->left_out, c->n_left_out, &list);
    alone(&b, "only in base", c->only_base, c->n_only_base, &list);
    alone(&b, "only in head", c->only_head, c->n_only_head, &list);
    foot(&b, c);
    if (b.overflow || (most && out->len + b.len > most))
        buf_adds(out, "The table does not fit here.\n");
    else if (b.len)
        buf_add(out, b.data, b.len);
    buf_free(&b);
}

void compare_markdown(const struct report_input *in, struct buf *out)
{
    compare_markdown_within(in, out, 0);
}
