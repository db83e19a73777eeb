/* A plan for people: who, when, and what must hold. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/mem.h"
#include "base/signame.h"
#include "plan/outline.h"
#include "report/plans/plans.h"
#include "report/text/text.h"

enum { INDENT = 2, ITEM = 4, LABEL = 12, MARK = 15, WHAT = 18, LINE = 64 * 1024 };

/* A row "  label     words…" whose words begin at column `at`; takes `words` over, NULL: no row. */
static void row(struct text *t, int indent, int at, const char *label, char *words)
{
    if (!words)
        return;
    int used = indent + text_columns(label);
    text_pad(t, indent);
    text_style(t, STYLE_DIM, label);
    if (used + 2 > at) { /* a long name: the words go below it */
        buf_addc(t->out, '\n');
        used = 0;
    }
    text_pad(t, at - used);
    text_wrap(t, STYLE_PLAIN, at, at, words);
    free(words);
}

static void heading(struct text *t, const char *title)
{
    buf_addc(t->out, '\n');
    text_pad(t, INDENT);
    text_style(t, STYLE_BOLD, title);
    buf_addc(t->out, '\n');
}

/* --- the target --- */

/* As a person would type it: words with blanks or nothing in them are quoted. */
static void add_words(struct buf *b, char *const *argv)
{
    for (; argv && *argv; argv++) {
        bool plain = **argv && !strpbrk(*argv, " \t\n'\"\\&;|<>*?()`#~");
        buf_addc(b, ' ');
        if (plain) {
            buf_adds(b, *argv);
            continue;
        }
        buf_addc(b, '\'');
        for (const char *c = *argv; *c; c++)
            buf_adds(b, *c == '\'' ? "'\\''" : (char[]){*c, '\0'});
        buf_addc(b, '\'');
    }
}

static char *target_words(const struct plan_target *t)
{
    struct buf b;
    buf_init(&b, LINE);
    if (t->kind == TARGET_ATTACH)
        buf_addf(&b, "process %d, which runs already and is never killed", (int)t->pid);
    else if (t->kind == TARGET_REFERENCE)
        buf_adds(&b, "drainctl serve");
    if (t->kind != TARGET_ATTACH)
        add_words(&b, t->argv);
    if (t->kind == TARGET_COMMAND)
        buf_consume(&b, 1);
    if (t->pid1)
        buf_adds(&b, ", as PID 1 of a namespace of its own");
    if (t->cwd)
        buf_addf(&b, ", in the folder %s", t->cwd);
    return buf_take(&b);
}

static char *env_words(const struct plan_target *t)
{
    struct buf b;
    buf_init(&b, LINE);
    for (size_t i = 0; i < t->n_env; i++)
        buf_addf(&b, "%s%s=%s", i ? " " : "", t->env[i].name, t->env[i].value);
    return t->n_env ? buf_take(&b) : NULL;
}

static void target(struct text *t, const struct plan *plan)
{
    row(t, INDENT, LABEL, plan->several ? plan->target_name : "target",
        target_words(&plan->target));
    row(t, INDENT, LABEL, "env", env_words(&plan->target));
    row(t, INDENT, LABEL, "url", mem_strdup(plan->target.url));
    row(t, INDENT, LABEL, "watched", plans_health_text(plan));
    for (size_t i = 0; i < plan->others.n; i++)
        if (!plan->others.at[i].action)
            row(t, INDENT, LABEL, plan->others.at[i].name,
                target_words(&plan->others.at[i].target));
    if (plan->registry)
        row(t, INDENT, LABEL, "registry", mem_strdup(plan->registry));
    row(t, INDENT, LABEL, "platform", mem_strdup(plan->platform.profile));
}

/* --- the loads --- */

/* One more line of words, which it takes over; NULL: none. */
static void further(struct text *t, int at, char *words)
{
    if (!words)
        return;
    text_pad(t, at);
    text_wrap(t, STYLE_PLAIN, at, at, words);
    free(words);
}

