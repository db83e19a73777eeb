/* What people saw at loads with a frontend, as a table: of one run, or of several side by side. */
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
}
