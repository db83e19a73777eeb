/* lib/frontend decides as tests/vectors says, case by case (the format is in its README.md). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <stdlib.h>

#include "frontend_kit.h"

enum { MOST_ITEMS = 100 };

static const cJSON *get(const cJSON *node, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(node, key);
}

static double number(const cJSON *node, const char *key)
{
    const cJSON *child = get(node, key);
    return cJSON_IsNumber(child) ? child->valuedouble : 0;
}

static int word(const cJSON *node, const char *key, const char *const *known)
{
    const cJSON *child = get(node, key);
    assert_true(cJSON_IsString(child));
    for (int i = 0; known[i]; i++)
        if (strcmp(known[i], child->valuestring) == 0)
            return i;
    fail_msg("'%s' is not a word for '%s'", child->valuestring, key);
    return -1;
}

static void read_result(const cJSON *step, struct fe_event *e)
{
    e->kind = FE_EVENT_RESULT;
    e->result =
        get(step, "status") ? FE_STATUS : (enum fe_result)word(step, "result", fe_result_words);
    e->status = (int)number(step, "status");
    e->retry_after = (fe_ms)number(step, "retry_after");
    e->call = (enum fe_call)word(step, "call", fe_call_words);
    e->intention = (uint32_t)number(step, "of");
    e->attempt = (int)number(step, "attempt");
    e->preflight = get(step, "preflight") != NULL;
    e->max_age = (fe_ms)number(step, "max_age");
}

static void read_event(const cJSON *step, struct fe_event *e)
{
    *e = (struct fe_event){.now = (fe_ms)number(step, "at"), .random = number(step, "random")};
    if (get(step, "want")) {
        e->kind = FE_EVENT_WANT;
        e->intention = (uint32_t)number(step, "want");
        e->what = (enum fe_what)word(step, "what", fe_what_words);
        if (get(step, "cache"))
            e->cache = (enum fe_cache)word(step, "cache", fe_cache_words);
    } else if (get(step, "message")) {
        e->kind = FE_EVENT_MESSAGE;
        e->last_id = (uint32_t)number(step, "message");
        e->retry = (fe_ms)number(step, "retry");
    } else if (get(step, "notice")) {
        e->kind = FE_EVENT_NOTICE;
        e->left = cJSON_IsNull(get(step, "notice")) ? FE_NEVER : (fe_ms)number(step, "notice");
    } else if (get(step, "tick")) {
        e->kind = FE_EVENT_TICK;
    } else {
        read_result(step, e);
    }
}

static void check_step(const char *file, const char *name, int index, const cJSON *step,
                       const struct fe_actions *out, fe_ms due)
{
    const cJSON *expected = get(step, "do"), *next = get(step, "due");
    bool same = cJSON_IsArray(expected) && cJSON_GetArraySize(expected) == out->n;

    for (int i = 0; same && i < out->n; i++) {
        char line[64];
        action_line(&out->at[i], line, sizeof line);
        same = strcmp(line, cJSON_GetArrayItem(expected, i)->valuestring) == 0;
    }
    if (!same)
        fail_msg("%s, '%s', step %d: did '%s'", file, name, index, action_lines(out));
    if (next && due != (cJSON_IsNull(next) ? FE_NEVER : (fe_ms)next->valuedouble))
        fail_msg("%s, '%s', step %d: next due at %u", file, name, index, due);
}

static void play(const char *file, const struct json_doc *doc, const cJSON *one)
{
    const char *name = get(one, "name")->valuestring;
    struct fe_policy policy;
    struct fe_item items[MOST_ITEMS];
    struct fe_state state;
    struct error err = {0};
    const cJSON *step;
    int index = 0;

    if (fe_policy_read(doc, get(one, "policy"), &policy, &err) < 0)
        fail_msg("%s, '%s': %s", file, name, err.text);
    fe_open(&state, &policy, items, 0, number(one, "open"));
    cJSON_ArrayForEach(step, get(one, "steps"))
    {
        struct fe_event event;
        struct fe_actions out;
        read_event(step, &event);
        fe_step(&policy, &state, &event, &out);
        check_step(file, name, index++, step, &out, fe_due(&policy, &state));
    }
    assert_true(index > 0);
}

static void test_vectors(void **unused)
{
    glob_t found;
    (void)unused;
    assert_int_equal(glob("tests/vectors/*.json", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 11); /* a file a policy */
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct json_doc doc = {0};
        struct error err = {0};
        const cJSON *one;
        if (json_doc_load(&doc, found.gl_pathv[i], &err) < 0)
            fail_msg("%s", err.text);
        cJSON_ArrayForEach(one, doc.root) play(found.gl_pathv[i], &doc, one);
        json_doc_free(&doc);
    }
    globfree(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_vectors)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
