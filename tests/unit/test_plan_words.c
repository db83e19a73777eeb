/* Every key of "expect" and "when" is explained, with an example that the parser takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "plan/parse.h"
#include "plan/scenario_words.h"

static bool is_explained(const struct scenario_word *table, int count, const char *key)
{
    for (int i = 0; i < count; i++)
        if (word_find(&table[i].word, 1, key) == 0)
            return true;
    return false;
}

static void every_key_is_explained(void **state)
{
    static const struct json_field *const expects[] = {expect_load_fields, expect_target_fields,
                                                       latency_fields};
    (void)state;
    for (size_t i = 0; i < 3; i++)
        for (const struct json_field *f = expects[i]; f->key; f++)
            if (!is_explained(expect_words, EXPECT_WORD_COUNT, f->key))
                fail_msg("'%s' is not explained", f->key);
    for (const struct json_field *f = when_fields; f->key; f++)
        if (!is_explained(moment_words, MOMENT_WORD_COUNT, f->key))
            fail_msg("'%s' is not explained", f->key);
}

/* The example stands where it belongs, and uses the word. */
static void try_example(const struct scenario_word *w, const char *signals, const char *expects)
{
    char text[4096];
    struct plan plan;
    struct error err = {0};
    snprintf(
        text, sizeof text,
        "{\"name\": \"n\", \"checklist\": {}, \"targets\": {\"target\": {\"command\": [\"s\"], "
        "\"health\": "
        "{\"ready\": "
        "\"/r\", \"live\": \"/l\"}}, \"a\": {\"reference\": {}}}, \"loads\": [{\"name\": \"long\", "
        "\"clients\": 20, \"request\": "
        "{\"path\": \"/\"}}, {\"name\": \"steady\", \"request\": {\"path\": \"/\"}}, {\"name\": "
        "\"orders\", \"request\": {\"path\": \"/\"}}], \"signals\": [%s], \"expect\": [%s]}",
        signals, expects);
    if (plan_parse_text("example", text, strlen(text), &plan, &err) < 0)
        fail_msg("%s: %s", w->word.word, err.text);
    plan_free(&plan);
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\"", w->word.word);
    if (!strstr(w->example, quoted))
        fail_msg("the example of '%s' does not show it: %s", w->word.word, w->example);
}

static void examples_are_taken_by_the_parser(void **state)
{
    static const char term[] = "{\"send\": \"SIGTERM\", \"when\": {\"at\": \"1s\"}}";
    (void)state;
    for (int i = 0; i < EXPECT_WORD_COUNT; i++)
        try_example(&expect_words[i], term, expect_words[i].example);
    for (int i = 0; i < MOMENT_WORD_COUNT; i++)
        try_example(&moment_words[i], moment_words[i].example, "");
    for (int i = 0; i < RECEIVER_WORD_COUNT; i++)
        try_example(&receiver_words[i], receiver_words[i].example, "");
}

static void sentences(void **state)
{
    (void)state;
    for (int i = 0; i < EXPECT_WORD_COUNT; i++)
        assert_true(strlen(expect_words[i].word.sentence) > 8);
    for (int i = 0; i < MOMENT_WORD_COUNT; i++)
        assert_true(strlen(moment_words[i].word.sentence) > 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_explained),
        cmocka_unit_test(examples_are_taken_by_the_parser),
        cmocka_unit_test(sentences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
