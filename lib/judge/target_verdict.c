/* The target and the signals: what happened to the server itself, in ms since the first signal. */
#include "judge/facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/json_out.h"
#include "base/mem.h"
#include "base/signame.h"

static double since_signal(const struct run_facts *f, int64_t t_ns)
{
    return f->t0_ns && t_ns ? ms_between(f->t0_ns, t_ns) : NAN;
}

/* Written anew from what it means, so that a report can print it as it stands: the journal's own
 * text was skipped over, not checked. */
static char *clean_argv(const char *raw)
{
    struct buf b;
    struct json_out out;
    struct json_doc doc = {0};
    buf_init(&b, 1024 * 1024);
    json_out_init(&out, &b, 0);
    json_out_array(&out, NULL);
    if (raw && *raw && json_doc_parse(&doc, "argv", raw, strlen(raw), NULL) == 0) {
        const cJSON *item;
        cJSON_ArrayForEach(item, doc.root) if (cJSON_IsString(item))
            json_out_string(&out, NULL, item->valuestring);
    }
    json_doc_free(&doc);
    if (b.overflow) {
        buf_reset(&b);
        buf_adds(&b, "[");
    }
    buf_addc(&b, ']');
    return buf_take(&b);
}

/* For an attached target, those of ours: what became of others' connections is not known. */
static int64_t queue_lost(const struct run_facts *f)
{
    if (!f->listener.closed_ns)
        return -1;
    if (plan_owns_target(f->plan) || !f->queue.open)
        return f->queue.lost;
    return f->queue.lost > f->queue.open ? f->queue.lost - f->queue.open : -1;
}

static void judge_target(struct target_verdict *t, const struct run_verdict *v,
                         const struct run_facts *f)
{
    t->exited = f->exit.own != NULL;
    t->killed = f->kill_ns != 0;
    t->exit_code = f->exit.own ? (int)f->exit.own->exit_code : 0;
    t->exit_signal = f->exit.own ? (int)f->exit.own->exit_signal : 0;
    t->exit_after_ms = f->exit.own ? since_signal(f, f->exit.own->t_ns) : NAN;
    t->listener_closed_after_ms = since_signal(f, f->listener.closed_ns);
    t->queue_lost = queue_lost(f);
    t->not_ready_after_ms = since_signal(f, f->health.not_ready_ns);
    t->not_ready_status = (int)f->health.not_ready_status;
    t->last_answer_ms = NAN;
    for (size_t i = 0; i < v->n_attempts; i++) {
        const struct attempt *a = &v->attempts[i];
        double ms = a->answer.whole ? since_signal(f, a->end_ns) : NAN;
        if (ms >= 0 && !(ms <= t->last_answer_ms))
            t->last_answer_ms = ms;
    }
}

static void collect_orphans(struct target_verdict *t, const struct history *h)
{
    size_t cap = 0;
    for (size_t i = 0; i < h->count; i++) {
        if (h->events[i].kind == EVENT_ORPHAN) { /* whichever process left it */
            MEM_GROW(t->orphans, t->n_orphans, cap);
            t->orphans[t->n_orphans++] = &h->events[i];
        } else if (h->events[i].kind == EVENT_TARGET_START && !t->argv &&
                   is_of_process(&h->events[i], "")) {
            t->pid = h->events[i].pid;
            t->argv = clean_argv(h->events[i].text);
        }
    }
    if (!t->argv)
        t->argv = clean_argv(NULL);
}

static bool is_said(const struct run_facts *f, const struct event *e)
{
    return e->kind == EVENT_NOTIFIED && f->t0_ns && e->t_ns >= f->t0_ns && e->text &&
           strcmp(e->text, "WATCHDOG=1") != 0 && is_of_process(e, "");
}

static void collect_said(struct target_verdict *t, const struct run_facts *f)
{
    size_t cap = 0;
    for (size_t i = 0; i < f->h->count; i++) {
        if (!is_said(f, &f->h->events[i]))
            continue;
        MEM_GROW(t->said, t->n_said, cap);
        t->said[t->n_said++] = &f->h->events[i];
    }
}

static bool is_planned(const struct run_facts *f, const struct event *e)
{
    return e->index >= 0 && (uint64_t)e->index < f->plan->n_signals;
}

/* When the moment of a planned signal last came true, and when its freeze was complete; 0: not yet.
 */
struct signal_times {
    int64_t moment_ns, frozen_ns;
};

static int64_t us_between(int64_t from_ns, int64_t to_ns)
{
    return from_ns && from_ns <= to_ns ? (to_ns - from_ns) / 1000 : -1;
}

static void add_signal(struct run_verdict *v, const struct run_facts *f, const struct event *e,
                       const struct signal_times *times)
{
    bool known = is_planned(f, e);
    struct signal_times at = known ? times[e->index] : (struct signal_times){0};
    const char *text = known ? f->plan->signals[e->index].text : NULL;
    v->signals[v->n_signals++] = (struct signal_verdict){
        .signo = (int)e->signo,
        .t_ns = e->t_ns,
        .at_ms = ms_between(f->t0_ns, e->t_ns),
        .moment = text ? text : "",
        .process = !f->plan->several      ? NULL
                   : is_of_process(e, "") ? f->plan->target_name
                                          : e->process,
        .lag_us = us_between(at.frozen_ns ? at.frozen_ns : at.moment_ns, e->t_ns),
        .freeze_us = at.frozen_ns ? us_between(at.moment_ns, at.frozen_ns) : -1,
    };
}

/* A freeze does not say for which signal it is: for the planned one whose moment came last. */
static void add_freeze(const struct run_facts *f, const struct event *e, struct signal_times *times)
{
    struct signal_times *last = NULL;
    for (size_t i = 0; i < f->plan->n_signals; i++)
        if (f->plan->signals[i].freeze == e->load && times[i].moment_ns && !times[i].frozen_ns &&
            (!last || times[i].moment_ns > last->moment_ns))
            last = &times[i];
    if (last)
        last->frozen_ns = e->t_ns;
}

static void collect_signals(struct run_verdict *v, const struct run_facts *f)
{
    size_t sent = 0;
    for (size_t i = 0; i < f->h->count; i++)
        sent += f->h->events[i].kind == EVENT_SIGNAL;
    v->signals = mem_zero(sent, sizeof *v->signals);
    struct signal_times *times = mem_zero(f->plan->n_signals, sizeof *times);
    for (size_t i = 0; i < f->h->count; i++) {
        const struct event *e = &f->h->events[i];
        if (e->kind == EVENT_MOMENT && is_planned(f, e))
            times[e->index] = (struct signal_times){.moment_ns = e->t_ns};
        else if (e->kind == EVENT_FREEZE)
            add_freeze(f, e, times);
        else if (e->kind == EVENT_SIGNAL && e->os_errno == 0)
            add_signal(v, f, e, times);
    }
    free(times);
}

/* What the first signal was, which may have been none. */
static const char *first_told(const struct run_facts *f)
{
    for (size_t i = 0; f->t0_ns && i < f->h->count; i++) {
        const struct event *e = &f->h->events[i];
        if (is_told_by(e) && e->t_ns == f->t0_ns)
            return e->kind == EVENT_SIGNAL     ? signame_name((int)e->signo)
                   : e->kind == EVENT_HANDOVER ? "the handover"
                                               : "the notice";
    }
    return NULL;
}

void drain_judge(struct run_verdict *v, const struct run_facts *f)
{
    v->first.told = first_told(f);
    collect_signals(v, f);
    judge_target(&v->target, v, f);
    collect_orphans(&v->target, f->h);
    collect_said(&v->target, f);
}
