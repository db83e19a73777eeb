/* The log: which ids it takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "server/life/log.h"

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
        cmocka_unit_test(ids_that_are_none_are_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
