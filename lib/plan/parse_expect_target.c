/* "expect" about the target: its exit, listener, readiness, liveness, leftovers and output. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/words.h"
#include "plan/expect_map.h"
#include "plan/parse.h"

#define EVENT_ROW(word, kind, sentence, example, ...) {word, kind, {__VA_ARGS__}},

/* Everything that can be said about the target, and which keys each may have. */
static const struct {
    const char *word;
    enum expect_kind kind;
    const char *keys[6];
} events[] = {EXPECT_EVENT_MAP(EVENT_ROW)};

static int read_event(const struct json_doc *doc, const cJSON *node, int *index, struct error *err)
{
    const char *known[ARRAY_LEN(events) + 1] = {0};
    for (size_t i = 0; i < ARRAY_LEN(events); i++)
        known[i] = events[i].word;
    return read_choice(doc, node, "event of the target", known, index, err);
}

/* What the readers of one expectation get. */
struct target_reader {
    const struct plan *plan;
    struct plan_expect *expect;
};

#define EXPECT(into) (((struct target_reader *)(into))->expect)

static int expect_target(READ_PARAMS)
{
    int index;
    if (read_event(doc, node, &index, err) < 0)
        return -1;
    EXPECT(into)->kind = events[index].kind;
    return 0;
}

static int expect_of(READ_PARAMS)
{
    const struct plan *plan = ((struct target_reader *)into)->plan;
    return read_process_name(doc, node, plan, &EXPECT(into)->whose.process, err);
}

static int expect_life(READ_PARAMS)
{
    return read_life(doc, node, &EXPECT(into)->whose.life, err);
}

static int expect_code(READ_PARAMS)
{
    int64_t n;
    if (json_get_int(doc, node, 0, 255, &n, err) < 0)
        return -1;
    EXPECT(into)->exit.code = (int)n;
    return 0;
}

static int expect_before(READ_PARAMS)
{
    static const char *const known[] = {"exit", "listener-closed", "not-ready", NULL};
    int index;
    if (read_choice(doc, node, "event", known, &index, err) < 0)
        return -1;
    EXPECT(into)->when.before = (int)events[index].kind; /* the same first rows */
    return 0;
}

static int expect_queue_lost(READ_PARAMS)
{
    return json_get_int(doc, node, 0, 1000000, &EXPECT(into)->queue_lost, err);
}

static int expect_count(READ_PARAMS)
{
    return json_get_int(doc, node, 0, 1000000, &EXPECT(into)->count, err);
}

static int expect_fine(READ_PARAMS)
{
    return json_get_int(doc, node, 1, 100, &EXPECT(into)->count, err);
}

static int expect_absent(READ_PARAMS)
{
    struct plan_expect *e = EXPECT(into);
    e->output.absent = true;
    return read_regex(doc, node, &e->output.regex, err);
}

#define READ_EXPECT(fn, reader, member)                                                            \
    static int fn(READ_PARAMS)                                                                     \
    {                                                                                              \
        return reader(doc, node, &EXPECT(into)->member, err);                                      \
    }
READ_EXPECT(expect_signal, read_signo, exit.signo)
READ_EXPECT(expect_within, read_span, when.within_ns)
READ_EXPECT(expect_not_before, json_get_duration, when.not_before_ns)
READ_EXPECT(expect_matches, read_regex, output.regex)

#define TARGET_FIELD(key, reader, required, sentence, example) {key, reader, required},
const struct json_field expect_target_fields[] = {
    EXPECT_TARGET_MAP(TARGET_FIELD){0},
};

static int check_keys(const struct json_doc *doc, const cJSON *node, int index, struct error *err)
{
    for (const cJSON *child = node->child; child; child = child->next) {
        bool known = strcmp(child->string, "target") == 0 || strcmp(child->string, "of") == 0;
        for (const char *const *key = events[index].keys; *key && !known; key++)
            known = strcmp(child->string, *key) == 0;
        if (!known) {
            json_error(doc, child, err, "'%s' has no key '%s'", events[index].word, child->string);
            return words_hint_list(child->string, events[index].keys, "its keys are", err);
        }
    }
    return 0;
}

/* What the table cannot say. */
static int check_sense(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                       const struct plan_expect *e, struct error *err)
{
    const struct plan_target *t = plan_process(plan, (size_t)e->whose.process);
    if (e->exit.code >= 0 && e->exit.signo)
        return json_error(doc, node, err,
                          "a process exits with a 'code' or dies by a 'signal', not both");
    if (e->when.before == (int)e->kind)
        return json_error(doc, node, err, "an event cannot come before itself");
    if (e->when.within_ns >= 0 && e->when.not_before_ns > e->when.within_ns)
        return json_error(doc, node, err, "'not_before' is later than 'within'");
    if (e->kind == EXPECT_OUTPUT && json_has(node, "matches") == json_has(node, "absent"))
        return json_error(doc, node, err, "expected 'matches' or 'absent'");
    if ((e->kind == EXPECT_NOT_READY || e->when.before == EXPECT_NOT_READY) && !t->health_ready) {
        json_error(doc, node, err, "the target has no path that tells whether it is ready");
        return error_hint(err, "add \"health\": {\"ready\": \"/ready\"} to the target");
    }
    if (e->kind == EXPECT_CHECKLIST && !plan->checklist.asked) {
        json_error(doc, node, err, "the scenario has no 'checklist'");
        return error_hint(err, "add \"checklist\": {} to the scenario");
    }
    if (e->kind == EXPECT_LIVE && !t->health_live) {
        json_error(doc, node, err, "the target has no path that tells whether it is live");
        return error_hint(err, "add \"health\": {\"live\": \"/live\"} to the target");
    }
    return 0;
}

int parse_expect_target(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                        struct plan_expect *e, struct error *err)
{
    int index;
    struct target_reader r = {plan, e};
    if (json_read_object(doc, node, expect_target_fields, &r, err) < 0 ||
        read_event(doc, cJSON_GetObjectItemCaseSensitive(node, "target"), &index, err) < 0 ||
        check_keys(doc, node, index, err) < 0)
        return -1;
    return check_sense(doc, node, plan, e, err);
}
