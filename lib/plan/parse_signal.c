/* "signals": which signal, to whom, and the moment at which it is sent. */
#include <string.h>

#include "base/mem.h"
#include "base/signame.h"
#include "plan/parse.h"
#include "plan/profiles.h"

enum { MAX_SIGNALS = 1000 };

/* --- the signal itself --- */

static int read_send(READ_PARAMS)
{
    return read_signo(doc, node, &((struct signal_reader *)into)->signal->signo, err);
}

static int read_to(READ_PARAMS)
{
    static const char *const receivers[] = {"process", "group", "tree", "listener", NULL};
    int to;
    if (read_choice(doc, node, "receiver", receivers, &to, err) < 0)
        return -1;
    ((struct signal_reader *)into)->signal->to = (enum signal_to)to;
    return 0;
}

static int read_freeze(READ_PARAMS)
{
    struct signal_reader *r = into;
    return read_load_name(doc, node, r->plan, &r->signal->freeze, err);
}

static int read_write(READ_PARAMS)
{
    static const char *const instants[] = {"before", "after", "turns", "workers", NULL};
    int write;
    if (read_choice(doc, node, "instant of writing", instants, &write, err) < 0)
        return -1;
    ((struct signal_reader *)into)->signal->write = (enum freeze_write)write;
    return 0;
}

static int read_target(READ_PARAMS)
{
    struct signal_reader *r = into;
    return read_process_name(doc, node, r->plan, &r->signal->process, err);
}

const struct json_field signal_fields[] = {
    {"send", read_send, true},
    {"when", read_when, true},
    {"to", read_to, false},
    {"target", read_target, false},
    {"freeze", read_freeze, false},
    {"write", read_write, false},
    {0},
};

/* The load of a freeze is held; a client of it sends one request, or two with a kept connection. */
static int hold_load(const struct json_doc *doc, const cJSON *node, struct plan *plan,
                     const struct plan_signal *s, struct error *err)
{
    const cJSON *at = cJSON_GetObjectItemCaseSensitive(node, "freeze");
    struct plan_load *l = &plan->loads[s->freeze];
    if (l->held)
        return json_error(doc, at, err, "the load '%s' waits for something else already", l->name);
    if (l->to.process != s->process || l->to.via)
        return json_error(doc, at, err, "the load '%s' does not go to '%s'", l->name,
                          plan_process_name(plan, (size_t)s->process));
    if (l->rate > 0 || l->shape == SHAPE_SILENT || l->users.frontend)
        return json_error(doc, at, err, "the load '%s' cannot be frozen: it %s", l->name,
                          l->users.frontend ? "has a frontend"
                          : l->rate > 0     ? "has a rate"
                                            : "sends nothing");
    if (s->when.kind == WHEN_IN_FLIGHT && s->when.load == s->freeze)
        return json_error(doc, at, err,
                          "the load '%s' has nothing in flight while it waits to be frozen",
                          l->name);
    l->held = true;
    if (l->requests < 0)
        l->requests = l->clients * (l->reuse ? 2 : 1);
    return 0;
}

static int parse_signal(const struct json_doc *doc, const cJSON *node, int index, void *into,
                        struct error *err)
{
    struct plan *plan = into;
    struct plan_signal *s = &plan->signals[index];
    struct signal_reader r = {.plan = plan, .signal = s, .index = (size_t)index};
    if (json_read_object(doc, node, signal_fields, &r, err) < 0)
        return -1;
    if (s->freeze < 0 && json_has(node, "write")) {
        json_error(doc, cJSON_GetObjectItemCaseSensitive(node, "write"), err,
                   "'write' needs 'freeze': the load that writes");
        return -1;
    }
    if (s->freeze >= 0 && hold_load(doc, node, plan, s, err) < 0)
        return -1;
    if (check_reachable(doc, node, plan, &s->when, err) < 0)
        return -1;
    s->text = moment_text(plan, s);
    return 0;
}

/* What others may refer to is read before them: the signal's number, and whom it is for. */
static int parse_number(const struct json_doc *doc, const cJSON *node, int index, void *into,
                        struct error *err)
{
    struct plan *plan = into;
    (void)index;
    const cJSON *send = cJSON_GetObjectItemCaseSensitive(node, "send");
    const cJSON *target = cJSON_GetObjectItemCaseSensitive(node, "target");
    struct plan_signal *s = plan_add_signal(plan);
    s->signo = cJSON_IsString(send) ? signame_number(send->valuestring) : 0;
    return target ? read_process_name(doc, target, plan, &s->process, err) : 0;
}

int parse_signal_numbers(const struct json_doc *doc, const cJSON *node, struct plan *plan,
                         struct error *err)
{
    return read_array(doc, node, 0, MAX_SIGNALS, parse_number, plan, err);
}

/* The platform's patience ends some time after the first signal; a file that sends its own SIGKILL,
 * or is part of a battery (which does), says when itself. */
void parse_platform_kill(struct plan *plan)
{
    const struct profile *p = plan->platform.profile ? profile_find(plan->platform.profile) : NULL;
    if (!p || !p->kill_signo || plan->audit || !plan->n_signals || plan->signals[0].act)
        return;
    for (size_t i = 0; i < plan->n_signals; i++)
        if (plan->signals[i].signo == p->kill_signo)
            return;
    struct plan_signal *s = plan_add_signal(plan);
    s->signo = p->kill_signo;
    s->to = TO_TREE;
    s->process = plan->signals[0].process;
    s->when = (struct plan_when){
        .kind = WHEN_AFTER, .at_ns = p->grace_ns - plan->platform.pre_stop_ns, .of = 0, .load = -1};
    s->text = moment_text(plan, s);
}

int parse_signals(const struct json_doc *doc, const cJSON *node, struct plan *plan,
                  struct error *err)
{
    return read_array(doc, node, 0, MAX_SIGNALS, parse_signal, plan, err);
}
