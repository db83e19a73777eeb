/* The shutdown checklist as a table. */
#include "report/checklist.h"
#include "report/markdown/md.h"

void md_checklist(struct buf *out, const struct run_verdict *v)
{
    if (!v->checklist.asked)
        return;
    buf_adds(out, "| | checklist | seen |\n| --- | --- | --- |\n");
    for (int i = 0; i < CHECKLIST_ROWS; i++) {
        const struct checklist_row *row = &v->checklist.rows[i];
        struct buf b;
        buf_init(&b, 64 * 1024);
        checklist_say(row, &b);
        buf_addf(out, "| %s | %s | ", checklist_mark(row->value), checklist_titles[i]);
        md_text(out, b.data ? b.data : "");
        buf_adds(out, " |\n");
        buf_free(&b);
    }
    buf_addc(out, '\n');
}
