/* Moments and expectations in the words that reports show. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/mem.h"
#include "base/signame.h"
#include "plan/parse.h"

enum { TEXT_MAX = 8192 };

static void add_duration(struct buf *b, int64_t ns)
{
    char text[32];
    buf_adds(b, duration_words(ns, text, sizeof text));
}

static const char *load_title(const struct plan *plan, int load)
{
    return load < 0 ? "all loads" : plan->loads[load].name;
}

/* " of b", where the plan has more than one process. */
static void add_whose(struct buf *b, const struct plan *plan, int process)
{
    if (plan->several)
        buf_addf(b, " of %s", plan_process_name(plan, (size_t)process));
}

static void add_signal_name(struct buf *b, const struct plan *plan, const struct plan_signal *s)
{
    if (s->act == ACT_SIGNAL)
        buf_adds(b, signame_name(s->signo));
    else
        buf_addf(b, "%s %s", act_words[s->act], plan_process_name(plan, (size_t)s->process));
}

char *moment_text(const struct plan *plan, const struct plan_signal *s)
{
    const struct plan_when *w = &s->when;
    struct buf b;
    buf_init(&b, TEXT_MAX);
    switch (w->kind) {
    case WHEN_AT:
        buf_adds(&b, w->at_ns ? "at " : "at once");
        if (w->at_ns)
            add_duration(&b, w->at_ns);
        break;
    case WHEN_IN_FLIGHT:
        buf_addf(&b, "%s in flight ≥ %" PRId64, plan->loads[w->load].name, w->n);
        break;
    case WHEN_REQUEST:
        buf_addf(&b, "%s request %" PRId64 " %s", plan->loads[w->load].name, w->n,
                 phase_words[w->phase].word);
        break;
    case WHEN_LOG:
        buf_adds(&b, "output");
        add_whose(&b, plan, w->process);
        buf_addf(&b, " matches '%s'", w->regex);
        break;
    case WHEN_STATUS:
        buf_adds(&b, w->path);
        add_whose(&b, plan, w->process);
        buf_addf(&b, " answers %d", w->status);
        break;
    case WHEN_AFTER:
        add_duration(&b, w->at_ns);
        buf_adds(&b, " after ");
        add_signal_name(&b, plan, &plan->signals[w->of]);
        break;
    case WHEN_STARTED:
        add_duration(&b, w->at_ns);
        buf_adds(&b, " after the start");
        break;
    case WHEN_LISTENER_CLOSED:
        buf_adds(&b, "listener");
        add_whose(&b, plan, w->process);
        buf_adds(&b, " closed");
        break;
    case WHEN_READY:
        buf_addf(&b, "%s is ready", plan_process_name(plan, (size_t)w->process));
        break;
    case WHEN_EXITED:
        buf_addf(&b, "%s has exited", plan_process_name(plan, (size_t)w->process));
        break;
    case WHEN_PAGE:
        buf_addf(&b, "the page %s and its files are read", w->path);
        break;
    }
    if (s->freeze >= 0)
        buf_addf(&b, ", %s frozen", plan->loads[s->freeze].name);
    return buf_take(&b);
}

static void add_reason(struct buf *b, const struct plan_expect *e)
{
    if (e->reason == REASON_STATUS)
        buf_addf(b, "status-%d", e->status);
    else
        buf_adds(b, reason_words[e->reason].word);
}

static void add_latency(struct buf *b, const struct plan_expect *e)
{
    if (e->percentile == 100)
        buf_adds(b, "latency max ");
    else
        buf_addf(b, "latency p%d ", e->percentile);
    bound_add(b, &e->bound, BOUND_SIGNS);
}

/* "long, waiting: ≥ 95% completed" */
static void add_load_text(struct buf *b, const struct plan *plan, const struct plan_expect *e)
{
    buf_adds(b, load_title(plan, e->load));
    if (e->phase >= 0)
        buf_addf(b, ", %s", phase_words[e->phase].word);
    buf_adds(b, ": ");
    if (e->kind == EXPECT_LATENCY) {
        add_latency(b, e);
        return;
    }
    bound_add(b, &e->bound, BOUND_SIGNS);
    buf_addc(b, ' ');
    if (e->kind == EXPECT_OUTCOME)
        buf_adds(b, outcome_words[e->outcome].word);
    else if (e->kind == EXPECT_REASON)
        add_reason(b, e);
    else if (e->kind == EXPECT_SAW)
        buf_addf(b, "intentions %s", saw_words[e->saw].word);
    else if (e->kind == EXPECT_ORDERS)
        buf_addf(b, "orders %s", e->record);
    else if (e->kind == EXPECT_USER_SECONDS)
        buf_adds(b, "user-seconds lost");
    else if (e->kind == EXPECT_PEAK)
        buf_adds(b, e->bound.times ? "the normal rate at the peak" : "attempts per 100 ms");
    else
        buf_adds(b, e->kind == EXPECT_PROCESSED  ? "processed"
                    : e->kind == EXPECT_BY_PROXY ? "answered by the proxy"
                                                 : "told to close");
}

