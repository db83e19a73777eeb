/* What is masked, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mask.h"

static void names(void **state)
{
    static const struct {
        const char *name;
        bool secret;
    } rows[] = {
        {"Authorization", true}, {"Proxy-Authorization", true},
        {"Cookie", true},        {"Set-Cookie", true},
        {"X-Api-Key", true},     {"X-Auth-Token", true},
        {"DB_PASSWORD", true},   {"AWS_SECRET_ACCESS_KEY", true},
        {"key", true},           {"Idempotency-Key", false},
        {"X-Request-Id", false}, {"traceparent", false},
        {"PWD", false},          {"OLDPWD", false},
        {"monkey", false},       {"Content-Type", false},
        {"PORT", false},         {"", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (mask_is_secret(rows[i].name, strlen(rows[i].name)) != rows[i].secret)
            fail_msg("%s", rows[i].name);
}

static void texts(void **state)
{
    static const struct {
        const char *text, *masked;
    } rows[] = {
        {"GET /a?b=c&d=e", "GET /a?b=c&d=e"},
        {"GET /a?token=hunter2&d=e", "GET /a?token=***&d=e"},
        {"GET /a?x=1&user_password=ab, attempt 3", "GET /a?x=1&user_password=*** attempt 3"},
        {"/a?api_key=0123456789&Access_Key=z", "/a?api_key=***&Access_Key=*"},
        {"/a?key=0123456789", "/a?key=***"},
        {"/a?monkey=business", "/a?monkey=business"},
        {"Cookie: session=abc; x=y", "Cookie: ***"},
        {"Authorization: Bearer abc", "Authorization: ***"},
        {"Idempotency-Key: 0123", "Idempotency-Key: 0123"},
        {"postgres://me:secret@host/db", "postgres://me:***@host/db"},
        {"postgres://me:se@cret@host/db", "postgres://me:***@host/db"},
        {"http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a"},
        {"{\"password\":\"hunter2\",\"a\":1}", "{\"password\":\"***\",\"a\":1}"},
        {"{'token': 'hunter2', 'a': 1}", "{'token': '***', 'a': 1}"},
        {"node s.js --password hunter2 --port 1", "node s.js --password *** --port 1"},
        {"node s.js --password --port 1", "node s.js --password --port 1"},
        {"node s.js --token=hunter2 x", "node s.js --token=*** x"},
        {"s -H X-Api-Key: abc def", "s -H X-Api-Key: ***"},
        {"step pool-closed: done", "step pool-closed: done"},
        {"password=", "password="},
        {"=:=:", "=:=:"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[128];
        snprintf(text, sizeof text, "%s", rows[i].text);
        mask_text(text);
        assert_string_equal(text, rows[i].masked);
        mask_text(text); /* nothing is masked twice */
        assert_string_equal(text, rows[i].masked);
    }
}

static void json(void **state)
{
    static const struct {
        const char *text, *masked; /* NULL: there is nothing to mask */
    } rows[] = {
        {"[\"s\",\"--token\",\"hunter2\",\"x\"]", "[\"s\",\"--token\",\"***\",\"x\"]"},
        {"[\"s\",\"--token\",\"--port\"]", NULL},
        {"{\"headers\":{\"Cookie\":\"a=b\",\"Idempotency-Key\":\"k\"},\"path\":\"/?token=abc\"}",
         "{\"headers\":{\"Cookie\":\"***\",\"Idempotency-Key\":\"k\"},\"path\":\"/?token=***\"}"},
        {"{\"env\":{\"DB_PASSWORD\":\"x\",\"PORT\":\"1\"}}",
         "{\"env\":{\"DB_PASSWORD\":\"***\",\"PORT\":\"1\"}}"},
        {"{\"name\":\"token=abc\",\"absent\":\"password=[a-z]+\"}", NULL},
        {"{\"url\":\"http://me:secret@h:1\"}", "{\"url\":\"http://me:***@h:1\"}"},
        {"no json", NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *masked = mask_json(rows[i].text);
        if (rows[i].masked)
            assert_string_equal(masked, rows[i].masked);
        else
            assert_null(masked);
        free(masked);
    }
}

static void urls(void **state)
{
    static const struct {
        const char *url, *masked;
    } rows[] = {
        {"redis://:my/secret@host:6379/jobs", "redis://:***@host:6379/jobs"},
        {"etcd://me:a'b\"c#d@host:2379/a", "etcd://me:***@host:2379/a"},
        {"http://me:se@cret@host", "http://me:***@host"},
        {"http://host:80/a", "http://host:80/a"},
        {"http://me@host:80/a?token=x", "http://me@host:80/a?token=*"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *masked = mask_url(rows[i].url);
        assert_string_equal(masked, rows[i].masked);
        free(masked);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(texts),
        cmocka_unit_test(json),
        cmocka_unit_test(urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
