/* The files of an old page for people: what became of them, whom it hits, how to mend it. */
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/url.h"
#include "base/wrap.h"
#include "report/skew/skew_report.h"

enum { SHOWN = 8, INDENT = 4 };

/* Without scheme and host: those are the page's. */
static const char *path_of(const char *url)
{
    const char *rest = url_split(url).rest;
    return *rest == '/' ? rest : url;
}

static void add_answer(struct buf *out, const struct fetch_facts *f)
{
    if (f->elsewhere)
        buf_addf(out, "%d to another host", f->status);
    else if (f->status)
        buf_addf(out, "%d %s", f->status, f->type);
    else
        buf_addf(out, "no answer: %s", f->problem);
}

static void add_file(struct buf *out, const struct skew_file *f)
{
    buf_addf(out, "    %s  ", path_of(f->url));
    if (f->finding == SKEW_MUTATED)
        buf_addf(out, "%lld bytes, now %lld", (long long)f->before.bytes,
                 (long long)f->after.bytes);
    else
        add_answer(out, &f->after);
    buf_addf(out, " (%s)\n", f->later ? "asked for later" : "asked for with the page");
}

static void add_files(struct buf *out, const struct skew *s, enum skew_finding finding, bool all)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n_files; i++)
        if (s->files[i].finding == finding && (n++ < SHOWN || all))
            add_file(out, &s->files[i]);
    if (n > SHOWN && !all)
        buf_addf(out, "    and %zu more (-v, or --report json)\n", n - SHOWN);
}

static void add_finding(struct buf *out, const struct report_input *in, enum skew_finding finding)
{
    int width = in->width ? in->width : 80;
    if (!in->skew->counts[finding])
        return;
    buf_addf(out, "\n  %s  %zu of %zu files\n%*s", skew_words[finding].word,
             in->skew->counts[finding], in->skew->n_files, INDENT, "");
    wrap_add(out, skew_words[finding].sentence, INDENT, wrap_blanks(INDENT), width);
    add_files(out, in->skew, finding, in->verbose);
    buf_addf(out, "%*sfix  ", INDENT, "");
    wrap_add(out, skew_fixes[finding], INDENT + 5, wrap_blanks(INDENT + 5), width);
}

struct remark_list {
    struct buf *out;
    int width;
    bool any;
};

static void add_remark(void *arg, const char *sentence)
{
    struct remark_list *list = arg;
    if (!list->any)
        buf_adds(list->out, "\nremarks\n");
    list->any = true;
    buf_adds(list->out, "  - ");
    wrap_add(list->out, sentence, INDENT, wrap_blanks(INDENT), list->width);
}

static void add_head(struct buf *out, const struct skew *s)
{
    size_t later = 0;
    char time[64];
    for (size_t i = 0; i < s->n_files; i++)
        later += s->files[i].later;
    buf_addf(out, "%s\n\n", s->page.before.url);
    buf_addf(out, "  before  %zu file%s, %zu of them asked for later than the page\n", s->n_files,
             s->n_files == 1 ? "" : "s", later);
    if (s->deploy.command)
        buf_addf(out, "  deploy  %s (%s)\n", s->deploy.command,
                 duration_human(s->deploy.ns, time, sizeof time));
    buf_addf(out, "  after   %zu kept, %zu vanished, %zu masked, %zu mutated", s->counts[SKEW_FINE],
             s->counts[SKEW_VANISHED], s->counts[SKEW_MASKED], s->counts[SKEW_MUTATED]);
    if (s->counts[SKEW_UNKNOWN])
        buf_addf(out, ", %zu unanswered", s->counts[SKEW_UNKNOWN]);
    buf_addc(out, '\n');
}

void skew_text(const struct report_input *in, struct buf *out)
{
    const struct skew *s = in->skew;
    struct remark_list list = {.out = out, .width = in->width ? in->width : 80};
    add_head(out, s);
    for (int i = 0; i < SKEW_FINDINGS; i++)
        add_finding(out, in, (enum skew_finding)i);
    if (s->counts[SKEW_UNKNOWN]) {
        buf_adds(out, "\n  unanswered\n");
        add_files(out, s, SKEW_UNKNOWN, in->verbose);
    }
    if (!in->quiet)
        skew_remarks(s, add_remark, &list);
    if (s->failed)
        buf_adds(out, "\nfailed: a page that was open before the deploy does not go on whole\n");
    else if (s->inconclusive)
        buf_addf(out, "\ninconclusive: %s\n", s->inconclusive);
    else
        buf_adds(out, "\npassed: every old file is there, with the bytes that it had\n");
}
