/* The timeline of the drain, for people. */
#include "base/duration.h"
#include "report/text/text.h"
#include "report/timeline.h"

static void print_step(struct text *t, const struct step *s)
{
    char ms[32];
    duration_human_ms(s->ms, ms, sizeof ms);
    buf_addf(t->out, "  %10s  ", ms);
    text_wrap(t, s->bad ? STYLE_BAD : STYLE_PLAIN, 14, 14, s->text);
}

void text_drain(struct text *t, const struct run_verdict *v)
{
    struct timeline line;
    if (!v->first.t_ns)
        return;
    timeline_make(&line, v);
    text_pad(t, 2);
    text_style(t, STYLE_BOLD, "drain");
    buf_addc(t->out, '\n');
    for (size_t i = 0; i < line.count; i++)
        print_step(t, &line.steps[i]);
    timeline_free(&line);
    if (!v->target.exited && !v->processes.n) {
        text_pad(t, 14);
        text_style(t, STYLE_UNSURE,
                   v->target.killed ? "did not exit; drainctl ended it" : "no exit was seen");
        buf_addc(t->out, '\n');
    }
    buf_addc(t->out, '\n');
}
