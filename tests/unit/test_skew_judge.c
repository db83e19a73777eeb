/* What became of a file, and what a Cache-Control means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "skew/skew.h"

static struct fetch_facts facts(int status, const char *type, uint64_t hash)
{
    return (struct fetch_facts){.status = status,
                                .type = (char *)type,
                                .cache_control = (char *)"",
                                .bytes = 10,
                                .hash = hash};
}

static void test_findings(void **state)
{
    static const struct {
        int status;
        const char *type;
        uint64_t hash;
        enum skew_finding finding;
    } rows[] = {
        {200, "text/javascript", 1, SKEW_FINE},
        {200, "application/javascript", 1, SKEW_FINE}, /* a script by any of its names */
        {200, "", 1, SKEW_FINE},
        {404, "text/html", 2, SKEW_VANISHED},
        {403, "application/xml", 2, SKEW_VANISHED},
        {410, "", 2, SKEW_VANISHED},
        {302, "", 2, SKEW_VANISHED},
        {200, "text/html", 2, SKEW_MASKED},
        {200, "application/json", 1, SKEW_MASKED},
        {200, "text/javascript", 2, SKEW_MUTATED},
        {0, "", 2, SKEW_UNKNOWN},
        {503, "text/html", 2, SKEW_UNKNOWN},
        {429, "", 2, SKEW_UNKNOWN},
        {408, "", 2, SKEW_UNKNOWN},
    };
    struct fetch_facts before = facts(200, "text/javascript", 1);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fetch_facts after = facts(rows[i].status, rows[i].type, rows[i].hash);
        assert_int_equal(skew_finding_of(&before, &after), rows[i].finding);
    }
    struct fetch_facts longer = before;
    longer.bytes++;
    assert_int_equal(skew_finding_of(&before, &longer), SKEW_MUTATED);
}

static void test_verdict(void **state)
{
    struct skew_file file = {.before = facts(200, "text/javascript", 1),
                             .after = facts(200, "text/javascript", 1)};
    struct skew s = {.page.before = facts(200, "text/html", 5),
                     .page.after = facts(200, "text/html", 6),
                     .files = &file,
                     .n_files = 1};
    (void)state;
    skew_judge(&s);
    assert_false(s.failed);
    assert_null(s.inconclusive);
    s.page.after.hash = 5;
    skew_judge(&s);
    assert_non_null(s.inconclusive); /* nothing was deployed */
    file.after.status = 404;
    skew_judge(&s);
    assert_true(s.failed);
    assert_int_equal(s.counts[SKEW_VANISHED], 1);
    s.n_files = 0;
    skew_judge(&s);
    assert_false(s.failed);
    assert_non_null(s.inconclusive); /* a pass is never empty */
}

static void test_freshness(void **state)
{
    static const struct {
        const char *field;
        int64_t seconds;
    } rows[] = {
        {"", -1},
        {"public", -1},
        {"no-cache", 0},
        {"No-Store", 0},
        {"max-age=0, must-revalidate", 0},
        {"public, max-age=3600", 3600},
        {"public,max-age=\"60\"", 60},
        {"max-age=3600, no-cache", 0},
        {"max-age", -1},
        {"max-age=", 0},
        {"s-maxage=100", -1},
        {"max-age=99999999999999999999", INT64_MAX},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(skew_freshness(rows[i].field), rows[i].seconds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_verdict),
        cmocka_unit_test(test_freshness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
