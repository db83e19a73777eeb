/* "expect" about a named process: the order of its steps, and what it keeps. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "plan/expect_map.h"
#include "plan/parse.h"

enum { MAX_STEPS = 100 };

struct record_object;

struct process_reader {
    const struct plan *plan;
    struct plan_expect *(*add)(void *arg, enum expect_kind kind);
    void *arg;
    int process;
    int64_t life; /* of the steps */
    const cJSON *steps;
    const struct record_object *object; /* that is being read */
};

static int read_name(READ_PARAMS)
{
    struct process_reader *r = into;
    return read_process_name(doc, node, r->plan, &r->process, err);
}

int read_life(const struct json_doc *doc, const cJSON *node, int64_t *life, struct error *err)
{
    if (cJSON_IsString(node) && strcmp(node->valuestring, "every") == 0) {
        *life = LIFE_EVERY;
        return 0;
    }
    if (!cJSON_IsNumber(node))
        return json_error(doc, node, err,
                          "expected \"every\", or a life's number (0 is the first)");
    return json_get_int(doc, node, 0, 1000000, life, err);
}

static int read_steps_life(READ_PARAMS)
{
    return read_life(doc, node, &((struct process_reader *)into)->life, err);
}

static int keep_steps(READ_PARAMS)
{
    (void)doc, (void)err;
    ((struct process_reader *)into)->steps = node;
    return 0;
}

/* Read afterwards, when the process is known. */
static int keep_object(READ_PARAMS)
{
    (void)doc, (void)node, (void)into, (void)err;
    return 0;
}

const struct json_field expect_process_fields[] = {
    {"target", read_name, true},
    {"steps", keep_steps, false},
    {"life", read_steps_life, false},
    {"ledger", keep_object, false},
    {"pool", keep_object, false},
    {"queue", keep_object, false},
    {"registry", keep_object, false},
    {"orders", keep_object, false},
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
    struct plan_step *step = &e->steps.at[index];
    e->steps.n++;
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
    e->whose.process = r->process;
    e->whose.life = r->life;
    e->steps.at = mem_zero((size_t)n + 1, sizeof *e->steps.at);
    void *into[] = {r, e};
    if (read_array(doc, r->steps, 2, MAX_STEPS, read_step, into, err) < 0)
        return -1;
    for (size_t i = 0; i < e->steps.n; i++)
        if (!e->steps.at[i].regex && e->steps.at[i].kind == EXPECT_NOT_READY && !t->health_ready)
            return json_error(doc, r->steps, err,
                              "the target has no path that tells whether it is ready");
    e->text = expect_text(r->plan, e);
    return 0;
}

/* --- numbers with names: "ledger": {"read": 50, "cut": 0} --- */

int read_record(const struct json_doc *doc, const cJSON *node, const struct json_field *fields,
                struct plan_expect *e, struct error *err)
{
    for (; fields->key; fields++)
        if (strcmp(fields->key, node->string) == 0)
            e->record = fields->key;
    if (read_bound(doc, node, &e->bound, err) < 0)
        return -1;
    if (e->bound.percent)
        return json_error(doc, node, err, "expected a count such as \">= 5\", not a percentage");
    return 0;
}

struct record_object {
    const char *key;
    enum expect_kind kind;
    const struct json_field *fields;
    const char *what, *words; /* messages: of another server than the reference; an empty one */
};

static struct plan_expect *add_record(struct process_reader *r)
{
    struct plan_expect *e = r->add(r->arg, r->object->kind);
    e->whose.process = r->process;
    return e;
}

static int count_record(READ_PARAMS)
{
    struct process_reader *r = into;
    struct plan_expect *e = add_record(r);
    if (read_record(doc, node, r->object->fields, e, err) < 0)
        return -1;
    e->text = expect_text(r->plan, e);
    return 0;
}