static void loads(struct text *t, const struct plan *plan)
{
    int at = LABEL;
    if (!plan->n_loads)
        return;
    heading(t, "loads");
    for (size_t i = 0; i < plan->n_loads; i++) {
        int columns = ITEM + text_columns(plan->loads[i].name) + 2;
        at = columns > at && columns <= t->width / 3 ? columns : at;
    }
    for (size_t i = 0; i < plan->n_loads; i++) {
        row(t, ITEM, at, plan->loads[i].name, plans_load_text(&plan->loads[i]));
        further(t, at, plans_place_text(plan, &plan->loads[i]));
        further(t, at, plans_request_text(&plan->loads[i]));
    }
}

/* --- the timeline --- */

static void add_loads(struct buf *b, const struct plan *plan)
{
    size_t n = 0;
    if (!plan->n_loads) {
        buf_adds(b, "time zero; there are no loads");
        return;
    }
    buf_adds(b, "the loads start");
    for (size_t i = 0; i < plan->n_loads; i++)
        if (plan->loads[i].start.after_ns < 0)
            buf_addf(b, "%s%s", n++ ? ", " : ": ", plan->loads[i].name);
}

/* "when long in flight ≥ 50", "10 s after SIGTERM": what its time counts from, when the label does
 * not say it. */
static char *since_words(const struct plan *plan, const struct outline_step *step)
{
    char text[32];
    if (step->base != OUTLINE_FROM_SIGNAL)
        return mem_strdup("");
    char *signal = plans_signal_text(plan, &plan->signals[step->of]);
    char *since = step->after_ns == 0
                      ? mem_printf(", with %s", signal)
                      : mem_printf(", %s after %s",
                                   duration_words(step->after_ns, text, sizeof text), signal);
    free(signal);
    return since;
}

static void add_action(struct buf *b, const struct plan *plan, const struct plan_signal *s)
{
    char *text = plans_action_text(plan, s);
    buf_adds(b, text);
    free(text);
}

static void add_signal(struct buf *b, const struct plan *plan, const struct outline_step *step)
{
    const struct plan_signal *s = &plan->signals[step->index];
    if (step->after_ns < 0)
        buf_addf(b, "%s: ", s->text);
    if (s->freeze >= 0)
        buf_addf(b,
                 "the target is stopped (SIGSTOP), '%s' writes its requests, %s to %s is queued, "
                 "and the target goes on (SIGCONT)",
                 plan->loads[s->freeze].name, signame_name(s->signo), plans_receiver(s->to));
    else if (s->act == ACT_SIGNAL)
        buf_addf(b, "%s to %s%s%s", signame_name(s->signo), plans_receiver(s->to),
                 plan->several ? " of " : "",
                 plan->several ? plan_process_name(plan, (size_t)s->process) : "");
    else
        add_action(b, plan, s);
    char *since = since_words(plan, step);
    buf_addf(b, "%s%s", since, *since && s->act == ACT_SIGNAL ? " unless it has exited" : "");
    free(since);
}

static void add_load_step(struct buf *b, const struct plan *plan, const struct outline_step *step)
{
    static const char *const deeds[OUTLINE_KINDS] = {
        [OUTLINE_LOAD_START] = "starts",
        [OUTLINE_LOAD_STOP] = "begins no more requests",
        [OUTLINE_LOAD_RESUME] = "goes on",
    };
    char *since = since_words(plan, step);
    buf_addf(b, "%s %s%s", plan->loads[step->index].name, deeds[step->kind], since);
    free(since);
}

static void add_ready(struct buf *b, const struct plan *plan)
{
    char text[32], *ready = plans_ready_text(plan);
    buf_addf(b, "%s, within %s", ready,
             duration_words(plan->target.ready.within_ns, text, sizeof text));
    free(ready);
}

static void add_end(struct buf *b, const struct plan *plan)
{
    char text[32];
    buf_addf(b, "every load has ended%s; at the latest %s after the start",
             !plan->n_signals ? ""
             : plan->several ? ", all has been done, and each process that was told to stop is gone"
                             : " and the target has exited",
             duration_words(plan->timeout_ns, text, sizeof text));
}

/* What happens at a step. */
static char *step_words(const struct plan *plan, const struct outline_step *step)
{
    struct buf b;
    buf_init(&b, LINE);
    if (step->kind == OUTLINE_SIGNAL)
        add_signal(&b, plan, step);
    else if (step->index >= 0)
        add_load_step(&b, plan, step);
    else if (step->kind == OUTLINE_READY)
        add_ready(&b, plan);
    else if (step->kind == OUTLINE_END)
        add_end(&b, plan);
    else if (step->kind == OUTLINE_LOADS)
        add_loads(&b, plan);
    else
        buf_adds(&b, plan->target.kind == TARGET_ATTACH ? "the process is looked for"
                                                        : "the target is started");
    return buf_take(&b);
}

