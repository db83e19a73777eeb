/* The shutdown checklist, for people. */
#include "report/checklist.h"
#include "report/text/text.h"

static const enum style styles[] = {
    [ROW_FINE] = STYLE_GOOD, [ROW_BROKEN] = STYLE_BAD, [ROW_NOT_SEEN] = STYLE_UNSURE};

static void print_row(struct text *t, int id, const struct checklist_row *row)
{
    enum { MARK = 4, TITLE = 6 };

    struct buf b;
    buf_init(&b, 64 * 1024);
    checklist_say(row, &b);
    text_pad(t, MARK);
    text_style(t, styles[row->value], checklist_mark(row->value));
    text_pad(t, TITLE - MARK - 1);
    text_wrap(t, row->value == ROW_BROKEN ? STYLE_BAD : STYLE_PLAIN, TITLE, TITLE,
              checklist_titles[id]);
    text_pad(t, TITLE + 2);
    text_wrap(t, STYLE_DIM, TITLE + 2, TITLE + 2, b.data ? b.data : "");
    buf_free(&b);
}

void text_checklist(struct text *t, const struct run_verdict *v)
{
    if (!v->checklist.asked)
        return;
    text_pad(t, 2);
    text_style(t, STYLE_BOLD, "checklist");
    buf_addc(t->out, '\n');
    for (int i = 0; i < CHECKLIST_ROWS; i++)
        print_row(t, i, &v->checklist.rows[i]);
    buf_addc(t->out, '\n');
}
