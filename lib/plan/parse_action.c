/* "actions": what is done to a process at a moment, beside signals. An action is a signal of the
 * plan with another verb, so that moments, and what counts from one, are the same for both. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "plan/parse.h"

enum { MAX_ACTIONS = 1000 };

struct plan_signal *plan_add_signal(struct plan *plan)
{
    plan->signals = mem_resize(plan->signals, plan->n_signals + 1, sizeof *plan->signals);
    struct plan_signal *s = &plan->signals[plan->n_signals++];
    *s = (struct plan_signal){.when = {.load = -1, .of = -1}, .freeze = -1, .command = -1};
    return s;
}

static struct plan_signal *action(void *into)
{
    return ((struct signal_reader *)into)->signal;
}

/* --- what must be known before the moments are read: verb and process --- */

/* The one verb of the object; NULL and an error when there is none, or two. */
static const cJSON *find_verb(const struct json_doc *doc, const cJSON *node, enum act *act,
                              struct error *err)
{
    const cJSON *found = NULL;
    for (int i = ACT_SIGNAL + 1; i < ACT_COUNT; i++) {
        const cJSON *verb = cJSON_GetObjectItemCaseSensitive(node, act_words[i]);
        if (verb && found) {
            json_error(doc, node, err, "expected one action, not '%s' and '%s'", found->string,
                       act_words[i]);
            return NULL;
        }
        if (verb)
            *act = (enum act)i;
        found = verb ? verb : found;
    }
    if (!found) {
        json_error(doc, node, err, "expected an action");
        error_hint(err, "one of: restart, replace, start, stop, tell, notice, run");
    }
    return found;
}

static int parse_name(const struct json_doc *doc, const cJSON *node, int index, void *into,
                      struct error *err)
{
    struct plan *plan = into;
    (void)index;
    enum act act = ACT_SIGNAL;
    const cJSON *verb = find_verb(doc, node, &act, err);
    const cJSON *to = cJSON_GetObjectItemCaseSensitive(node, "to");
    if (!verb)
        return -1;
    struct plan_signal *s = plan_add_signal(plan);
    s->act = act;
    if (act < ACT_NOTICE)
        return read_process_name(doc, verb, plan, &s->process, err);
    return act == ACT_NOTICE && to ? read_process_name(doc, to, plan, &s->process, err) : 0;
}

int parse_action_names(const struct json_doc *doc, const cJSON *node, struct plan *plan,
                       struct error *err)
{
    return read_array(doc, node, 0, MAX_ACTIONS, parse_name, plan, err);
}

/* --- the whole of it --- */

/* Read already, as it was looked for. */
static int known(READ_PARAMS)
{
    (void)doc, (void)node, (void)into, (void)err;
    return 0;
}

static int read_notice(READ_PARAMS)
{
    return read_span(doc, node, &action(into)->notice_ns, err);
}

static int read_signal(READ_PARAMS)
{
    return read_signo(doc, node, &action(into)->signo, err);
}

static int read_told_server(READ_PARAMS)
{
    return read_process_name(doc, node, ((struct signal_reader *)into)->plan, &action(into)->server,
                             err);
}

static int read_told_state(READ_PARAMS)
{
    int index;
    if (read_choice(doc, node, "state of a server", proxy_state_words, &index, err) < 0)
        return -1;
    action(into)->state = (enum proxy_state)index;
    return 0;
}

/* A command is a process of its own, known by its place: "actions[2]". */
static struct plan_target *add_command(struct signal_reader *r, size_t place)
{
    char *name = mem_printf("actions[%zu]", place);
    struct plan_process *p = plan_add_process(r->plan, name);
    free(name);
    p->action = p->later = true;
    r->signal->command = (int)r->plan->others.n;
    return &p->target;
}

const struct json_field action_fields[] = {
    {"restart", known, false},
    {"replace", known, false},
    {"start", known, false},
    {"stop", known, false},
    {"notice", read_notice, false},
    {"run", known, false},
    {"when", read_when, true},
    {"signal", read_signal, false},
    {"to", known, false},
    {"tell", known, false},
    {"server", read_told_server, false},
    {"state", read_told_state, false},
    {"deploy", known, false},
    {0},
};

static bool sends_signal(enum act act)
{
    return act == ACT_RESTART || act == ACT_REPLACE || act == ACT_STOP;
}

/* Keys that make sense for some verbs only. */
static int check_keys(const struct json_doc *doc, const cJSON *node, const struct plan_signal *s,
                      struct error *err)
{
    if (json_has(node, "signal") && !sends_signal(s->act))
        return json_error(doc, node, err, "'%s' sends no 'signal'", act_words[s->act]);
    if (json_has(node, "to") && s->act != ACT_NOTICE)
        return json_error(doc, node, err, "only a 'notice' has a 'to'");
    bool server = json_has(node, "server"), state = json_has(node, "state");
    if (s->act == ACT_TELL ? !server || !state : server || state)
        return json_error(doc, node, err,
                          s->act == ACT_TELL ? "the key '%s' is missing" : "only 'tell' has a '%s'",
                          s->act == ACT_TELL ? (server ? "state" : "server")
                          : server           ? "server"
                                             : "state");
    if (json_has(node, "deploy") && s->act != ACT_RESTART)
        return json_error(doc, node, err, "only a 'restart' has a 'deploy'");
    return 0;
}

