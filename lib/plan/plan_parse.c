/* The top of a scenario, and the order in which its parts are read: whatever a part refers to by
 * name is there before it, however the file is ordered. */
#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/mem.h"
#include "plan/parse.h"
#include "plan/profiles.h"

struct scenario {
    struct plan *plan;
    const cJSON *target, *targets, *services, *loads, *signals, *actions, *expects;
};

static int ignore(READ_PARAMS)
{
    char *unused = NULL;
    (void)into;
    int rc = read_text(doc, node, &unused, err);
    free(unused);
    return rc;
}

static int read_name(READ_PARAMS)
{
    return read_text(doc, node, &((struct scenario *)into)->plan->name, err);
}

static int read_about(READ_PARAMS)
{
    return read_text(doc, node, &((struct scenario *)into)->plan->about, err);
}

static int read_timeout(READ_PARAMS)
{
    return read_span(doc, node, &((struct scenario *)into)->plan->timeout_ns, err);
}

static int read_seed(READ_PARAMS)
{
    int64_t n;
    /* what a JSON number holds exactly (RFC 8259 section 6) */
    if (json_get_int(doc, node, 0, INT64_C(1) << 53, &n, err) < 0)
        return -1;
    ((struct scenario *)into)->plan->seed = (uint64_t)n;
    return 0;
}

static int read_profile(READ_PARAMS)
{
    int index;
    if (read_choice(doc, node, "platform", profile_names(), &index, err) < 0)
        return -1;
    ((struct scenario *)into)->plan->platform.profile = mem_strdup(profiles[index].name);
    return 0;
}

static int read_pre_stop(READ_PARAMS)
{
    return json_get_duration(doc, node, &((struct scenario *)into)->plan->platform.pre_stop_ns,
                             err);
}

static int read_audit(READ_PARAMS)
{
    return json_get_bool(doc, node, &((struct scenario *)into)->plan->audit, err);
}

static int read_checklist(READ_PARAMS)
{
    struct plan *plan = ((struct scenario *)into)->plan;
    return parse_checklist(doc, node, &plan->checklist, err);
}

/* As `drainctl serve --registry` takes it. */
static int read_registry(READ_PARAMS)
{
    char **out = &((struct scenario *)into)->plan->registry;
    if (read_text(doc, node, out, err) < 0)
        return -1;
    if (plan_is_registry(*out))
        return 0;
    json_error(doc, node, err, "'%.60s' is not a registry", *out);
    return error_hint(err, "write file:FOLDER, such as \"file:${dir}/registry\", or "
                           "etcd://HOST:PORT/services/NAME");
}

/* The parts that refer to one another are kept, to be read in their own order. */
#define KEEP(member)                                                                               \
    static int keep_##member(READ_PARAMS)                                                          \
    {                                                                                              \
        (void)doc, (void)err;                                                                      \
        ((struct scenario *)into)->member = node;                                                  \
        return 0;                                                                                  \
    }
KEEP(target)
KEEP(targets)
KEEP(services)
KEEP(loads)
KEEP(signals)
KEEP(actions)
KEEP(expects)

const struct json_field scenario_fields[] = {
    {"$schema", ignore, false},           {"name", read_name, true},
    {"about", read_about, false},         {"target", keep_target, false},
    {"targets", keep_targets, false},     {"services", keep_services, false},
    {"registry", read_registry, false},   {"loads", keep_loads, true},
    {"signals", keep_signals, false},     {"actions", keep_actions, false},
    {"expect", keep_expects, false},      {"timeout", read_timeout, false},
    {"seed", read_seed, false},           {"audit", read_audit, false},
    {"checklist", read_checklist, false}, {"profile", read_profile, false},
    {"pre_stop", read_pre_stop, false},   {0},
};

const struct plan_keys plan_key_tables[] = {
    {"", scenario_fields},
    {"target", target_fields},
    {"reference", reference_fields},
    {"attach", attach_fields},
    {"ready", ready_fields},
    {"health", health_fields},
    {"service", service_fields},
    {"proxy", proxy_fields},
    {"load", load_fields},
    {"frontend", fe_settings},
    {"poll", fe_poll_fields},
    {"notice", fe_notice_fields},
    {"retry", fe_retry_fields},
    {"breaker", fe_breaker_fields},
    {"impatient", fe_impatient_fields},
    {"queue", fe_queue_fields},
    {"reconnect", fe_reconnect_fields},
    {"request", request_fields},
    {"body", body_fields},
    {"read", read_rate_fields},
    {"instant", instant_fields},
    {"signal", signal_fields},
    {"action", action_fields},
    {"when", when_fields},
    {"status", when_status_fields},
    {"expect_load", expect_load_fields},
    {"expect_target", expect_target_fields},
    {"expect_process", expect_process_fields},
    {"ledger", ledger_fields},
    {"pool", pool_fields},
    {"jobs", jobs_fields},
    {"entry", entry_fields},
    {"orders", orders_fields},
    {"latency", latency_fields},
    {"saw", saw_fields},
    {"checklist", checklist_fields},
    {0},
};

