/* What a browser allows a page of another origin: the checks of the Fetch Standard, case by case,
 * and the settings that begin them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/attr.h"
#include "frontend/cors.h"
#include "frontend/frontend.h"

#define HERE "https://shop.example"

static const struct {
    const char *name;
    struct fe_cors_asked asked;
    struct fe_cors_said said;
    enum fe_cors is;
    const char *lacks;
} rows[] = {
    {"its own origin",
     {HERE, "POST", "content-type", true},
     {200, HERE, NULL, "Content-Type", NULL, false},
     FE_CORS_ALLOWED,
     ""},
    {"a star for all",
     {HERE, "DELETE", "content-type,x-a", true},
     {204, "*", "*", "*", NULL, false},
     FE_CORS_ALLOWED,
     ""},
    {"a star is not for Authorization",
     {HERE, "POST", "authorization", true},
     {204, "*", "*", "*", NULL, false},
     FE_CORS_HEADER,
     "authorization"},
    {"Authorization by its name",
     {HERE, "POST", "authorization", true},
     {204, "*", "*", "*, Authorization", NULL, false},
     FE_CORS_ALLOWED,
     ""},
    {"no origin",
     {HERE, "POST", "", true},
     {204, NULL, "*", "*", NULL, false},
     FE_CORS_NO_ORIGIN,
     ""},
    {"another one",
     {HERE, "POST", "", true},
     {204, "https://shop.example:444", "*", "*", NULL, false},
     FE_CORS_OTHER_ORIGIN,
     ""},
    {"the same one twice",
     {HERE, "POST", "", true},
     {204, HERE ", " HERE, "*", "*", NULL, false},
     FE_CORS_OTHER_ORIGIN,
     ""},
    {"503", {HERE, "POST", "", true}, {503, "*", "*", "*", NULL, false}, FE_CORS_STATUS, ""},
    {"a redirection",
     {HERE, "POST", "", true},
     {301, "*", "*", "*", NULL, false},
     FE_CORS_STATUS,
     ""},
    {"POST needs no leave",
     {HERE, "POST", "", true},
     {200, "*", NULL, NULL, NULL, false},
     FE_CORS_ALLOWED,
     ""},
    {"PUT does",
     {HERE, "PUT", "", true},
     {200, "*", "GET, POST", NULL, NULL, false},
     FE_CORS_METHOD,
     "PUT"},
    {"the second header is missing",
     {HERE, "POST", "content-type,idempotency-key", true},
     {200, "*", NULL, "content-type,idempotency-keys", NULL, false},
     FE_CORS_HEADER,
     "idempotency-key"},
    {"an answer that may be read",
     {HERE, "POST", "content-type", false},
     {500, "*", NULL, NULL, NULL, false},
     FE_CORS_ALLOWED,
     ""},
    {"one that may not",
     {HERE, "POST", "", false},
     {503, NULL, NULL, NULL, NULL, true},
     FE_CORS_NO_ORIGIN,
     ""},
    {"its Retry-After is not seen",
     {HERE, "GET", "", false},
     {503, "*", NULL, NULL, "X-A", true},
     FE_CORS_HIDDEN,
     ""},
    {"and here it is",
     {HERE, "GET", "", false},
     {503, "*", NULL, NULL, "X-A, Retry-After", true},
     FE_CORS_ALLOWED,
     ""},
};

static void each_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char lacks[64];
        enum fe_cors is = fe_cors_check(&rows[i].asked, &rows[i].said, lacks, sizeof lacks);
        if (is != rows[i].is || strcmp(lacks, rows[i].lacks) != 0)
            fail_msg("%s: '%s', lacks '%s'", rows[i].name, fe_cors_words[is], lacks);
    }
}

static void what_needs_leave(void **state)
{
    (void)state;
    assert_true(fe_cors_unsafe_header("Content-Type", "application/json"));
    assert_false(fe_cors_unsafe_header("content-type", "text/plain; charset=utf-8"));
    assert_false(fe_cors_unsafe_header("Accept", "*/*"));
    assert_false(fe_cors_unsafe_header("Sec-Fetch-Mode", "cors"));
    assert_true(fe_cors_unsafe_header("Authorization", "Bearer x"));
    assert_true(fe_cors_unsafe_header("Last-Event-ID", "1"));
    assert_false(fe_cors_unsafe_method("POST"));
    assert_true(fe_cors_unsafe_method("PATCH"));
}

static void what_is_an_origin(void **state)
{
    static const char *const not_one[] = {"",
                                          "shop.example",
                                          "https://",
                                          "https://shop.example/",
                                          "https://Shop.example",
                                          "ftp://shop.example",
                                          "https://:80",
                                          "https://shop.example?x"};
    (void)state;
    assert_true(fe_cors_is_origin("https://shop.example"));
    assert_true(fe_cors_is_origin("http://127.0.0.1:8080"));
    assert_true(fe_cors_is_origin("http://[::1]:8080"));
    for (size_t i = 0; i < ARRAY_LEN(not_one); i++)
        assert_false(fe_cors_is_origin(not_one[i]));
}

static void the_setting(void **state)
{
    static const char good[] = "{\"set\":\"careful\",\"origin\":\"https://shop.example\"}",
                      bad[] = "{\"origin\":\"https://shop.example/index.html\"}";
    struct json_doc doc = {0};
    struct fe_policy p;
    struct error err = {0};
    (void)state;
    assert_int_equal(json_doc_parse(&doc, "f.json", good, strlen(good), &err), 0);
    assert_int_equal(fe_policy_read(&doc, doc.root, &p, &err), 0);
    assert_string_equal(p.origin.at, "https://shop.example");
    assert_true(p.origin.preflight[FE_WRITE] && !p.origin.preflight[FE_READ]);
    json_doc_free(&doc);
    assert_int_equal(json_doc_parse(&doc, "f.json", bad, strlen(bad), &err), 0);
    assert_int_equal(fe_policy_read(&doc, doc.root, &p, &err), -1);
    assert_non_null(strstr(err.text, "is not the origin of a page"));
    json_doc_free(&doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_answer),
        cmocka_unit_test(what_needs_leave),
        cmocka_unit_test(what_is_an_origin),
        cmocka_unit_test(the_setting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