/* "within 2 s, not before 1 s, before the exit, with none lost in its queue" */
static void add_conditions(struct buf *b, const struct plan_expect *e)
{
    static const char *const events[] = {
        [EXPECT_EXIT] = "the exit",
        [EXPECT_LISTENER] = "the listener closes",
        [EXPECT_NOT_READY] = "it is not ready",
    };
    const char *comma = "";
    if (e->when.within_ns >= 0) {
        buf_adds(b, " within ");
        add_duration(b, e->when.within_ns);
        comma = ",";
    }
    if (e->when.not_before_ns >= 0) {
        buf_addf(b, "%s not before ", comma);
        add_duration(b, e->when.not_before_ns);
        comma = ",";
    }
    if (e->when.before >= 0) {
        buf_addf(b, "%s before %s", comma, events[e->when.before]);
        comma = ",";
    }
    if (e->queue_lost == 0)
        buf_addf(b, "%s with none lost in its queue", comma);
    else if (e->queue_lost > 0)
        buf_addf(b, "%s with at most %" PRId64 " lost in its queue", comma, e->queue_lost);
}

/* "a: not-ready, listener-closed, exit, in this order", "a: 50 read, by its ledger" */
static void add_process_text(struct buf *b, const struct plan *plan, const struct plan_expect *e)
{
    buf_addf(b, "%s: ", plan_process_name(plan, (size_t)e->whose.process));
    for (size_t i = 0; i < e->steps.n; i++)
        buf_addf(b, "%s, ", e->steps.at[i].name);
    if (e->steps.n) {
        buf_adds(b, "in this order");
        return;
    }
    static const char *const forms[] = {
        [EXPECT_ORDERS] = " orders %s",
        [EXPECT_LEDGER] = " %s, by its ledger",
        [EXPECT_POOL] = " %s at the end, by its pool",
        [EXPECT_QUEUE] = " jobs %s at the end",
        [EXPECT_REGISTRY] = " until its entry is %s",
    };
    bound_add(b, &e->bound, BOUND_SIGNS);
    const char *at = strchr(forms[e->kind], '%');
    buf_addf(b, "%.*s%s%s", (int)(at - forms[e->kind]), forms[e->kind], e->record, at + 2);
}

static void add_target_text(struct buf *b, const struct plan *plan, const struct plan_expect *e)
{
    static const char *const subjects[] = {
        [EXPECT_EXIT] = "target exits",
        [EXPECT_LISTENER] = "listener closes",
        [EXPECT_NOT_READY] = "readiness turns",
        [EXPECT_LIVE] = "target stays live",
        [EXPECT_ORPHANS] = "processes left behind:",
        [EXPECT_OUTPUT] = "output",
        [EXPECT_CHECKLIST] = "no row of the checklist is broken",
    };
    if (e->whose.process || (plan->several && plan->others.n))
        buf_addf(b, "%s: ", plan_process_name(plan, (size_t)e->whose.process));
    buf_adds(b, subjects[e->kind]);
    if (e->exit.code >= 0)
        buf_addf(b, " with code %d", e->exit.code);
    if (e->exit.signo)
        buf_addf(b, " by %s", signame_name(e->exit.signo));
    if (e->kind == EXPECT_ORPHANS)
        buf_addf(b, " %" PRId64, e->count);
    if (e->kind == EXPECT_CHECKLIST && e->count > 0)
        buf_addf(b, ", and at least %" PRId64 " are fine", e->count);
    if (e->kind == EXPECT_OUTPUT)
        buf_addf(b, " %s '%s'", e->output.absent ? "never matches" : "matches", e->output.regex);
    add_conditions(b, e);
}

char *expect_text(const struct plan *plan, const struct plan_expect *e)
{
    struct buf b;
    buf_init(&b, TEXT_MAX);
    if (e->kind == EXPECT_ORDERS && e->whose.process >= 0)
        add_process_text(&b, plan, e);
    else if (e->kind < EXPECT_EXIT)
        add_load_text(&b, plan, e);
    else if (e->kind >= EXPECT_STEPS)
        add_process_text(&b, plan, e);
    else
        add_target_text(&b, plan, e);
    if (e->whose.life == LIFE_EVERY)
        buf_adds(&b, ", in every life");
    else if (e->whose.life > 0)
        buf_addf(&b, ", in life %" PRId64, e->whose.life);
    return buf_take(&b);
}