/* The hook runs in the platform's grace, and what is left of that is the server's. */
static int check_pre_stop(const struct json_doc *doc, const struct plan *plan, struct error *err)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(doc->root, "pre_stop");
    const struct profile *p = plan->platform.profile ? profile_find(plan->platform.profile) : NULL;
    char grace[32];
    if (!plan->platform.pre_stop_ns ||
        (p && (plan->audit || plan->platform.pre_stop_ns < p->grace_ns)))
        return 0; /* the runs of a check say themselves when the kill comes */
    if (!p)
        return json_error(doc, node, err, "needs a 'profile', whose grace it is taken from");
    return json_error(doc, node, err, "must be shorter than the grace of '%s', %s", p->name,
                      duration_format(p->grace_ns, grace, sizeof grace));
}

/* The one target, or several with names; and the services. */
static int parse_who(const struct json_doc *doc, struct scenario *s, struct error *err)
{
    struct plan *plan = s->plan;
    bool loads = cJSON_GetArraySize(s->loads) > 0;
    if (!s->target == !s->targets)
        return json_error(doc, doc->root, err,
                          s->target ? "expected 'target' or 'targets', not both"
                                    : "the key 'target' is missing");
    plan->several = s->targets || s->services || s->actions || plan->registry;
    plan->names = plan->several && !(plan->audit && s->target);
    if (s->target && parse_target(doc, s->target, &plan->target, loads, err) < 0)
        return -1;
    if (parse_processes(doc, s->targets, s->services, loads, plan, err) < 0)
        return -1;
    plan->target.holdings = plan->checklist.asked;
    if (plan->target.kind == TARGET_URL && cJSON_GetArraySize(s->signals) > 0) {
        json_error(doc, s->signals, err, "a target that is only a 'url' can be sent no signal");
        return error_hint(err, "add the target's \"command\", or \"attach\" to its process");
    }
    return 0;
}

static int parse_parts(const struct json_doc *doc, struct scenario *s, struct error *err)
{
    struct plan *plan = s->plan;
    if (check_pre_stop(doc, plan, err) < 0 || parse_who(doc, s, err) < 0)
        return -1;
    if (s->signals && parse_signal_numbers(doc, s->signals, plan, err) < 0)
        return -1;
    size_t first_action = plan->n_signals;
    if (s->actions && parse_action_names(doc, s->actions, plan, err) < 0)
        return -1;
    if (parse_loads(doc, s->loads, plan, err) < 0)
        return -1;
    if (s->signals && parse_signals(doc, s->signals, plan, err) < 0)
        return -1;
    if (s->actions && parse_actions(doc, s->actions, first_action, plan, err) < 0)
        return -1;
    parse_platform_kill(plan);
    if (check_process_names(doc, plan, err) < 0)
        return -1;
    return s->expects ? parse_expects(doc, s->expects, plan, err) : 0;
}

int plan_parse(const struct json_doc *doc, struct plan *plan, struct error *err)
{
    *plan = (struct plan){.timeout_ns = 60 * NS_PER_S};
    struct scenario s = {.plan = plan};
    if (json_read_object(doc, doc->root, scenario_fields, &s, err) < 0 ||
        parse_parts(doc, &s, err) < 0) {
        plan_free(plan);
        return -1;
    }
    plan->from.file = doc->name && *doc->name ? mem_strdup(doc->name) : NULL;
    char *printed = cJSON_PrintUnformatted(doc->root);
    plan->from.source = mem_strdup(printed);
    cJSON_free(printed);
    return 0;
}

static int parse_and_free(struct json_doc *doc, struct plan *plan, struct error *err)
{
    int rc = plan_parse(doc, plan, err);
    json_doc_free(doc);
    return rc;
}

int plan_parse_text(const char *file, const char *text, size_t len, struct plan *plan,
                    struct error *err)
{
    struct json_doc doc;
    *plan = (struct plan){0};
    if (json_doc_parse(&doc, file, text, len, err) < 0)
        return -1;
    return parse_and_free(&doc, plan, err);
}

int plan_load_file(const char *path, struct plan *plan, struct error *err)
{
    struct json_doc doc;
    *plan = (struct plan){0};
    if (json_doc_load(&doc, path, err) < 0)
        return -1;
    return parse_and_free(&doc, plan, err);
}
