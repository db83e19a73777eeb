/* The log: what is masked in it, and which ids it takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "server/life/log.h"

static void secrets_are_masked(void **state)
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
        {"postgres://me:secret@host/db", "postgres://me:***@host/db"},
        {"http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a"},
        {"password=", "password="},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[128];
        snprintf(text, sizeof text, "%s", rows[i].text);
        log_mask(text);
        assert_string_equal(text, rows[i].masked);
    }
}

#define TRACE "021c88d0a3fd73b6c5624e2c6cd2f795"

static void ids_that_are_none_are_not_taken(void **state)
{
    struct request_ids ids = {{0}, {0}};
    char long_id[80];
    (void)state;
    memset(long_id, 'a', sizeof long_id);
    long_id[65] = '\0';
    request_ids_take_id(&ids, long_id);
    request_ids_take_id(&ids, "a\"b");
    request_ids_take_id(&ids, "");
    assert_string_equal(ids.id, "");
    long_id[64] = '\0';
    request_ids_take_id(&ids, long_id);
    assert_string_equal(ids.id, long_id);
    request_ids_take_trace(&ids, "00-" TRACE);
    request_ids_take_trace(&ids, "01-" TRACE "-1d80fc258ba5831b-01");
    request_ids_take_trace(&ids, "00-00000000000000000000000000000000-1d80fc258ba5831b-01");
    request_ids_take_trace(&ids, "00-XY1c88d0a3fd73b6c5624e2c6cd2f795-1d80fc258ba5831b-01");
    assert_string_equal(ids.trace, "");
    request_ids_take_trace(&ids, "00-" TRACE "-1d80fc258ba5831b-01");
    assert_string_equal(ids.trace, TRACE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrets_are_masked),
        cmocka_unit_test(ids_that_are_none_are_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
