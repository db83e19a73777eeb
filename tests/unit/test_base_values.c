/* Durations, signal names, near words, buffers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/duration.h"
#include "base/ending.h"
#include "base/escape.h"
#include "base/signame.h"
#include "base/url.h"
#include "base/whole.h"
#include "base/words.h"
#include "base/wrap.h"

static void durations_in_a_sentence(void **state)
{
    static const struct {
        int64_t ns;
        const char *text;
    } rows[] = {{0, "0 s"}, {1500000000, "1.5 s"}, {250000000, "250 ms"}, {1000, "1 us"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[32];
        assert_string_equal(duration_words(rows[i].ns, text, sizeof text), rows[i].text);
    }
}

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
        {"1e3ms", -1, NULL},
        {"1.5.5s", -1, NULL},
        {".5s", -1, NULL},
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

static void test_whole_numbers(void **state)
{
    static const struct {
        const char *text;
        int64_t min, max, number; /* -7: none */
    } rows[] = {
        {"0", 0, 9, 0},
        {"-0", -1, 9, 0},
        {"007", 0, 9, 7},
        {"10", 0, 9, -7},
        {"-2", -1, 9, -7},
        {"-1", -1, 9, -1},
        {"9223372036854775807", 0, INT64_MAX, INT64_MAX},
        {"9223372036854775808", 0, INT64_MAX, -7},
        {"9223372036854775808", INT64_MIN, INT64_MAX, -7},
        {"-9223372036854775808", INT64_MIN, 0, INT64_MIN},
        {"-9223372036854775809", INT64_MIN, 0, -7},
        {"99999999999999999999999", 0, INT64_MAX, -7},
        {"", 0, 9, -7},
        {"-", -9, 9, -7},
        {"-1", 0, 9, -7},
        {"-0", 0, 9, -7},
        {"+1", 0, 9, -7},
        {" 1", 0, 9, -7},
        {"1 ", 0, 9, -7},
        {"1.0", 0, 9, -7},
        {"0x1", 0, 9, -7},
        {"--1", -9, 9, -7},
        {NULL, 0, 9, -7},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int64_t n = -7;
        bool good = whole_parse(rows[i].text, rows[i].min, rows[i].max, &n);
        assert_int_equal(n, rows[i].number);
        assert_int_equal(good, rows[i].number != -7);
    }
    int64_t n = 0;
    assert_true(whole_read("80/path", 2, 1, 65535, &n)); /* and not a byte behind */
    assert_int_equal(n, 80);
    assert_false(whole_read("80/path", 3, 1, 65535, &n));
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
    struct error err = {0};
    assert_int_equal(signame_hint("SIGTREM", &err), -1);
    assert_string_equal(err.hint, "did you mean 'SIGTERM'?");
}

static void test_endings(void **state)
{
    char out[ENDING_SIZE];
    (void)state;
    assert_string_equal(ending_say(out, sizeof out, 3, 0), "exited with code 3");
    assert_string_equal(ending_say(out, sizeof out, INT64_MIN + 1, 0), "exited");
    assert_string_equal(ending_say(out, sizeof out, INT64_MAX, 0),
                        "exited with code 9223372036854775807");
    assert_string_equal(ending_say(out, sizeof out, -1, SIGKILL), "died of SIGKILL");
    assert_string_equal(ending_say_status(out, sizeof out, 3 << 8), "exited with code 3");
    assert_string_equal(ending_say_status(out, sizeof out, SIGTERM), "died of SIGTERM");
}

static void test_nearest(void **state)
{
    static const char *const known[] = {"clients", "requests", "rate", NULL};
    (void)state;
    assert_string_equal(words_nearest("cleints", known), "clients");
    assert_string_equal(words_nearest("RATE", known), "rate");
    assert_null(words_nearest("zebra", known));
    assert_null(words_nearest("", known));
    struct error err = {0};
    char list[16];
    assert_int_equal(words_hint("zebra", known, NULL, &err), -1);
    assert_string_equal(err.hint, "");
    assert_int_equal(words_hint("zebra", known, "look it up", &err), -1);
    assert_string_equal(err.hint, "look it up");
    assert_int_equal(words_hint_list("zebra", known, "known are", &err), -1);
    assert_string_equal(err.hint, "known are: clients, requests, rate");
    assert_int_equal(words_hint_list("rats", known, "known are", &err), -1);
    assert_string_equal(err.hint, "did you mean 'rate'?");
    assert_string_equal(words_join(known, list, sizeof list), "clients, reques");
    assert_int_equal(words_hint_list("x", (const char *const[]){NULL}, "they are", &err), -1);
    assert_string_equal(err.hint, "they are: there are none");
}

