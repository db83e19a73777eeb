/* The parser and scenario.schema.json refuse the same files, over some thousand scenarios in which
 * one thing was changed (tests/validators/mutants.mjs, which also asks ajv). What the schema
 * accepts and the parser refuses is what no schema can know; that list is here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "plan/parse.h"

enum { MAX_SHOWN = 20 };

/* Where the two rightly differ: it takes the whole file, a compiler of expressions, or a look at
 * two values at once. Parts of the parser's messages. */
static const char *const only_the_parser[] = {
    "there is no load '",              /* names that refer to another part of the file */
    "there is already a load '",       /* … or must be different */
    "is sent before this one",         /* a signal that must stand earlier */
    "is sent in this scenario",        /* … or anywhere */
    "there is no target or service '", /* … of processes */
    "there is already a process '",
    "there is no action '",
    "and there is no target or service",
    "both write a file",
    "is a service, and no server",
    "has no port that a proxy",
    "stands here twice",
    "has no registry",
    "is not a reference server",
    "is not started by the run",
    "two answer at one port",
    "the first target, and started with the run",
    "only the reference server",
    "the load '",                        /* a moment or a freeze that the load cannot come to */
    "not a POSIX extended regular",      /* regcomp(3) */
    "no path that tells whether",        /* an expectation that the target gives no way to see */
    "'not_before' is later",             /* two durations compared */
    "must be shorter than the grace",    /* … one of them the platform's */
    "expected a duration above 0",       /* "0s", "0.0ms": 0 in many spellings */
    "expected a rate above 0",           /* "0/s" */
    "a frontend counts in milliseconds", /* "10us" */
    "wait for more than a day",          /* "30h" */
    "expected a duration of 1ms or more",
    "longer than its interval",
    "nothing is expected of this load", /* an empty "latency" beside nothing else */
};

static FILE *mutants;

static int open_mutants(void **state)
{
    (void)state;
    const char *file = getenv("MUTANTS");
    mutants = file ? fopen(file, "r") : NULL;
    if (!mutants)
        print_error("MUTANTS names no file: 'make unit' makes it and sets it\n");
    return mutants ? 0 : -1;
}

static int close_mutants(void **state)
{
    (void)state;
    return mutants ? fclose(mutants) : 0;
}

static bool has_any(const char *text, const char *const *parts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(text, parts[i]))
            return true;
    return false;
}

/* The parser's verdict on one line's document. */
static bool accepts(const cJSON *line, struct error *err)
{
    struct plan plan;
    char *text = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(line, "doc"));
    *err = (struct error){0};
    bool ok = plan_parse_text("s.json", text, strlen(text), &plan, err) == 0;
    if (ok)
        plan_free(&plan);
    cJSON_free(text);
    return ok;
}

/* Call `each` for every line; it returns a complaint about it, or NULL. */
static void for_each(const char *(*each)(const cJSON *line, bool accepted, const struct error *err))
{
    char *text = NULL;
    size_t size = 0, count = 0, bad = 0;
    rewind(mutants);
    while (getline(&text, &size, mutants) > 0) {
        struct error err;
        cJSON *line = cJSON_Parse(text);
        assert_non_null(line);
        bool accepted = accepts(line, &err);
        const char *complaint = each(line, accepted, &err);
        if (complaint && bad++ < MAX_SHOWN)
            print_error("%s: %s; the parser says: %s (%s)\n",
                        cJSON_GetObjectItemCaseSensitive(line, "what")->valuestring, complaint,
                        accepted ? "good" : err.text, err.hint);
        cJSON_Delete(line);
        count++;
    }
    free(text);
    assert_true(count > 1000);
    assert_int_equal(bad, 0);
}

static const char *same_verdict(const cJSON *line, bool accepted, const struct error *err)
{
    bool valid = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(line, "valid"));
    if (json_has(line, "seed") && !(valid && accepted))
        return "a seed must be good by both";
    if (accepted && !valid)
        return "the schema refuses it";
    if (!accepted && valid && !has_any(err->text, only_the_parser, ARRAY_LEN(only_the_parser)))
        return "the schema accepts it";
    return NULL;
}

static void test_same_verdict(void **state)
{
    (void)state;
    for_each(same_verdict);
}

/* Every word of an enum is one to the parser, whatever it thinks of the rest of the file. */
static const char *word_known(const cJSON *line, bool accepted, const struct error *err)
{
    static const char *const unknown[] = {
        "there is no phase", "there is no shape", "there is no event",  "there is no receiver",
        "there is no kind",  "there is no point", "there is no signal", "there is no platform",
        "there is no way",   "there is no step",  "there is no proxy"};
    if (!json_has(line, "word") || accepted || !has_any(err->text, unknown, ARRAY_LEN(unknown)))
        return NULL;
    return "the schema knows that word";
}

static void test_words_of_the_schema(void **state)
{
    (void)state;
    for_each(word_known);
}

static bool in_words(const cJSON *words, const char *word, size_t len)
{
    for (const cJSON *w = words->child; w; w = w->next)
        if (strlen(w->valuestring) == len && strncmp(w->valuestring, word, len) == 0)
            return true;
    return false;
}

static int lists_compared;

/* The parser's hint to a word that is near none is the list of all that it knows. */
static const char *words_listed(const cJSON *line, bool accepted, const struct error *err)
{
    const cJSON *words = cJSON_GetObjectItemCaseSensitive(line, "words");
    const char *list = strncmp(err->hint, "known are: ", 11) == 0 ? err->hint + 11 : NULL;
    if (!words || accepted || !list)
        return NULL;
    lists_compared++;
    for (size_t len; *list; list += len + strspn(list + len, ", ")) {
        len = strcspn(list, ",");
        if (!in_words(words, list, len))
            return "the schema lacks one of those words";
    }
    return NULL;
}

static void test_words_of_the_parser(void **state)
{
    (void)state;
    for_each(words_listed);
    assert_true(lists_compared >= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_verdict),
        cmocka_unit_test(test_words_of_the_schema),
        cmocka_unit_test(test_words_of_the_parser),
    };
    return cmocka_run_group_tests(tests, open_mutants, close_mutants);
}
