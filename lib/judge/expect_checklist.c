/* The expectation on the shutdown checklist: no row is broken, and enough of them were seen. */
#include "judge/expect.h"

static void name_rows(struct buf *out, const struct checklist *c, enum row_value value)
{
    const char *sep = " (";
    for (int i = 0; i < CHECKLIST_ROWS; i++) {
        if (c->rows[i].value != value)
            continue;
        buf_addf(out, "%s%s", sep, checklist_words[i]);
        sep = ", ";
    }
    if (sep[0] == ',')
        buf_addc(out, ')');
}

void expect_checklist(struct finding *g)
{
    const struct checklist *c = &g->v->checklist;
    int broken = checklist_count(c, ROW_BROKEN), fine = checklist_count(c, ROW_FINE);
    int64_t wanted = g->x->count > 0 ? g->x->count : 1;
    buf_adds(&g->expected, "no row broken");
    if (wanted > 1)
        buf_addf(&g->expected, ", and at least %lld fine", (long long)wanted);
    buf_addf(&g->observed, "%d fine, %d broken", fine, broken);
    name_rows(&g->observed, c, ROW_BROKEN);
    buf_addf(&g->observed, ", %d not seen", CHECKLIST_ROWS - fine - broken);
    name_rows(&g->observed, c, ROW_NOT_SEEN);
    /* what was not seen may have been either */
    g->out->value = broken ? VERDICT_FAILED : fine < wanted ? VERDICT_INCONCLUSIVE : VERDICT_PASSED;
}
