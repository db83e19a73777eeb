/* "expect" about a named process: the order of its steps, and what its ledger says. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "plan/expect_map.h"
#include "plan/parse.h"

enum { MAX_STEPS = 100 };

struct process_reader {
    const struct plan *plan;
    struct plan_expect *(*add)(void *arg, enum expect_kind kind);
    void *arg;
    int process;
    const cJSON *steps, *ledger;
};

static int read_name(READ_PARAMS)
{
    struct process_reader *r = into;
    return read_process_name(doc, node, r->plan, &r->process, err);
}

static int keep_steps(READ_PARAMS)
{
    (void)doc, (void)err;
    ((struct process_reader *)into)->steps = node;
    return 0;
}

static int keep_ledger(READ_PARAMS)
{
    (void)doc, (void)err;
    ((struct process_reader *)into)->ledger = node;
    return 0;
}

const struct json_field expect_process_fields[] = {
    {"target", read_name, true},
    {"steps", keep_steps, false},
    {"ledger", keep_ledger, false},
    {0},
};

/* --- "steps": ["not-ready", {"log": "regex"}, "exit"] --- */

/* Seen from outside, of any server. */
static const struct {
    const char *word;
    int kind;
} events[] = {
    {"signal", -1},
    {"not-ready", EXPECT_NOT_READY},
    {"listener-closed", EXPECT_LISTENER},
    {"exit", EXPECT_EXIT},
};

/* The reference server's own steps (server/life/closing.c), which its log names. */
static const char *const logged[] = {"requests-finished", "consumer-stopped", "upstreams-closed",
                                     "pool-closed",       "registry-left",    "logs-flushed"};

static int name_step(const struct json_doc *doc, const cJSON *node, const struct plan_target *t,
                     struct plan_step *step, struct error *err)
{
    const char *known[ARRAY_LEN(events) + ARRAY_LEN(logged) + 1] = {0};
    size_t n = 0;
    int index;
    for (size_t i = 0; i < ARRAY_LEN(events); i++)
        known[n++] = events[i].word;
    for (size_t i = 0; i < ARRAY_LEN(logged); i++)
        known[n++] = logged[i];
    if (read_choice(doc, node, "step", known, &index, err) < 0)
        return -1;
    step->name = mem_strdup(known[index]);
    if ((size_t)index < ARRAY_LEN(events)) {
        step->kind = events[index].kind;
        return 0;
    }
    if (t->kind != TARGET_REFERENCE) {
        json_error(doc, node, err, "only the reference server tells of its step '%s'",
                   known[index]);
        return error_hint(err, "name the line of its log: {\"log\": \"pool closed\"}");
    }
    step->regex = mem_printf("step %s: done", known[index]);
    return 0;
}

static int step_log(READ_PARAMS)
{
    return read_regex(doc, node, &((struct plan_step *)into)->regex, err);
}

static const struct json_field step_fields[] = {{"log", step_log, true}, {0}};

static int read_step(const struct json_doc *doc, const cJSON *node, int index, void *into,
                     struct error *err)
{
    struct process_reader *r = ((void **)into)[0];
    struct plan_expect *e = ((void **)into)[1];
    const struct plan_target *t = plan_process(r->plan, (size_t)r->process);
    struct plan_step *step = &e->steps[index];
    e->n_steps++;
    if (!cJSON_IsObject(node))
        return name_step(doc, node, t, step, err);
    if (json_read_object(doc, node, step_fields, step, err) < 0)
        return -1;
    step->name = mem_printf("'%s'", step->regex);
    return 0;
}

static int read_steps(const struct json_doc *doc, struct process_reader *r, struct error *err)
{
    struct plan_expect *e = r->add(r->arg, EXPECT_STEPS);
    const struct plan_target *t = plan_process(r->plan, (size_t)r->process);
    int n = cJSON_GetArraySize(r->steps);
    e->process = r->process;
    e->steps = mem_zero((size_t)n + 1, sizeof *e->steps);
    void *into[] = {r, e};
    if (read_array(doc, r->steps, 2, MAX_STEPS, read_step, into, err) < 0)
        return -1;
    for (size_t i = 0; i < e->n_steps; i++)
        if (!e->steps[i].regex && e->steps[i].kind == EXPECT_NOT_READY && !t->health_ready)
            return json_error(doc, r->steps, err,
                              "the target has no path that tells whether it is ready");
    e->text = expect_text(r->plan, e);
    return 0;
}

/* --- "ledger": {"read": 50, "cut": 0} --- */

/* Some of RECORD_MAP in journal/event_words.h, which stands above this layer. */
static const char *const records[] = {"accepted", "read", "answered", "written", "cut"};

static int ledger_record(READ_PARAMS)
{
    struct process_reader *r = into;
    struct plan_expect *e = r->add(r->arg, EXPECT_LEDGER);
    e->process = r->process;
    for (size_t i = 0; i < ARRAY_LEN(records); i++)
        if (strcmp(records[i], node->string) == 0)
            e->record = records[i];
    if (read_bound(doc, node, &e->bound, err) < 0)
        return -1;
    if (e->bound.percent)
        return json_error(doc, node, err, "expected a count such as \">= 5\", not a percentage");
    e->text = expect_text(r->plan, e);
    return 0;
}

const struct json_field ledger_fields[] = {
    {"accepted", ledger_record, false}, {"read", ledger_record, false},
    {"answered", ledger_record, false}, {"written", ledger_record, false},
    {"cut", ledger_record, false},      {0},
};

static int read_ledger(const struct json_doc *doc, struct process_reader *r, struct error *err)
{
    if (plan_process(r->plan, (size_t)r->process)->kind != TARGET_REFERENCE)
        return json_error(doc, r->ledger, err, "only the reference server keeps a ledger");
    if (cJSON_IsObject(r->ledger) && !r->ledger->child)
        return json_error(doc, r->ledger, err,
                          "expected one of accepted, read, answered, written, "
                          "cut");
    return json_read_object(doc, r->ledger, ledger_fields, r, err);
}

int parse_expect_process(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                         struct plan_expect *(*add)(void *arg, enum expect_kind kind), void *arg,
                         struct error *err)
{
    struct process_reader r = {.plan = plan, .add = add, .arg = arg};
    if (json_read_object(doc, node, expect_process_fields, &r, err) < 0)
        return -1;
    if (r.steps && read_steps(doc, &r, err) < 0)
        return -1;
    return r.ledger ? read_ledger(doc, &r, err) : 0;
}
