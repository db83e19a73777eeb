#include "judge/missing.h"

#include <string.h>

#include "base/ending.h"
#include "base/signame.h"

void missing_add_exit(struct buf *out, const struct event *exit)
{
    char how[ENDING_SIZE];
    buf_adds(out, ending_say(how, sizeof how, exit->exit_code, (int)exit->exit_signal));
}

/* "SIGTERM was never sent", "'restart a' never began". */
static void add_missed(struct buf *out, const struct run_facts *f, size_t index)
{
    const struct plan_signal *s = &f->plan->signals[index];
    if (s->act == ACT_SIGNAL)
        buf_addf(out, "%s was never sent", signame_name(s->signo));
    else if (s->act == ACT_RUN)
        buf_adds(out, "a command was never run");
    else
        buf_addf(out, "'%s %s' never began", act_words[s->act],
                 plan_process_name(f->plan, (size_t)s->process));
}

/* The process that this event is of, as a person names it. */
static const char *name_of(const struct run_facts *f, const struct event *e)
{
    return is_of_process(e, "") ? f->plan->target_name : e->process;
}

static bool is_target(const struct run_facts *f, const struct event *e)
{
    for (size_t i = 0; i < f->plan->others.n; i++)
        if (is_of_process(e, f->plan->others.at[i].name))
            return !f->plan->others.at[i].service && !f->plan->others.at[i].action;
    return true;
}

/* Was this life of the process told to go before it went? */
static bool was_told(const struct run_facts *f, const struct event *exit)
{
    for (size_t i = 0; i < f->h->count; i++) {
        const struct event *e = &f->h->events[i];
        if ((is_told_by(e) || e->kind == EVENT_TARGET_KILL) && e->t_ns <= exit->t_ns &&
            e->life == exit->life && strcmp(name_of(f, e), name_of(f, exit)) == 0)
            return true;
    }
    return false;
}

/* One of several targets went by itself: then what was tested is not what was meant. */
bool missing_gone_untold(const struct run_facts *f, struct ground_text *t)
{
    for (size_t i = 0; f->plan->several && i < f->h->count; i++) {
        const struct event *e = &f->h->events[i];
        if (e->kind != EVENT_TARGET_EXIT || !is_target(f, e) || was_told(f, e))
            continue;
        buf_addf(&t->why, "target '%s' ", name_of(f, e));
        missing_add_exit(&t->why, e);
        buf_adds(&t->why, ", and had not been told to");
        buf_adds(&t->hint, "its own output says more; it must live until its moment comes");
        return true;
    }
    return false;
}

static bool was_sent(const struct run_facts *f, size_t index)
{
    for (size_t i = 0; i < f->h->count; i++) {
        const struct event *e = &f->h->events[i];
        bool done = (e->kind == EVENT_SIGNAL && e->os_errno == 0) || e->kind == EVENT_ACTION;
        if (done && e->index == (int64_t)index)
            return true;
    }
    return false;
}

/* "SIGKILL after 10 s" is for a target that will not go; when it went, nothing is missing. But a
 * repeated SIGTERM is a test of its own, and it did not take place. */
static bool is_escalation(const struct run_facts *f, size_t index)
{
    const struct plan_signal *s = &f->plan->signals[index];
    for (size_t i = 0; i < index; i++)
        if (f->plan->signals[i].signo == s->signo)
            return false;
    return s->act == ACT_SIGNAL && s->when.kind == WHEN_AFTER;
}

void missing_add(const struct run_facts *f, size_t index, struct ground_text *t)
{
    const char *moment = f->plan->signals[index].text;
    add_missed(&t->why, f, index);
    buf_adds(&t->why, ": ");
    if (f->exit.own && !f->plan->several)
        buf_adds(&t->why, "the target was gone before its moment came");
    else
        buf_addf(&t->why, "its moment never came (%s)", moment ? moment : "");
}

/* A plan that only starts processes and runs commands is a control run. */
bool missing_is_possible(const struct plan *plan)
{
    for (size_t i = 0; i < plan->n_signals; i++)
        if (plan->signals[i].act != ACT_START && plan->signals[i].act != ACT_RUN)
            return true;
    return false;
}

bool missing_signal(const struct run_facts *f, size_t index)
{
    const struct event *exit =
        f->of ? f->of[f->plan->signals[index].process].exit.own : f->exit.own;
    return !(exit && f->t0_ns && is_escalation(f, index)) && !was_sent(f, index);
}
