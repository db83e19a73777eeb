#include "report/timeline.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/duration.h"
#include "base/ending.h"
#include "base/mem.h"
#include "base/signame.h"

enum { SAID_MOST = 30 };

#define STEP_WORD(id, word) [STEP_##id] = word,
static const char *const words[] = {STEP_MAP(STEP_WORD)};

const char *step_word(enum step_kind kind)
{
    return words[kind];
}

/* Takes `text` over. */
static void add(struct timeline *t, enum step_kind kind, double ms, bool bad, char *text)
{
    if (isnan(ms)) {
        free(text);
        return;
    }
    MEM_GROW(t->steps, t->count, t->cap);
    t->steps[t->count] = (struct step){kind, ms, t->count, bad, text};
    t->count++;
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
        return duration_human_ms((double)us / 1000, out, size);
    snprintf(out, size, "%d us", (int)us);
    return out;
}

/* With a freeze, the time that it took is no lag: the signal waits until the requests are there. */
static void add_signal(struct timeline *t, const struct signal_verdict *signal)
{
    char lag[96] = "", a[32], b[32];
    if (signal->lag_us >= 0 && signal->freeze_us >= 0)
        snprintf(lag, sizeof lag, " (%s to freeze, %s to send)",
                 us_human(signal->freeze_us, a, sizeof a), us_human(signal->lag_us, b, sizeof b));
    else if (signal->lag_us >= 0)
        snprintf(lag, sizeof lag, ", %s after its moment", us_human(signal->lag_us, a, sizeof a));
    const char *sep = *signal->moment ? ": " : "";
    add(t, STEP_SIGNAL, signal->at_ms, false,
        mem_printf("%s sent%s%s%s%s%s", signame_name(signal->signo), signal->process ? " to " : "",
                   signal->process ? signal->process : "", sep, signal->moment, lag));
}

static const char let_go_words[] = "closed its copy of the listening socket; drainctl holds it";

static void add_listener(struct timeline *t, const struct target_verdict *v, bool held)
{
    char *what;
    if (held)
        what = mem_printf("the target %s", let_go_words);
    else if (v->queue_lost > 0)
        what = mem_printf("listener closed, %" PRId64 " lost in its queue", v->queue_lost);
    else
        what =
            mem_strdup(v->queue_lost == 0 ? "listener closed, its queue empty" : "listener closed");
    add(t, STEP_LISTENER_CLOSED, v->listener_closed_after_ms, v->queue_lost > 0, what);
}

static char *exit_words(int code, int signo)
{
    char how[ENDING_SIZE];
    return mem_printf("%s%s", ending_say(how, sizeof how, code, signo),
                      signo || code >= 0 ? "" : "; its status is not known");
}

static void add_exit(struct timeline *t, const struct target_verdict *v)
{
    if (v->exited)
        add(t, STEP_EXIT, v->exit_after_ms, false, exit_words(v->exit_code, v->exit_signal));
}

/* As systemd hears it. */
static void add_said(struct timeline *t, const struct run_verdict *v)
{
    for (size_t i = 0; i < v->target.n_said && i < SAID_MOST; i++) {
        const struct event *e = v->target.said[i];
        add(t, STEP_SAID, (double)(e->t_ns - v->first.t_ns) / 1e6, false,
            mem_printf("pid %" PRId64 " said %s", e->pid, e->text));
    }
}

static void add_health(struct timeline *t, const struct target_verdict *v)
{
    add(t, STEP_NOT_READY, v->not_ready_after_ms, false,
        mem_printf("no longer ready: status %d", v->not_ready_status));
}

/* What happened before the first signal is no step of the drain. */
static void add_of(struct timeline *t, const struct process_verdict *p, enum step_kind kind,
                   double ms, const char *what)
{
    if (ms >= 0)
        add(t, kind, ms, false, mem_printf("%s %s", p->name, what));
}

static char *ready_words(const struct process_verdict *p)
{
    char wait[32];
    if (!p->waited)
        return mem_strdup("ready");
    duration_human((int64_t)(p->waited_ms * 1e6), wait, sizeof wait);
    return p->waited == 1 ? mem_printf("ready; 1 client had waited in the queue, for %s", wait)
                          : mem_printf("ready; %" PRId64
                                       " clients had waited in the queue, the longest for %s",
                                       p->waited, wait);
}

static void add_process(struct timeline *t, const struct process_verdict *p)
{
    if (p->role == PROCESS_COMMAND)
        return;
    add_of(t, p, STEP_STARTED, p->start_ms, p->life ? "started again" : "started");
    char *ready = ready_words(p);
    add_of(t, p, STEP_READY, p->ready_ms, ready);
    free(ready);
    add_of(t, p, STEP_NOTICE, p->notice_ms, "told of a shutdown to come");
    add_of(t, p, STEP_HANDOVER, p->handover_ms, "handed over to the next one, and drains");
    add_of(t, p, STEP_NOT_READY, p->not_ready_ms, "no longer ready");
    add_of(t, p, STEP_LISTENER_CLOSED, p->closed_ms,
           p->held ? let_go_words : "closed its listener");
    if (!p->exited)
        return;
    char *exit = exit_words(p->exit_code, p->exit_signal);
    add_of(t, p, STEP_EXIT, p->exit_ms, exit);
    free(exit);
}

void timeline_make(struct timeline *t, const struct run_verdict *v)
{
    *t = (struct timeline){0};
    if (!v->first.t_ns)
        return;
    for (size_t i = 0; i < v->n_signals; i++)
        add_signal(t, &v->signals[i]);
    for (size_t i = 0; i < v->processes.n; i++)
        add_process(t, &v->processes.at[i]);
    add_said(t, v);
    if (!v->processes.n) {
        add_health(t, &v->target);
        add_listener(t, &v->target, v->plan.target.socket_activation);
    }
    add(t, STEP_LAST_ANSWER, v->target.last_answer_ms, false, mem_strdup("last answer complete"));
    if (!v->processes.n)
        add_exit(t, &v->target);
    qsort(t->steps, t->count, sizeof *t->steps, by_time);
}

void timeline_free(struct timeline *t)
{
    for (size_t i = 0; i < t->count; i++)
        free(t->steps[i].text);
    free(t->steps);
    *t = (struct timeline){0};
}
