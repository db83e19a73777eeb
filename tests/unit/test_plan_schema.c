/* scenario.schema.json, docs/scenario.md and the parser's tables know the same keys and the same
 * words. That the schema's values are the parser's is test_plan_mutants.c's matter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "plan/parse.h"
#include "plan/profiles.h"

static struct json_doc schema;
static char *manual; /* docs/scenario.md */

static char *read_file(const char *path)
{
    struct buf b;
    char chunk[4096];
    size_t n;
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    buf_init(&b, 1024 * 1024);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_add(&b, chunk, n);
    fclose(f);
    return buf_take(&b);
}

static int load_files(void **state)
{
    struct error err = {0};
    (void)state;
    manual = read_file("docs/scenario.md");
    return json_doc_load(&schema, "scenarios/scenario.schema.json", &err);
}

static int free_files(void **state)
{
    (void)state;
    free(manual);
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

/* What an editor shows beside a key: its own description, or that of the kind of value. */
static void test_every_key_is_described(void **state)
{
    static const char defs[] = "#/$defs/";
    (void)state;
    for (const struct plan_keys *t = plan_key_tables; t->object; t++) {
        const cJSON *properties =
            cJSON_GetObjectItemCaseSensitive(definition(t->object), "properties");
        for (const cJSON *key = properties->child; key; key = key->next) {
            const cJSON *ref = cJSON_GetObjectItemCaseSensitive(key, "$ref");
            const cJSON *kind = ref ? definition(ref->valuestring + strlen(defs)) : key;
            if (!json_has(key, "description") && !json_has(kind, "description"))
                fail_msg("'%s' in the schema's '%s' says nothing of itself", key->string,
                         t->object);
        }
    }
}

/* The manual's way to name a key: `key` alone, or "key" in an example. */
static bool manual_names(const char *key)
{
    char alone[80], quoted[80];
    snprintf(alone, sizeof alone, "`%s`", key);
    snprintf(quoted, sizeof quoted, "\"%s\"", key);
    return strstr(manual, alone) || strstr(manual, quoted);
}

static void test_every_key_is_in_the_manual(void **state)
{
    (void)state;
    for (const struct plan_keys *t = plan_key_tables; t->object; t++)
        for (const struct json_field *f = t->fields; f->key; f++)
            if (!manual_names(f->key))
                fail_msg("docs/scenario.md does not name '%s' of '%s'", f->key,
                         *t->object ? t->object : "the top");
}

static bool parser_knows(const char *word)
{
    for (const struct plan_keys *t = plan_key_tables; t->object; t++)
        for (const struct json_field *f = t->fields; f->key; f++)
            if (strcmp(f->key, word) == 0)
                return true;
    return false;
}

/* The keys that the manual's tables begin their rows with are keys: "| `start`, `stop` | …". */
static void test_the_manual_names_no_other_key(void **state)
{
    int rows = 0;
    (void)state;
    for (const char *line = manual; line; line = strchr(line, '\n'), line += line != NULL) {
        if (strncmp(line, "| `", 3) != 0 || line[3] == '{')
            continue;
        rows++;
        for (const char *cell = line + 2; *cell == '`' || *cell == ',' || *cell == ' ';) {
            char word[64];
            cell += strspn(cell, "`, ");
            size_t len = strcspn(cell, "`");
            snprintf(word, sizeof word, "%.*s", (int)len, cell);
            if (*cell == '|')
                break;
            if (!parser_knows(word))
                fail_msg("docs/scenario.md has a row for '%s', which is no key", word);
            cell += len + 1;
        }
    }
    assert_true(rows > 30);
}

static void test_phases(void **state)
{
    (void)state;
    const cJSON *words = cJSON_GetObjectItemCaseSensitive(definition("phase"), "enum");
    for (int i = 0; i < PHASE_COUNT; i++)
        assert_true(holds(words, phase_words[i].word));
}

static void test_profiles(void **state)
{
    (void)state;
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(definition(""), "properties");
    const cJSON *profile = cJSON_GetObjectItemCaseSensitive(properties, "profile");
    for (const struct profile *p = profiles; p->name; p++)
        if (!holds(cJSON_GetObjectItemCaseSensitive(profile, "enum"), p->name))
            fail_msg("the schema lacks the profile '%s'", p->name);
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
        cmocka_unit_test(test_every_key_is_described),
        cmocka_unit_test(test_every_key_is_in_the_manual),
        cmocka_unit_test(test_the_manual_names_no_other_key),
        cmocka_unit_test(test_phases),
        cmocka_unit_test(test_profiles),
        cmocka_unit_test(test_reasons),
    };
    return cmocka_run_group_tests(tests, load_files, free_files);
}
