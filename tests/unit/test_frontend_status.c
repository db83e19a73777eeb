/* A status answer: what is well, what is trouble, and which notices are believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/attr.h"
#include "frontend/status.h"

static const int64_t WALL = INT64_C(1775383200000); /* 2026-04-05T10:00:00Z */

static const struct {
    const char *body;
    int status;
    bool well, speaks;
    fe_ms left;
    const char *problem; /* a part of it; NULL: none */
} rows[] = {
    {"{\"status\":\"UP\"}", 200, true, false, UINT32_MAX, NULL},
    {"{\"status\":\"ok\"}", 200, true, false, UINT32_MAX, NULL},
    {"{\"status\":\"OUT_OF_SERVICE\"}", 503, false, false, UINT32_MAX, "not 200"},
    {"{\"status\":\"DOWN\"}", 200, false, false, UINT32_MAX, "not one of those"},
    {"{\"state\":\"UP\"}", 200, false, false, UINT32_MAX, "no \"status\""},
    {"{\"status\":1}", 200, false, false, UINT32_MAX, "no \"status\""},
    {"<html>", 200, false, false, UINT32_MAX, "not JSON"},
    {"", 200, false, false, UINT32_MAX, "not JSON"},
    {"[]", 200, false, false, UINT32_MAX, "no \"status\""},
    {"{\"status\":\"UP\",\"maintenance\":{\"scheduled\":false}}", 200, true, true, UINT32_MAX,
     NULL},
    {"{\"status\":\"UP\",\"maintenance\":{\"scheduled\":true,\"gracePeriodSeconds\":300,"
     "\"shutdownTime\":\"1999-01-01T00:00:00Z\"}}",
     200, true, true, 300000, NULL},
    {"{\"status\":\"UP\",\"maintenance\":{\"scheduled\":true,"
     "\"shutdownTime\":\"2026-04-05T10:05:00Z\"}}",
     200, true, true, 300000, NULL},
    {"{\"status\":\"UP\",\"maintenance\":{\"scheduled\":true,"
     "\"shutdownTime\":\"2026-04-05T09:59:00.250Z\"}}",
     200, true, true, 0, NULL},
    {"{\"status\":\"UP\",\"maintenance\":{\"scheduled\":true,"
     "\"shutdownTime\":\"2026-05-05T10:00:00Z\"}}",
     200, true, false, UINT32_MAX, "far off"},
    {"{\"status\":\"UP\",\"maintenance\":{\"scheduled\":true,\"shutdownTime\":\"soon\"}}", 200,
     true, false, UINT32_MAX, "but not when"},
    {"{\"status\":\"UP\",\"maintenance\":{\"scheduled\":true,\"gracePeriodSeconds\":-5}}", 200,
     true, false, UINT32_MAX, "but not when"},
    {"{\"status\":\"UP\",\"maintenance\":{\"scheduled\":\"yes\"}}", 200, true, false, UINT32_MAX,
     NULL},
    {"{\"status\":\"OUT_OF_SERVICE\",\"maintenance\":{\"scheduled\":true,"
     "\"gracePeriodSeconds\":0}}",
     503, false, true, 0, "not 200"},
};

static void test_answers(void **state)
{
    struct fe_policy p;
    (void)state;
    assert_int_equal(fe_policy_named("careful", &p), 0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fe_status s;
        fe_status_read(&p, rows[i].status, rows[i].body, strlen(rows[i].body), WALL, &s);
        if (s.well != rows[i].well || s.speaks != rows[i].speaks || s.left != rows[i].left ||
            !s.problem != !rows[i].problem || (s.problem && !strstr(s.problem, rows[i].problem)))
            fail_msg("%s: well %d, speaks %d, left %u, problem '%s'", rows[i].body, s.well,
                     s.speaks, s.left, s.problem ? s.problem : "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_answers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
