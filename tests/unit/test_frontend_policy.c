/* Reading a frontend's settings: the sets, what is off, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "frontend/policy.h"
#include "frontend/step.h"

static int read_text(const char *text, struct fe_policy *p, struct error *err)
{
    struct json_doc doc = {0};
    *err = (struct error){0};
    assert_int_equal(json_doc_parse(&doc, "f.json", text, strlen(text), err), 0);
    int result = fe_policy_read(&doc, doc.root, p, err);
    json_doc_free(&doc);
    return result;
}

static void test_each_setting_is_off_by_default(void **state)
{
    struct fe_policy p, off = {0};
    struct error err;
    (void)state;
    assert_int_equal(read_text("{}", &p, &err), 0);
    assert_memory_equal(&p, &off, sizeof p);
}

static void test_sets(void **state)
{
    struct fe_policy p, q;
    struct error err;
    (void)state;
    for (int i = 0; fe_policy_names[i]; i++) {
        char text[64];
        assert_non_null(fe_policy_abouts[i]);
        snprintf(text, sizeof text, "\"%s\"", fe_policy_names[i]);
        assert_int_equal(read_text(text, &p, &err), 0);
        assert_int_equal(fe_policy_named(fe_policy_names[i], &q), 0);
        assert_memory_equal(&p, &q, sizeof p);
    }
    assert_int_equal(fe_policy_named("hasty", &q), -1);
    assert_int_equal(read_text("{\"set\": \"careful\", \"timeout\": \"3s\"}", &p, &err), 0);
    fe_policy_named("careful", &q);
    q.timeout = 3000;
    assert_memory_equal(&p, &q, sizeof p);
}

static void test_parts(void **state)
{
    struct fe_policy p;
    struct error err;
    (void)state;
    assert_int_equal(read_text("{\"retry\": {\"tries\": 5, \"on\": [\"refused\"], \"statuses\": "
                               "[500, 503], \"base\": \"250ms\", \"cap\": \"2s\"}}",
                               &p, &err),
                     0);
    assert_int_equal(p.retry.kind, FE_RETRY_JITTER);
    assert_int_equal(p.retry.tries, 5);
    assert_int_equal(p.retry.on, 1 << FE_REFUSED);
    assert_int_equal(p.retry.n_statuses, 2);
    assert_int_equal(fe_retry_delay(&p, 0, 0, 0.0), 250);
    assert_int_equal(fe_retry_delay(&p, 2, 0, 0.5), 1500);
    assert_int_equal(fe_retry_delay(&p, 19, 0, 0.0), 2000);
    assert_int_equal(
        read_text("{\"cache\": {\"/a\": \"cache-first\", \"*\": \"network-first\"}}", &p, &err), 0);
    assert_int_equal(fe_policy_cache(&p, "/a?x=1"), FE_CACHE_FIRST);
    assert_int_equal(fe_policy_cache(&p, "/ab"), FE_NETWORK_FIRST);
    assert_int_equal(read_text("{\"poll\": false, \"offline_queue\": {\"max\": 7}}", &p, &err), 0);
    assert_false(p.poll.on);
    assert_true(p.queue.on);
    assert_int_equal(p.queue.max, 7);
    assert_int_equal(p.queue.batch, 10);
}

/* What is refused, and a part of what is said about it. */
static const struct {
    const char *text, *said;
} refused[] = {
    {"{\"retry\": {\"tries\": \"unlimited\"}}", "could never end"},
    {"{\"retry\": {\"tries\": -1}}", "could never end"},
    {"{\"retry\": {\"tries\": 1000000}}", "could never end"},
    {"{\"retry\": {\"statuses\": [200]}}", "could never end"},
    {"{\"retry\": {\"base\": \"0s\"}}", "1ms or more"},
    {"{\"retry\": {\"base\": \"10us\"}}", "milliseconds"},
    {"{\"retry\": \"expnential\"}", "no kind of retry"},
    {"{\"retry\": {\"on\": [\"status\"]}}", "no kind of failure"},
    {"{\"retry\": {\"on\": \"refused\"}}", "a list of outcomes"},
    {"{\"retries\": 3}", "retries"},
    {"{\"poll\": {\"path\": \"health\"}}", "begins with '/'"},
    {"{\"poll\": {\"timeout\": \"1m\"}}", "longer than its interval"},
    {"{\"poll\": {\"ok\": []}}", "a list of 1 to 4 words"},
    {"{\"timeout\": \"30h\"}", "more than a day"},
    {"{\"offline_queue\": {\"max\": 0}}", "$.offline_queue.max"},
    {"{\"cache\": \"cash-first\"}", "no kind of cache"},
    {"{\"set\": \"carefull\"}", "no kind of frontend"},
    {"\"carefull\"", "no kind of frontend"},
    {"{\"impatient\": {\"clicks\": 2}}", "after"},
    {"3", "an object"},
};

static void test_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct fe_policy p;
        struct error err;
        if (read_text(refused[i].text, &p, &err) == 0)
            fail_msg("%s was taken", refused[i].text);
        if (!strstr(err.text, refused[i].said) || err.kind != ERROR_USAGE)
            fail_msg("%s: '%s'", refused[i].text, err.text);
    }
}

/* The best hint is the word that was meant. */
static void test_hint(void **state)
{
    struct fe_policy p;
    struct error err;
    (void)state;
    read_text("\"carefull\"", &p, &err);
    assert_string_equal(err.hint, "did you mean 'careful'?");
    read_text("\"zzzzzz\"", &p, &err);
    assert_string_equal(err.hint,
                        "known are: naive, careful, none, fixed, exponential, exponential+jitter");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_setting_is_off_by_default),
        cmocka_unit_test(test_sets),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_hint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
