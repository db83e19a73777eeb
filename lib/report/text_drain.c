/* The timeline of the drain: what happened, in the order of time, from the first signal on. */
#include "report/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/duration.h"
#include "base/mem.h"
#include "base/signame.h"

struct step {
    double ms;
    size_t order; /* among equals */
    char *what;
    enum style style;
};

struct steps {
    struct step *items;
    size_t count, cap;
};

static void add(struct steps *s, double ms, enum style style, char *what)
{
    if (isnan(ms)) {
        free(what);
        return;
    }
    MEM_GROW(s->items, s->count, s->cap);
    s->items[s->count] = (struct step){ms, s->count, what, style};
    s->count++;
}

static int by_time(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    if (x->ms < y->ms || x->ms > y->ms)
        return x->ms < y->ms ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static const char *us_human(int64_t us, char *out, size_t size)
{
    if (us >= 1000)
        return duration_human(us * 1000, out, size);
    snprintf(out, size, "%d us", (int)us);
    return out;
}

/* With a freeze, the time that it took is no lag: the signal waits until the requests are there. */
static void add_signal(struct steps *s, const struct signal_verdict *signal)
{
    char lag[96] = "", a[32], b[32];
    if (signal->lag_us >= 0 && signal->freeze_us >= 0)
        snprintf(lag, sizeof lag, " (%s to freeze, %s to send)",
                 us_human(signal->freeze_us, a, sizeof a), us_human(signal->lag_us, b, sizeof b));
    else if (signal->lag_us >= 0)
        snprintf(lag, sizeof lag, ", %s after its moment", us_human(signal->lag_us, a, sizeof a));
    const char *sep = *signal->moment ? ": " : "";
    add(s, signal->at_ms, STYLE_PLAIN,
        mem_printf("%s sent%s%s%s", signame_name(signal->signo), sep, signal->moment, lag));
}

static void add_listener(struct steps *s, const struct target_verdict *t)
{
    char *what;
    if (t->queue_lost > 0)
        what = mem_printf("listener closed, %" PRId64 " lost in its queue", t->queue_lost);
    else
        what =
            mem_strdup(t->queue_lost == 0 ? "listener closed, its queue empty" : "listener closed");
    add(s, t->listener_closed_after_ms, t->queue_lost > 0 ? STYLE_BAD : STYLE_PLAIN, what);
}

static void add_exit(struct steps *s, const struct target_verdict *t)
{
    if (!t->exited)
        return;
    char *what = t->exit_signal ? mem_printf("died of %s", signame_name(t->exit_signal))
                                : mem_printf("exited with code %d", t->exit_code);
    add(s, t->exit_after_ms, STYLE_PLAIN, what);
}

/* Readiness that is gone because the target is gone tells nothing. */
static void add_health(struct steps *s, const struct target_verdict *t)
{
    const char *how = t->not_ready_status == 0 ? "refused" : "no answer";
    if (t->exited && t->not_ready_after_ms >= t->exit_after_ms)
        return;
    char *what = t->not_ready_status > 0
                     ? mem_printf("no longer ready: status %d", t->not_ready_status)
                     : mem_printf("no longer ready: %s", how);
    add(s, t->not_ready_after_ms, STYLE_PLAIN, what);
}

static void print_step(struct text *t, const struct step *s)
{
    char ms[32];
    duration_human((int64_t)(s->ms * 1e6), ms, sizeof ms);
    buf_addf(t->out, "  %10s  ", ms);
    text_wrap(t, s->style, 14, 14, s->what);
}

void text_drain(struct text *t, const struct run_verdict *v)
{
    struct steps s = {0};
    if (!v->t0_ns)
        return;
    for (size_t i = 0; i < v->n_signals; i++)
        add_signal(&s, &v->signals[i]);
    add_health(&s, &v->target);
    add_listener(&s, &v->target);
    add(&s, v->target.last_answer_ms, STYLE_PLAIN, mem_strdup("last answer complete"));
    add_exit(&s, &v->target);
    qsort(s.items, s.count, sizeof *s.items, by_time);
    text_pad(t, 2);
    text_style(t, STYLE_BOLD, "drain");
    buf_addc(t->out, '\n');
    for (size_t i = 0; i < s.count; i++) {
        print_step(t, &s.items[i]);
        free(s.items[i].what);
    }
    if (!v->target.exited) {
        text_pad(t, 14);
        text_style(t, STYLE_UNSURE,
                   v->target.killed ? "did not exit; drainctl ended it" : "no exit was seen");
        buf_addc(t->out, '\n');
    }
    buf_addc(t->out, '\n');
    free(s.items);
}
