/* "expect" about a load: one plan_expect for each metric, so that each can hold or break alone. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/whole.h"
#include "base/words.h"
#include "plan/expect_map.h"
#include "plan/parse.h"

enum { MAX_EXPECTS = 10000 };

/* What the readers of one expectation get. */
struct expect_reader {
    struct plan *plan;
    size_t cap;
    int load, phase;
    int element;
};

static struct plan_expect *add_expect(void *reader, enum expect_kind kind)
{
    struct expect_reader *r = reader;
    struct plan *plan = r->plan;
    MEM_GROW(plan->expects, plan->n_expects, r->cap);
    struct plan_expect *e = &plan->expects[plan->n_expects++];
    *e = (struct plan_expect){
        .kind = kind,
        .element = r->element,
        .whose.life = LIFE_NOT_SAID,
        .load = -1,
        .phase = -1,
        .exit.code = -1,
        .when.within_ns = -1,
        .when.not_before_ns = -1,
        .when.before = -1,
        .queue_lost = -1,
    };
    return e;
}

static int expect_load(READ_PARAMS)
{
    struct expect_reader *r = into;
    if (cJSON_IsString(node) && strcmp(node->valuestring, "*") == 0)
        return 0;
    if (read_load_name(doc, node, r->plan, &r->load, err) == 0)
        return 0;
    return -1;
}

static int expect_phase(READ_PARAMS)
{
    return read_phase(doc, node, &((struct expect_reader *)into)->phase, err);
}

static int expect_outcome(READ_PARAMS)
{
    struct plan_expect *e = add_expect(into, EXPECT_OUTCOME);
    e->outcome = (enum outcome)word_find(outcome_words, OUTCOME_COUNT, node->string);
    return read_bound(doc, node, &e->bound, err);
}

static int expect_told_to_close(READ_PARAMS)
{
    return read_bound(doc, node, &add_expect(into, EXPECT_TOLD_TO_CLOSE)->bound, err);
}

static int expect_by_proxy(READ_PARAMS)
{
    return read_bound(doc, node, &add_expect(into, EXPECT_BY_PROXY)->bound, err);
}

static int expect_processed(READ_PARAMS)
{
    return read_bound(doc, node, &add_expect(into, EXPECT_PROCESSED)->bound, err);
}

/* --- "reasons": { "status-503": 0, "keepalive_race": 0 } --- */

/* The code of "status-503" or "status_503"; 0 for another word. */
static int status_word(const char *word)
{
    if (strncmp(word, "status", 6) != 0 || (word[6] != '-' && word[6] != '_'))
        return 0;
    int64_t code = 0;
    if (strlen(word + 7) == 3)
        whole_parse(word + 7, 100, 999, &code);
    return (int)code;
}

static int unknown_reason(const struct json_doc *doc, const cJSON *node, struct error *err)
{
    const char *known[REASON_COUNT + 1] = {0};
    for (int i = 0; i < REASON_COUNT; i++)
        known[i] = reason_words[i].word;
    json_error(doc, node, err, "there is no reason '%.60s'", node->string);
    return words_hint_list(node->string, known, "known are", err);
}

static int expect_reasons(READ_PARAMS)
{
    if (!cJSON_IsObject(node) || !node->child)
        return json_error(doc, node, err, "expected an object with a reason, not %s",
                          cJSON_IsObject(node) ? "an empty one" : json_kind(node));
    for (const cJSON *child = node->child; child; child = child->next) {
        int status = status_word(child->string);
        int reason = status ? REASON_STATUS : word_find(reason_words, REASON_COUNT, child->string);
        if (reason < 0 || (reason == REASON_STATUS && !status))
            return unknown_reason(doc, child, err);
        struct plan_expect *e = add_expect(into, EXPECT_REASON);
        e->reason = (enum reason)reason;
        e->status = status;
        if (read_bound(doc, child, &e->bound, err) < 0)
            return -1;
    }
    return 0;
}

/* --- "latency": { "p99": "<= 200ms" } --- */

static int expect_percentile(READ_PARAMS)
{
    struct plan_expect *e = add_expect(into, EXPECT_LATENCY);
    e->percentile = node->string[0] == 'p' ? (int)strtol(node->string + 1, NULL, 10) : 100;
    return read_duration_bound(doc, node, &e->bound, err);
}

#define LATENCY_FIELD(key, sentence, example) {key, expect_percentile, false},
const struct json_field latency_fields[] = {EXPECT_LATENCY_MAP(LATENCY_FIELD){0}};

static int expect_latency(READ_PARAMS)
{
    if (cJSON_IsObject(node) && !node->child)
        return json_error(doc, node, err, "expected one of p50, p90, p99 and max");
    return json_read_object(doc, node, latency_fields, into, err);
}

