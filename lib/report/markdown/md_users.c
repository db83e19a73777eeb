/* What people saw at loads with a frontend, as a table: of one run, or of several side by side. */
#include <math.h>

#include "report/markdown/md.h"

static void head(struct buf *out, bool scenarios)
{
    buf_adds(out, scenarios ? "| scenario | people of |" : "| people of |");
    for (int s = 0; s < SAW_COUNT; s++)
        buf_addf(out, " %s |", saw_words[s].word);
    buf_adds(out, " user-seconds lost |\n|");
    buf_adds(out, scenarios ? " --- | --- |" : " --- |");
    for (int s = 0; s <= SAW_COUNT; s++)
        buf_adds(out, " ---: |");
    buf_addc(out, '\n');
}

static void row(struct buf *out, const struct load_verdict *l)
{
    const struct users_verdict *u = &l->users;
    int64_t judged = u->intentions - u->open;
    md_code(out, l->name);
    buf_adds(out, " |");
    for (int s = 0; s < SAW_COUNT; s++) {
        const char *mark = u->saw[s] && s >= SAW_ERROR_SHOWN ? "**" : "";
        buf_addf(out, " %s%lld%s", mark, (long long)u->saw[s], mark);
        if (u->saw[s])
            buf_addf(out, " (%.1f%%)", 100.0 * (double)u->saw[s] / (double)judged);
        buf_adds(out, " |");
    }
    buf_addf(out, " %.1f |\n", u->seconds_lost);
}

/* A table of the loads whose server was gone and back. */
static void storms(struct buf *out, const struct run_verdict *v)
{
    bool any = false;
    for (size_t k = 0; k < v->n_loads; k++) {
        const struct storm_verdict *s = &v->loads[k].storm;
        if (!s->any)
            continue;
        if (!any)
            buf_adds(out,
                     "| storm of | peak in 100 ms | times the normal rate | all served after | "
                     "turned away | wasted |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
        any = true;
        buf_adds(out, "| ");
        md_code(out, v->loads[k].name);
        buf_addf(out, " | %lld | ", (long long)s->peak);
        if (!isnan(s->peak_ratio))
            buf_addf(out, "%.1fx", s->peak_ratio);
        if (s->unserved)
            buf_addf(out, " | %lld never | ", (long long)s->unserved);
        else
            buf_addf(out, " | %.2f s | ", s->served_after_ms / 1000);
        buf_addf(out, "%lld | %lld of %lld |\n", (long long)s->refused, (long long)s->wasted,
                 (long long)s->answered);
    }
    if (any)
        buf_addc(out, '\n');
}

void md_users(struct buf *out, const struct run_verdict *runs, size_t count, bool scenarios)
{
    bool any = false;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < runs[i].n_loads; k++) {
            if (!runs[i].loads[k].users.any)
                continue;
            if (!any)
                head(out, scenarios);
            any = true;
            buf_adds(out, "| ");
            if (scenarios) {
                md_code(out, runs[i].scenario);
                buf_adds(out, " | ");
            }
            row(out, &runs[i].loads[k]);
        }
    if (any)
        buf_addc(out, '\n');
    if (!scenarios)
        for (size_t i = 0; i < count; i++)
            storms(out, &runs[i]);
}