static char *step_label(const struct outline_step *step)
{
    static const char *const words[OUTLINE_KINDS] = {
        [OUTLINE_TARGET] = "start", [OUTLINE_READY] = "ready", [OUTLINE_END] = "end"};
    char text[32];
    if (words[step->kind] || step->after_ns < 0)
        return mem_strdup(words[step->kind] ? words[step->kind] : "when");
    duration_words(step->after_ns, text, sizeof text);
    return mem_printf("%s%s", step->base == OUTLINE_FROM_LOADS ? "" : "+", text);
}

/* "         +10 s  *  SIGKILL to the whole process tree, 10 s after SIGTERM" */
static void step(struct text *t, const struct plan *plan, const struct outline_step *s, bool last)
{
    char *label = step_label(s), *words = step_words(plan, s);
    bool signal = s->kind == OUTLINE_SIGNAL;
    text_pad(t, MARK - 2 - text_columns(label));
    text_style(t, STYLE_PLAIN, label);
    text_pad(t, 2);
    text_style(t, signal ? STYLE_BOLD : STYLE_DIM, signal ? "*" : "o");
    text_pad(t, 2);
    text_wrap(t, signal ? STYLE_BOLD : STYLE_PLAIN, WHAT, WHAT, words);
    if (!last) {
        text_pad(t, MARK);
        text_style(t, STYLE_DIM, "|");
        buf_addc(t->out, '\n');
    }
    free(label);
    free(words);
}

static void timeline(struct text *t, const struct plan *plan)
{
    struct outline o;
    outline_make(&o, plan);
    heading(t, "timeline");
    for (size_t i = 0; i < o.count; i++)
        step(t, plan, &o.steps[i], i + 1 == o.count);
    outline_free(&o);
}

/* --- the rest --- */

static void expected(struct text *t, const struct plan *plan)
{
    heading(t, "expected");
    for (size_t i = 0; i < plan->n_expects; i++) {
        text_pad(t, ITEM);
        text_wrap(t, STYLE_PLAIN, ITEM, ITEM + 2, plan->expects[i].text);
    }
    if (plan->n_expects)
        return;
    text_pad(t, ITEM);
    text_wrap(t, STYLE_UNSURE, ITEM, ITEM,
              plan->audit ? "nothing: the run is material for an audit"
                          : "nothing: such a run is inconclusive; add \"expect\"");
}

static void needs(struct text *t, const struct plan *plan, int64_t limit)
{
    int64_t n = plan_descriptors(plan);
    bool enough = limit <= 0 || n <= limit;
    char *words = mem_printf("needs %" PRId64 " file descriptors%s", n,
                             enough ? "" : ", more than this machine allows: ");
    char *more = enough ? NULL : mem_printf("%s%" PRId64, words, limit);
    buf_addc(t->out, '\n');
    text_pad(t, INDENT);
    text_wrap(t, enough ? STYLE_DIM : STYLE_BAD, INDENT, INDENT, more ? more : words);
    free(words);
    free(more);
}

static void plan_text(struct text *t, const struct plan *plan, int64_t limit)
{
    text_style(t, STYLE_BOLD, plan->name);
    if (plan->from.file) {
        buf_adds(t->out, "  (");
        text_safe(t->out, plan->from.file);
        buf_addc(t->out, ')');
    }
    buf_addc(t->out, '\n');
    if (plan->about) {
        text_pad(t, INDENT);
        text_wrap(t, STYLE_PLAIN, INDENT, INDENT, plan->about);
    }
    buf_addc(t->out, '\n');
    target(t, plan);
    loads(t, plan);
    timeline(t, plan);
    expected(t, plan);
    needs(t, plan, limit);
}

void plans_text(const struct report_input *in, struct buf *out)
{
    struct text t = {.out = out, .color = in->color, .width = in->width >= 40 ? in->width : 80};
    for (size_t i = 0; i < in->plans.count; i++) {
        if (i)
            buf_addc(out, '\n');
        plan_text(&t, &in->plans.all[i], in->plans.descriptor_limit);
    }
}