/* Its parts: user, host and port in brackets, and the rest. */
static void test_urls(void **state)
{
    static const struct {
        const char *url, *parts;
    } rows[] = {
        {"http://h", "[h][80]"},
        {"http://h:8080/a?b#c", "[h][8080]/a?b#c"},
        {"h:8080", "[h][8080]"},
        {"http://h:/", "[h][80]/"},
        {"http://[::1]:8080/x", "[::1][8080]/x"},
        {"http://[::1]", "[::1][80]"},
        {"http://[::1", "[[][0]"}, /* never closed: what is behind the first ':' is no port */
        {"http://u:p@h:9?q=://", "[u:p][h][9]?q=://"},
        {"http://a@b@h", "[a@b][h][80]"},
        {"http://h/@x:1", "[h][80]/@x:1"},
        {"http://h:80a", "[h][0]"},
        {"http://h:65536", "[h][0]"},
        {"http://h:-1", "[h][0]"},
        {"", "[][80]"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char parts[64] = "";
        struct url u = url_split(rows[i].url);
        if (u.user)
            snprintf(parts, sizeof parts, "[%.*s]", (int)u.user_len, u.user);
        size_t used = strlen(parts);
        snprintf(parts + used, sizeof parts - used, "[%.*s][%d]%s", (int)u.host_len, u.host,
                 url_port(&u, 80), u.rest);
        assert_string_equal(parts, rows[i].parts);
    }
}

static void check_wrap(const char *text, int column, const char *indent, int width,
                       const char *lines)
{
    struct buf b;
    buf_init(&b, 1024);
    wrap_add(&b, text, column, indent, width);
    assert_string_equal(b.data, lines);
    buf_free(&b);
}

static void test_wrapping(void **state)
{
    (void)state;
    check_wrap("", 0, "", 10, "\n");
    check_wrap("one two  three", 0, "", 7, "one two\nthree\n");
    check_wrap("one two three", 4, "  // ", 11, "one two\n  // three\n");
    check_wrap("longer-than-a-line x", 2, "  ", 10, "longer-than-a-line\n  x\n");
    check_wrap("after 10 s, 95 % of it", 0, "", 10, "after\n10 s, 95 %\nof it\n");
    check_wrap("version 10 sat", 0, "", 11, "version 10\nsat\n"); /* no unit */
    check_wrap("a\n\nb c", 2, "  ", 80, "a\n\n  b c\n");
    check_wrap("\xc3\xa4\xc3\xa4 \xc3\xa4", 0, "", 4, "\xc3\xa4\xc3\xa4 \xc3\xa4\n");
    assert_string_equal(wrap_blanks(3), "   ");
    assert_int_equal(strlen(wrap_blanks(500)), 80);
}

static const char *no_a(const char *c, size_t n)
{
    return n == 1 && *c == 'a' ? "<a>" : escape_control(c);
}

static void test_escaping(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, 1024);
    escape_add(&b, "a\t\xff\xc3\xa4\xc3", no_a);
    assert_string_equal(b.data, "<a>\xef\xbf\xbd\xef\xbf\xbd\xc3\xa4\xef\xbf\xbd");
    buf_reset(&b);
    escape_add(&b, NULL, no_a);
    assert_int_equal(b.len, 0);
    buf_free(&b);
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

/* Keeps what it is given, until `room` is used up: then the disk is full. */
struct disk {
    struct buf written;
    size_t room;
    int calls;
};

static int to_disk(void *arg, const void *data, size_t len)
{
    struct disk *disk = arg;
    disk->calls++;
    if (len > disk->room)
        return -ENOSPC;
    disk->room -= len;
    buf_add(&disk->written, data, len);
    return 0;
}

static void test_spilling(void **state)
{
    (void)state;
    struct disk disk = {.room = 100000};
    struct buf b, all;
    buf_init(&disk.written, 100000);
    buf_init(&all, 100000);
    buf_init_spilling(&b, 256, to_disk, &disk);
    for (int i = 0; i < 500; i++) {
        buf_addf(&all, "line %d\n", i);
        assert_int_equal(buf_addf(&b, "line %d\n", i), 0);
        assert_true(b.len <= 256);
        assert_int_equal(b.data[b.len - 1], '\n'); /* its end can be looked at */
    }
    buf_add(&all, all.data, 2000);
    assert_int_equal(buf_add(&b, all.data, 2000), 0); /* longer than the buffer */
    assert_int_equal(buf_spill_all(&b), 0);
    assert_string_equal(disk.written.data, all.data);
    assert_true(disk.calls < 100);
    buf_free(&b);
    buf_free(&all);
    buf_free(&disk.written);
}

static void test_spilling_fails(void **state)
{
    (void)state;
    struct disk disk = {.room = 300};
    struct buf b;
    buf_init(&disk.written, 1000);
    buf_init_spilling(&b, 256, to_disk, &disk);
    for (int i = 0; i < 200; i++)
        buf_adds(&b, "12345678");
    assert_true(b.overflow);
    assert_int_equal(buf_spill_all(&b), -ENOSPC);
    assert_int_equal(disk.calls, 2); /* it is not asked again */
    buf_free(&b);
    buf_free(&disk.written);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations),     cmocka_unit_test(durations_in_a_sentence),
        cmocka_unit_test(test_whole_numbers), cmocka_unit_test(test_signals),
        cmocka_unit_test(test_endings),       cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_urls),          cmocka_unit_test(test_wrapping),
        cmocka_unit_test(test_escaping),      cmocka_unit_test(test_buffer),
        cmocka_unit_test(test_spilling),      cmocka_unit_test(test_spilling_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
