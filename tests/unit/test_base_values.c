/* Durations, signal names, near words, buffers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/duration.h"
#include "base/signame.h"
#include "base/words.h"

static void test_durations(void **state)
{
    static const struct {
        const char *text;
        int64_t ns; /* -1: not a duration */
        const char *shortest;
    } rows[] = {
        {"0", 0, "0s"},
        {"250us", 250000, "250us"},
        {"250ms", 250000000, "250ms"},
        {"1.5s", 1500000000, "1.5s"},
        {"90s", INT64_C(90000000000), "90s"},
        {"2m", INT64_C(120000000000), "2m"},
        {"1h", INT64_C(3600000000000), "1h"},
        {"5", -1, NULL},
        {"", -1, NULL},
        {"s", -1, NULL},
        {"-1s", -1, NULL},
        {" 1s", -1, NULL},
        {"1 s", -1, NULL},
        {"1s ", -1, NULL},
        {"0x10s", -1, NULL},
        {"infs", -1, NULL},
        {"1e99s", -1, NULL},
        {"2000h", -1, NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t ns = -1;
        char text[32];
        assert_int_equal(duration_parse(rows[i].text, &ns), rows[i].ns < 0 ? -1 : 0);
        if (rows[i].ns < 0)
            continue;
        assert_int_equal(ns, rows[i].ns);
        assert_string_equal(duration_format(ns, text, sizeof text), rows[i].shortest);
    }
}

static void test_signals(void **state)
{
    (void)state;
    assert_int_equal(signame_number("SIGTERM"), SIGTERM);
    assert_int_equal(signame_number("term"), SIGTERM);
    assert_int_equal(signame_number("15"), SIGTERM);
    assert_int_equal(signame_number("SIG"), 0);
    assert_int_equal(signame_number("0"), 0);
    assert_int_equal(signame_number("9999"), 0);
    assert_string_equal(signame_name(SIGUSR2), "SIGUSR2");
    assert_string_equal(signame_nearest("SIGTREM"), "SIGTERM");
}

static void test_nearest(void **state)
{
    static const char *const known[] = {"clients", "requests", "rate", NULL};
    (void)state;
    assert_string_equal(words_nearest("cleints", known), "clients");
    assert_string_equal(words_nearest("RATE", known), "rate");
    assert_null(words_nearest("zebra", known));
    assert_null(words_nearest("", known));
}

static void test_buffer(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, 8);
    assert_int_equal(buf_adds(&b, "12345"), 0);
    assert_int_equal(buf_adds(&b, "6789"), -1); /* left out whole */
    assert_true(b.overflow);
    assert_string_equal(b.data, "12345");
    buf_consume(&b, 2);
    char *taken = buf_take(&b);
    assert_string_equal(taken, "345");
    free(taken);
    taken = buf_take(&b);
    assert_string_equal(taken, "");
    free(taken);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_signals),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