/* Only HAProxy has a socket to be told at, and only its own servers have a state there. */
static int check_told(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                      const struct plan_signal *s, struct error *err)
{
    const struct plan_process *p = s->process ? &plan->others.at[s->process - 1] : NULL;
    const char *name = plan_process_name(plan, (size_t)s->process);
    if (s->act != ACT_TELL)
        return 0;
    if (!p || p->proxy != PROXY_HAPROXY) {
        json_error(doc, node, err, "'%s' is no HAProxy, and cannot be told of a server's state",
                   name);
        return error_hint(err, "a service with \"use\": \"haproxy\" can");
    }
    for (size_t i = 0; i < p->n_servers; i++)
        if (p->servers[i] == s->server)
            return 0;
    return json_error(doc, cJSON_GetObjectItemCaseSensitive(node, "server"), err,
                      "'%s' is no server of '%s'", plan_process_name(plan, (size_t)s->server),
                      name);
}

static bool is_first_action(const struct plan *plan, size_t first, size_t index)
{
    for (size_t i = first; i < index; i++)
        if (plan->signals[i].act != ACT_RUN &&
            plan->signals[i].process == plan->signals[index].process)
            return false;
    return true;
}

/* Can this be done to that process at all? */
static int check_process(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                         size_t first, size_t index, struct error *err)
{
    const struct plan_signal *s = &plan->signals[index];
    const struct plan_target *t = plan_process(plan, (size_t)s->process);
    const char *name = plan_process_name(plan, (size_t)s->process), *verb = act_words[s->act];
    if (t->kind >= TARGET_ATTACH && s->act != ACT_RUN)
        return json_error(doc, node, err, "'%s' is not started by the run, and has no '%s'", name,
                          verb);
    if (s->act == ACT_START && s->process == 0 && is_first_action(plan, first, index))
        return json_error(doc, node, err, "'%s' is the first target, and started with the run",
                          name);
    if (s->act == ACT_NOTICE && t->kind != TARGET_REFERENCE) {
        json_error(doc, node, err, "'%s' is not a reference server, and takes no 'notice'", name);
        return error_hint(err, "tell it in its own way, with \"run\"");
    }
    if (s->act == ACT_REPLACE && t->kind == TARGET_COMMAND && !t->ready.log && !t->ready.notify) {
        json_error(doc, node, err,
                   "while '%s' is replaced, two answer at one port, and which is ready?", name);
        return error_hint(err, "let a line of output say so: \"ready\": {\"log\": \"listening\"}");
    }
    return 0;
}

struct actions_reader {
    struct plan *plan;
    size_t first;
};

/* What carries it out when it is a command: the scenario's own, or `drainctl notice`. */
static int take_command(const struct json_doc *doc, const cJSON *node, struct signal_reader *r,
                        size_t place, struct error *err)
{
    struct plan_signal *s = r->signal;
    const char *key = s->act == ACT_RESTART ? "deploy" : "run";
    const cJSON *run = cJSON_GetObjectItemCaseSensitive(node, key);
    if (!run && s->act != ACT_NOTICE)
        return 0;
    struct plan_target *t = add_command(r, place);
    t->kind = TARGET_COMMAND;
    t->ready.within_ns = 1;
    return run ? parse_command(doc, run, t, err) : 0;
}

static int parse_action(const struct json_doc *doc, const cJSON *node, int place, void *into,
                        struct error *err)
{
    struct actions_reader *a = into;
    struct plan *plan = a->plan;
    size_t index = a->first + (size_t)place;
    struct plan_signal *s = &plan->signals[index];
    struct signal_reader r = {.plan = plan, .signal = s, .index = index};
    if (json_read_object(doc, node, action_fields, &r, err) < 0 ||
        check_keys(doc, node, s, err) < 0 ||
        check_process(doc, node, plan, a->first, index, err) < 0 ||
        check_told(doc, node, plan, s, err) < 0 ||
        check_reachable(doc, node, plan, &s->when, err) < 0 ||
        take_command(doc, node, &r, (size_t)place, err) < 0)
        return -1;
    if (!s->signo && sends_signal(s->act))
        s->signo = SIGTERM;
    if (s->act == ACT_START && s->process && is_first_action(plan, a->first, index))
        plan->others.at[s->process - 1].later = true;
    s->text = moment_text(plan, s);
    return 0;
}

int parse_actions(const struct json_doc *doc, const cJSON *node, size_t first, struct plan *plan,
                  struct error *err)
{
    struct actions_reader a = {plan, first};
    return read_array(doc, node, 0, MAX_ACTIONS, parse_action, &a, err);
}
