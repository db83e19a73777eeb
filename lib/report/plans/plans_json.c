/* Plans as one JSON object. Keys are only ever added. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/json_out.h"
#include "base/signame.h"
#include "plan/outline.h"
#include "report/plans/plans.h"

enum { DIGITS = 3 };

static void out_ms(struct json_out *j, const char *key, int64_t ns)
{
    if (ns < 0)
        json_out_null(j, key);
    else
        json_out_number(j, key, (double)ns / (double)NS_PER_MS, DIGITS);
}

/* A sentence that is ours to free; NULL: null. */
static void out_text(struct json_out *j, const char *key, char *text)
{
    json_out_string(j, key, text);
    free(text);
}

static void out_process(struct json_out *j, const struct plan_target *t)
{
    static const char *const kinds[] = {
        [TARGET_REFERENCE] = "reference",
        [TARGET_COMMAND] = "command",
        [TARGET_ATTACH] = "attach",
    };
    json_out_string(j, "kind", kinds[t->kind]);
    json_out_array(j, "argv");
    for (char *const *arg = t->argv; arg && *arg; arg++)
        json_out_string(j, NULL, *arg);
    json_out_end_array(j);
    if (t->kind == TARGET_ATTACH)
        json_out_int(j, "pid", t->pid);
    else
        json_out_null(j, "pid");
    json_out_string(j, "url", t->url);
}

static void out_target(struct json_out *j, const struct plan *plan)
{
    json_out_object(j, "target");
    out_process(j, &plan->target);
    out_text(j, "ready", plans_ready_text(plan));
    out_ms(j, "ready_within_ms", plan->target.ready.within_ns);
    out_text(j, "health", plans_health_text(plan));
    json_out_end_object(j);
    if (!plan->several)
        return;
    json_out_array(j, "processes");
    for (size_t i = 0; i < plan_process_count(plan); i++) {
        const struct plan_process *p = i ? &plan->others.at[i - 1] : NULL;
        if (p && p->action)
            continue;
        json_out_object(j, NULL);
        json_out_string(j, "name", plan_process_name(plan, i));
        json_out_string(j, "role", p && p->service ? "service" : "target");
        json_out_bool(j, "started_by_an_action", p && p->later);
        out_process(j, plan_process(plan, i));
        json_out_end_object(j);
    }
    json_out_end_array(j);
}

static void out_loads(struct json_out *j, const struct plan *plan)
{
    json_out_array(j, "loads");
    for (size_t i = 0; i < plan->n_loads; i++) {
        const struct plan_load *l = &plan->loads[i];
        json_out_object(j, NULL);
        json_out_string(j, "name", l->name);
        json_out_int(j, "clients", l->clients);
        if (l->requests >= 0)
            json_out_int(j, "requests", l->requests);
        else
            json_out_null(j, "requests");
        if (l->rate > 0)
            json_out_number(j, "rate", l->rate, DIGITS);
        else
            json_out_null(j, "rate");
        out_text(j, "text", plans_load_text(l));
        out_text(j, "request", plans_request_text(l));
        if (plan->several)
            out_text(j, "place", plans_place_text(plan, l));
        json_out_end_object(j);
    }
    json_out_end_array(j);
}

static void out_signal(struct json_out *j, const struct plan *plan, const struct plan_signal *s)
{
    static const char *const writes[] = {
        [WRITE_AFTER] = "after", [WRITE_TURNS] = "turns", [WRITE_WORKERS] = "workers"};
    static const char *const receivers[] = {
        [TO_PROCESS] = "process",
        [TO_GROUP] = "group",
        [TO_TREE] = "tree",
        [TO_LISTENER] = "listener",
    };
    if (s->act == ACT_SIGNAL) {
        json_out_string(j, "signal", signame_name(s->signo));
        json_out_string(j, "to", receivers[s->to]);
    } else {
        json_out_string(j, "action", act_words[s->act]);
        out_text(j, "text", plans_action_text(plan, s));
    }
    if (plan->several)
        json_out_string(j, "process", plan_process_name(plan, (size_t)s->process));
    json_out_string(j, "moment", s->text);
    json_out_string(j, "freeze", s->freeze >= 0 ? plan->loads[s->freeze].name : NULL);
    if (s->write != WRITE_BEFORE)
        json_out_string(j, "write", writes[s->write]);
}

static void out_step(struct json_out *j, const struct plan *plan, const struct outline_step *step)
{
    json_out_object(j, NULL);
    json_out_string(j, "step", outline_word(step->kind));
    json_out_string(j, "from", outline_base_word(step->base));
    out_text(j, "of", step->of >= 0 ? plans_signal_text(plan, &plan->signals[step->of]) : NULL);
    out_ms(j, "after_ms", step->after_ns);
    if (step->kind == OUTLINE_SIGNAL)
        out_signal(j, plan, &plan->signals[step->index]);
    else if (step->index >= 0)
        json_out_string(j, "load", plan->loads[step->index].name);
    json_out_end_object(j);
}

static void out_plan(struct json_out *j, const struct plan *plan)
{
    struct outline o;
    outline_make(&o, plan);
    json_out_object(j, NULL);
    json_out_string(j, "scenario", plan->name);
    json_out_string(j, "file", plan->from.file);
    json_out_string(j, "about", plan->about);
    json_out_string(j, "profile", plan->platform.profile);
    json_out_bool(j, "audit", plan->audit);
    json_out_int(j, "seed", (int64_t)plan->seed);
    out_target(j, plan);
    out_loads(j, plan);
    json_out_array(j, "timeline");
    for (size_t i = 0; i < o.count; i++)
        out_step(j, plan, &o.steps[i]);
    json_out_end_array(j);
    json_out_array(j, "expectations");
    for (size_t i = 0; i < plan->n_expects; i++)
        json_out_string(j, NULL, plan->expects[i].text);
    json_out_end_array(j);
    out_ms(j, "ends_within_ms", plan->timeout_ns);
    json_out_int(j, "descriptors", plan_descriptors(plan));
    json_out_end_object(j);
    outline_free(&o);
}

void plans_json(const struct report_input *in, struct buf *out)
{
    struct json_out j;
    json_out_init(&j, out, 2);
    json_out_object(&j, NULL);
    json_out_int(&j, "format", 1);
    json_out_string(&j, "drainctl", DRAINCTL_VERSION);
    json_out_int(&j, "descriptor_limit", in->plans.descriptor_limit);
    json_out_array(&j, "plans");
    for (size_t i = 0; i < in->plans.count; i++)
        out_plan(&j, &in->plans.all[i]);
    json_out_end_array(&j);
    json_out_end_object(&j);
    buf_addc(out, '\n');
}