static int span_record(READ_PARAMS)
{
    struct process_reader *r = into;
    struct plan_expect *e = add_record(r);
    for (const struct json_field *f = r->object->fields; f->key; f++)
        if (strcmp(f->key, node->string) == 0)
            e->record = f->key;
    if (read_duration_bound(doc, node, &e->bound, err) < 0)
        return -1;
    e->text = expect_text(r->plan, e);
    return 0;
}

/* Some of RECORD_MAP in journal/event_words.h, which stands above this layer. */
const struct json_field ledger_fields[] = {
    {"accepted", count_record, false}, {"read", count_record, false},
    {"answered", count_record, false}, {"written", count_record, false},
    {"cut", count_record, false},      {0},
};
const struct json_field pool_fields[] = {
    {"size", count_record, false},           {"idle", count_record, false},
    {"busy", count_record, false},           {"waiting", count_record, false},
    {"upstream_calls", count_record, false}, {0},
};
const struct json_field jobs_fields[] = {
    {"done", count_record, false},
    {"doubled", count_record, false},
    {"left", count_record, false},
    {"lost", count_record, false},
    {0},
};
const struct json_field entry_fields[] = {
    {"draining", span_record, false},
    {"gone", span_record, false},
    {0},
};
const struct json_field orders_fields[ORDERS_MOST] = {
    {"lost", count_record, false},        {"doubled", count_record, false},
    {"reordered", count_record, false},   {"resurrected", count_record, false},
    {"other_reply", count_record, false}, {0},
};

/* The lists of orders are read by any server's pages; all else the reference server tells. */
static const struct record_object objects[] = {
    {"ledger", EXPECT_LEDGER, ledger_fields, "only the reference server keeps a ledger",
     "expected one of accepted, read, answered, written, cut"},
    {"pool", EXPECT_POOL, pool_fields, "only the reference server tells of its pool",
     "expected one of size, idle, busy, waiting, upstream_calls"},
    {"queue", EXPECT_QUEUE, jobs_fields, "only the reference server tells of its jobs",
     "expected one of done, doubled, left, lost"},
    {"registry", EXPECT_REGISTRY, entry_fields, NULL, "expected one of draining, gone"},
    {"orders", EXPECT_ORDERS, orders_fields, NULL,
     "expected one of lost, doubled, reordered, resurrected, other_reply"},
};

static int read_object(const struct json_doc *doc, const cJSON *node, struct process_reader *r,
                       struct error *err)
{
    const struct record_object *o = r->object;
    if (o->what && plan_process(r->plan, (size_t)r->process)->kind != TARGET_REFERENCE)
        return json_error(doc, node, err, "%s", o->what);
    if (cJSON_IsObject(node) && !node->child)
        return json_error(doc, node, err, "%s", o->words);
    return json_read_object(doc, node, o->fields, r, err);
}

bool is_expect_process(const cJSON *node)
{
    bool any = json_has(node, "steps");
    for (size_t i = 0; i < ARRAY_LEN(objects); i++)
        any = any || json_has(node, objects[i].key);
    return any;
}

int parse_expect_process(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                         struct plan_expect *(*add)(void *arg, enum expect_kind kind), void *arg,
                         struct error *err)
{
    struct process_reader r = {.plan = plan, .add = add, .arg = arg, .life = LIFE_NOT_SAID};
    if (json_read_object(doc, node, expect_process_fields, &r, err) < 0)
        return -1;
    if (json_has(node, "life") && !r.steps) {
        json_error(doc, cJSON_GetObjectItemCaseSensitive(node, "life"), err,
                   "'life' belongs to 'steps'");
        return error_hint(err, "what else is said of a process is about all its lives");
    }
    if (r.steps && read_steps(doc, &r, err) < 0)
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(objects); i++) {
        const cJSON *object = cJSON_GetObjectItemCaseSensitive(node, objects[i].key);
        r.object = &objects[i];
        if (object && read_object(doc, object, &r, err) < 0)
            return -1;
    }
    return 0;
}
