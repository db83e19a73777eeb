/* Points in time, read and written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/utc.h"

static void times_are_read_with_their_zone(void **state)
{
    static const struct {
        const char *text, *same; /* as UTC; NULL: no time */
    } rows[] = {
        {"2026-04-05T10:00:00Z", "2026-04-05T10:00:00Z"},
        {"2026-04-05 10:00Z", "2026-04-05T10:00:00Z"},
        {"2026-04-05T10:00:30+02:00", "2026-04-05T08:00:30Z"},
        {"2026-01-01T00:30-0130", "2026-01-01T02:00:00Z"},
        {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
        {"9000-01-01T00:00:00Z", "2255-03-14T16:00:00Z"},
        {"2025-02-29T00:00:00Z", NULL},
        {"2026-04-31T10:00:00Z", NULL},
        {"2026-04-05T24:00:00Z", NULL},
        {"2026-04-05T10:61:00Z", NULL},
        {"2026-04-05T10:00:00", NULL},
        {"2026-04-05T10:00:00ZZ", NULL},
        {"2026-04-05T10:00:00+2", NULL},
        {"2026-04-05T10:00:00+24:00", NULL},
        {"2026-04-05", NULL},
        {"2026-04-05T", NULL},
        {"tomorrow", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t ns = -1;
        char text[32];
        int rc = utc_parse(rows[i].text, &ns);
        if (rc != (rows[i].same ? 0 : -1))
            fail_msg("'%s': %d", rows[i].text, rc);
        if (rows[i].same)
            assert_string_equal(utc_format(ns, text, sizeof text), rows[i].same);
    }
}

static void written_to_the_nearest_second(void **state)
{
    char text[32];
    (void)state;
    assert_string_equal(utc_format(1499 * NS_PER_MS, text, sizeof text), "1970-01-01T00:00:01Z");
    assert_string_equal(utc_format(1500 * NS_PER_MS, text, sizeof text), "1970-01-01T00:00:02Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_with_their_zone),
        cmocka_unit_test(written_to_the_nearest_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
