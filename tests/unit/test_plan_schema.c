/* scenario.schema.json and the parser's tables know the same keys and the same words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "plan/parse.h"

static struct json_doc schema;

static int load_schema(void **state)
{
    struct error err = {0};
    (void)state;
    return json_doc_load(&schema, "scenarios/scenario.schema.json", &err);
}

static int free_schema(void **state)
{
    (void)state;
    json_doc_free(&schema);
    return 0;
}

static const cJSON *definition(const char *name)
{
    if (!*name)
        return schema.root;
    const cJSON *defs = cJSON_GetObjectItemCaseSensitive(schema.root, "$defs");
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(defs, name);
    if (!found)
        fail_msg("the schema has no definition '%s'", name);
    return found;
}

static bool holds(const cJSON *array, const char *word)
{
    for (const cJSON *item = array ? array->child : NULL; item; item = item->next)
        if (strcmp(item->valuestring, word) == 0)
            return true;
    return false;
}

static void test_keys(void **state)
{
    (void)state;
    for (const struct plan_keys *t = plan_key_tables; t->object; t++) {
        const cJSON *object = definition(t->object);
        const cJSON *properties = cJSON_GetObjectItemCaseSensitive(object, "properties");
        const cJSON *required = cJSON_GetObjectItemCaseSensitive(object, "required");
        int count = 0;
        for (const struct json_field *f = t->fields; f->key; f++, count++) {
            if (!json_has(properties, f->key))
                fail_msg("the schema's '%s' lacks '%s'", t->object, f->key);
            if (holds(required, f->key) != f->required)
                fail_msg("'%s' in '%s': required in one, not in the other", f->key, t->object);
        }
        if (cJSON_GetArraySize(properties) != count)
            fail_msg("the schema's '%s' has keys that the parser does not know", t->object);
        assert_true(
            cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(object, "additionalProperties")));
    }
}

static void test_phases(void **state)
{
    (void)state;
    const cJSON *words = cJSON_GetObjectItemCaseSensitive(definition("phase"), "enum");
    for (int i = 0; i < PHASE_COUNT; i++)
        assert_true(holds(words, phase_words[i].word));
}

/* The pattern of "reasons" names each of them, '-' and '_' alike. */
static void test_reasons(void **state)
{
    (void)state;
    const cJSON *properties =
        cJSON_GetObjectItemCaseSensitive(definition("expect_load"), "properties");
    const cJSON *reasons = cJSON_GetObjectItemCaseSensitive(properties, "reasons");
    const cJSON *patterns = cJSON_GetObjectItemCaseSensitive(reasons, "patternProperties");
    for (int i = 1; i < REASON_COUNT; i++) { /* 0 is status-NNN */
        struct buf alternative;
        buf_init(&alternative, 128);
        buf_addc(&alternative, '|');
        for (const char *c = reason_words[i].word; *c; c++)
            buf_adds(&alternative, *c == '-' ? "[-_]" : (char[]){*c, '\0'});
        if (!strstr(patterns->child->string, alternative.data))
            fail_msg("the schema's pattern lacks '%s': %s", alternative.data,
                     patterns->child->string);
        buf_free(&alternative);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_phases),
        cmocka_unit_test(test_reasons),
    };
    return cmocka_run_group_tests(tests, load_schema, free_schema);
}