/* --- "saw": { "lost": 0 } and "user_seconds_lost" --- */

static int expect_saw_word(READ_PARAMS)
{
    struct plan_expect *e = add_expect(into, EXPECT_SAW);
    e->saw = (enum saw)word_find(saw_words, SAW_COUNT, node->string);
    return read_bound(doc, node, &e->bound, err);
}

#define SAW_FIELD(id, word, sentence) {word, expect_saw_word, false},
const struct json_field saw_fields[] = {SAW_MAP(SAW_FIELD){"error_shown", expect_saw_word, false},
                                        {0}};

static int expect_saw(READ_PARAMS)
{
    if (cJSON_IsObject(node) && !node->child)
        return json_error(doc, node, err, "expected what was seen and its bound, as \"lost\": 0");
    return json_read_object(doc, node, saw_fields, into, err);
}

static int expect_user_seconds(READ_PARAMS)
{
    struct plan_expect *e = add_expect(into, EXPECT_USER_SECONDS);
    if (read_bound(doc, node, &e->bound, err) < 0)
        return -1;
    if (e->bound.percent)
        return json_error(doc, node, err, "expected seconds such as \"<= 5\", not a percentage");
    return 0;
}

/* --- "orders": { "lost": 0 } --- */

static int expect_order_word(READ_PARAMS)
{
    struct plan_expect *e = add_expect(into, EXPECT_ORDERS);
    e->whose.process = -1;
    return read_record(doc, node, orders_fields, e, err);
}

static int expect_orders(READ_PARAMS)
{
    struct json_field fields[ORDERS_MOST] = {0};
    for (int i = 0; orders_fields[i].key; i++)
        fields[i] = (struct json_field){orders_fields[i].key, expect_order_word, false};
    if (cJSON_IsObject(node) && !node->child)
        return json_error(doc, node, err, "expected what became of orders, as \"lost\": 0");
    return json_read_object(doc, node, fields, into, err);
}

static int expect_peak(READ_PARAMS)
{
    struct plan_expect *e = add_expect(into, EXPECT_PEAK);
    return read_times_bound(doc, node, &e->bound, err);
}

/* Outcomes go by both spellings, as JSON keys are written cut_off and reports say cut-off. */
#define OUTCOME_FIELD(id, word, sentence, loss)              {word, expect_outcome, false},
#define LOAD_FIELD(key, reader, required, sentence, example) {key, reader, required},
/* clang-format off */
const struct json_field expect_load_fields[] = {
    EXPECT_LOAD_MAP(LOAD_FIELD)
    {"cut_off", expect_outcome, false},
    {"timed_out", expect_outcome, false},
    {"client_limit", expect_outcome, false},
    OUTCOME_MAP(OUTCOME_FIELD)
    {0},
};
/* clang-format on */

static int parse_expect_load(const struct json_doc *doc, const cJSON *node, struct expect_reader *r,
                             struct error *err)
{
    size_t first = r->plan->n_expects;
    r->load = r->phase = -1;
    if (json_read_object(doc, node, expect_load_fields, r, err) < 0)
        return -1;
    if (r->plan->n_expects == first) {
        json_error(doc, node, err, "nothing is expected of this load");
        return error_hint(err, "add an outcome and its bound, such as \"cut_off\": 0");
    }
    for (size_t i = first; i < r->plan->n_expects; i++) {
        struct plan_expect *e = &r->plan->expects[i];
        e->load = r->load;
        e->phase = r->phase;
        e->text = expect_text(r->plan, e);
    }
    return 0;
}

static int parse_expect(const struct json_doc *doc, const cJSON *node, int index, void *into,
                        struct error *err)
{
    struct expect_reader *r = into;
    r->element = index;
    if (json_has(node, "load") && json_has(node, "target"))
        return json_error(doc, node, err, "expected 'load' or 'target', not both");
    if (json_has(node, "load"))
        return parse_expect_load(doc, node, r, err);
    if (cJSON_IsObject(node) && !json_has(node, "target")) {
        json_error(doc, node, err, "the key 'load' or 'target' is missing");
        return error_hint(err, "name a load (\"*\" is all of them) or an event of the target");
    }
    if (is_expect_process(node))
        return parse_expect_process(doc, node, r->plan, add_expect, r, err);
    struct plan_expect *e = add_expect(r, EXPECT_EXIT);
    if (parse_expect_target(doc, node, r->plan, e, err) < 0)
        return -1;
    e->text = expect_text(r->plan, e);
    return 0;
}

int parse_expects(const struct json_doc *doc, const cJSON *node, struct plan *plan,
                  struct error *err)
{
    struct expect_reader r = {.plan = plan};
    return read_array(doc, node, 0, MAX_EXPECTS, parse_expect, &r, err);
}
