/* Addresses that reports are sent to; what a receiver does to a sender is in bats/otlp.bats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "load/post.h"

static void addresses(void **state)
{
    static const struct {
        const char *text, *path, *url, *shown;
        bool local;
    } rows[] = {
        {"http://127.0.0.1:4318", "/v1/traces", "http://127.0.0.1:4318/v1/traces", NULL, true},
        {"http://127.0.0.1:4318/", "/v1/traces", "http://127.0.0.1:4318/v1/traces", NULL, true},
        {"HTTP://LOCALHOST:4318", "/v1/traces", "http://LOCALHOST:4318/v1/traces", NULL, true},
        {"http://[::1]:4318/x", "/v1/traces", "http://[::1]:4318/x", NULL, true},
        {"https://t.example/otlp", "/v1/traces", "https://t.example/otlp", NULL, false},
        {"http://t.example?k=v#x", "/v1/traces", "http://t.example/v1/traces?k=v", NULL, false},
        {"http://t.example/", NULL, "http://t.example/", NULL, false},
        {"http://127.example/", NULL, "http://127.example/", NULL, false},
        {"https://me:se%40cret@t.example", "/p", "https://me:se%40cret@t.example/p",
         "https://t.example/p", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct post_address a;
        struct error err = {0};
        assert_true(post_is_address(rows[i].text));
        if (post_address_read(&a, rows[i].text, rows[i].path, &err) < 0)
            fail_msg("%s", err.text);
        assert_string_equal(a.url, rows[i].url);
        assert_string_equal(a.shown, rows[i].shown ? rows[i].shown : rows[i].url);
        assert_int_equal(a.local, rows[i].local);
        post_address_free(&a);
    }
}

static void what_is_no_address(void **state)
{
    static const char *const wrong[] = {"http://", "http://[::1", "https://a b/", "http://h:port"};
    static const char *const files[] = {"", "-", "http", "http:/x", "./http://x", "ftp://x"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct post_address a;
        struct error err = {0};
        assert_int_equal(post_address_read(&a, wrong[i], "/p", &err), -1);
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_non_null(strstr(err.text, wrong[i]));
        assert_null(a.url);
    }
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        assert_false(post_is_address(files[i]));
}

static void fields_of_the_environment(void **state)
{
    static const char *const wrong[] = {"x", "=y", "a b=c", "x=", "x=%0d%0aEvil: 1", "a=b,c"};
    (void)state;
    struct post_address a;
    struct error err = {0};
    assert_int_equal(post_address_read(&a, "http://h/", NULL, &err), 0);
    assert_int_equal(post_address_fields(&a, "V", "", &err), 0);
    assert_int_equal(a.n_fields, 0);
    assert_int_equal(
        post_address_fields(&a, "V", "x-key=s3,, Authorization = Basic%20bWU%3D=,", &err), 0);
    assert_int_equal(a.n_fields, 2);
    assert_string_equal(a.fields[0], "x-key: s3");
    assert_string_equal(a.fields[1], "Authorization: Basic bWU==");
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        assert_int_equal(post_address_fields(&a, "V", wrong[i], &err), -1);
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_string_equal(err.text, "'V' in the environment does not hold header fields");
    }
    post_address_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),
        cmocka_unit_test(what_is_no_address),
        cmocka_unit_test(fields_of_the_environment),
    };
    return cmocka_run_group_tests_name("load_post", tests, NULL, NULL);
}
