/* The score card of a check in Markdown. */
#include <string.h>

#include "report/markdown/md.h"

static void counts(struct buf *out, const struct audit *a)
{
    const char *sep = "";
    for (int s = SEVERITY_COUNT - 1; s >= 0; s--) {
        if (!a->counts[s])
            continue;
        buf_addf(out, "%s%zu %s", sep, a->counts[s], severity_word((enum severity)s));
        sep = ", ";
    }
}

static void table(const struct report_input *in, struct buf *out)
{
    buf_adds(out, "| severity | defect | seen |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < in->check.audit->n_findings; i++) {
        const struct finding *f = &in->check.audit->findings[i];
        buf_addf(out, "| %s%s | ", severity_word(f->severity), f->known ? " (known)" : "");
        md_code(out, f->defect->id);
        buf_adds(out, "<br>");
        md_text(out, f->defect->title);
        buf_adds(out, " | ");
        md_text(out, f->evidence);
        buf_adds(out, " |\n");
    }
    buf_addc(out, '\n');
}

void md_check(const struct report_input *in, struct buf *out)
{
    const struct audit *a = in->check.audit;
    buf_addf(out, "### %s drainctl check: ", md_mark(in->check.verdict));
    if (a->grade == '?')
        buf_addf(out, "%s, no grade\n\n", verdict_word(in->check.verdict));
    else
        buf_addf(out, "grade %c, %s\n\n", a->grade, verdict_word(in->check.verdict));
    if (a->n_findings)
        buf_adds(out, "**Found:** ");
    else
        buf_adds(out, a->grade == '?' ? "Nothing was found" : "No defect was found");
    counts(out, a);
    if (in->check.audited->profile) {
        buf_adds(out, ", judged for ");
        md_text(out, in->check.audited->profile->title);
    }
    buf_adds(out, "\n\n");
    if (a->reason) {
        buf_adds(out, "**No grade:** ");
        md_text(out, a->reason);
        buf_adds(out, "\n\n");
    }
    if (a->n_findings && !in->quiet)
        table(in, out);
}

static void labelled(struct buf *out, const char *label, const char *text)
{
    buf_addf(out, "**%s:** ", label);
    md_text(out, text);
    buf_adds(out, "\n\n");
}

void md_defect(const struct report_input *in, const struct finding *f, struct buf *out)
{
    buf_adds(out, "<details><summary>fix ");
    md_code(out, f->defect->id);
    buf_adds(out, "</summary>\n\n");
    labelled(out, "Why it hurts", f->defect->why);
    labelled(out, strcmp(f->fix->stack, "any") == 0 ? "Fix" : f->fix->stack, f->fix->text);
    buf_adds(out, "**Seen in:** ");
    md_code(out, in->check.audited->runs[f->run].scenario);
    for (size_t i = 0; i < f->n_attempts; i++)
        buf_addf(out, "%s<code>#%lld</code>",
                 i                   ? ", "
                 : f->n_attempts > 1 ? ", attempts "
                                     : ", attempt ",
                 (long long)f->attempts[i]);
    if (f->n_attempts && f->count > (int64_t)f->n_attempts)
        buf_adds(out, ", …");
    buf_addf(out, "; more: <code>drainctl explain %s</code>\n\n</details>\n\n", f->defect->id);
}

void md_fine(const struct report_input *in, struct buf *out)
{
    const struct audit *a = in->check.audit;
    if (!a->n_fine || in->quiet)
        return;
    buf_addf(out, "<details><summary>%zu thing%s fine</summary>\n\n", a->n_fine,
             a->n_fine == 1 ? " was" : "s were");
    for (size_t i = 0; i < a->n_fine; i++) {
        buf_adds(out, "- ✅ ");
        md_text(out, a->fine[i]);
        buf_addc(out, '\n');
    }
    buf_adds(out, "\n</details>\n\n");
}
