/* What people saw in several runs, side by side. */
#include <stdio.h>

#include "report/text/text.h"

enum { NAME = 18, NARROW = 7, WIDE = 8 };

static const char *const columns[SAW_COUNT] = {
    [SAW_FINE] = "fine",         [SAW_LATE] = "late", [SAW_STALE] = "stale",
    [SAW_QUEUED] = "queued",     [SAW_LOST] = "lost", [SAW_DOUBLED] = "doubled",
    [SAW_ERROR_SHOWN] = "error",
};

static bool any_users(const struct run_verdict *v)
{
    for (size_t i = 0; i < v->n_loads; i++)
        if (v->loads[i].users.any)
            return true;
    return false;
}

static void row(struct text *t, const struct load_verdict *l)
{
    char cell[32];
    int width = text_columns(l->name);
    text_pad(t, 2);
    text_safe(t->out, l->name);
    text_pad(t, width < NAME - 3 ? NAME - 2 - width : 1);
    for (int s = 0; s < SAW_COUNT; s++) {
        int64_t n = l->users.saw[s];
        snprintf(cell, sizeof cell, "%*lld", s == SAW_DOUBLED ? WIDE : NARROW, (long long)n);
        text_style(t, !n ? STYLE_DIM : s >= SAW_ERROR_SHOWN ? STYLE_BAD : STYLE_PLAIN, cell);
    }
    buf_addf(t->out, "%9.1f\n", l->users.seconds_lost);
}

void text_users_all(struct text *t, const struct report_input *in)
{
    bool head = false;
    for (size_t i = 0; i < in->count; i++) {
        const struct run_verdict *v = &in->runs[i];
        if (!any_users(v))
            continue;
        if (!head) {
            buf_addf(t->out, "\n%-*s", NAME, "what people saw");
            for (int s = 0; s < SAW_COUNT; s++)
                buf_addf(t->out, "%*s", s == SAW_DOUBLED ? WIDE : NARROW, columns[s]);
            buf_adds(t->out, "  seconds\n");
        }
        head = true;
        text_style(t, STYLE_BOLD, v->scenario);
        buf_addc(t->out, '\n');
        for (size_t k = 0; k < v->n_loads; k++)
            if (v->loads[k].users.any)
                row(t, &v->loads[k]);
    }
}
