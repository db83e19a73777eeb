/* Reading JSON that people wrote: liberties, places, refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/json_out.h"
#include "base/jsonc.h"

static void test_liberties(void **state)
{
    static const char text[] =
        "\xef\xbb\xbf{ // 01\n \"a\": [1, -0.5e+07,], /* , */ \"b\": \"// 01 \\\" \", }";
    struct json_doc doc;
    struct error err = {0};
    (void)state;
    assert_int_equal(json_doc_parse(&doc, "f", text, strlen(text), &err), 0);
    assert_int_equal(cJSON_GetArraySize(doc.root->child), 2);
    assert_string_equal(doc.root->child->next->valuestring, "// 01 \" ");
    json_doc_free(&doc);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", "f:1:1: the file is empty"},
        {"  // only a comment\n", "f:1:1: the file is empty"},
        {"{\"a\": 1", "this is not JSON"},
        {"{\"a\": 1} x", "f:1:10: this is not JSON"},
        {"[1,\n 2 /* open", "f:2:4: this comment is never closed"},
        {"{\"a\": 1,\n \"é\": 2, \"a\": 3}", "f:2:15: $.a: the key 'a' stands here twice"},
        {"{\"a\":\n \"\xff\"}", "f:2:3: this is not UTF-8"},
        {"{\"a\": \"x\\u0000y\"}", "f:1:9: a NUL has no place"},
        /* what cJSON takes, and RFC 8259 does not */
        {"{\"a\": 01}", "f:1:7: this is not JSON"},
        {"{\"a\": [1,\n-012]}", "f:2:1: this is not JSON"},
        {"[1.]", "f:1:2: this is not JSON"},
        {"[1.e5]", "f:1:2: this is not JSON"},
        {"[2e]", "f:1:2: this is not JSON"},
        {"[-]", "f:1:2: this is not JSON"},
        {"[1-2]", "f:1:2: this is not JSON"},
        {"\f[]", "f:1:1: this is not JSON"},
        {"[1,\v2]", "f:1:4: this is not JSON"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct json_doc doc;
        struct error err = {0};
        assert_int_equal(json_doc_parse(&doc, "f", rows[i].text, strlen(rows[i].text), &err), -1);
        if (!strstr(err.text, rows[i].message))
            fail_msg("expected '%s', not '%s'", rows[i].message, err.text);
        assert_int_equal(err.kind, ERROR_USAGE);
    }
}

static void test_places(void **state)
{
    static const char text[] = "{\"a\": \"x: {\\\" ,\",\n  \"b\": [true, {\"c\": -1.5}, null]\n}";
    struct json_doc doc;
    struct error err = {0};
    int line, column;
    (void)state;
    assert_int_equal(json_doc_parse(&doc, "f", text, strlen(text), &err), 0);
    const cJSON *c = doc.root->child->next->child->next->child;
    char *path = json_path(&doc, c);
    json_where(&doc, c, &line, &column);
    assert_string_equal(path, "$.b[1].c");
    assert_int_equal(line, 2);
    assert_int_equal(column, 21);
    free(path);
    json_doc_free(&doc);
}

/* What comes out is valid whatever goes in (RFC 8259 section 8.1). */
static void test_out(void **state)
{
    struct buf b;
    struct json_out j;
    (void)state;
    buf_init(&b, 4096);
    json_out_init(&j, &b, 0);
    json_out_object(&j, NULL);
    json_out_string(&j, "s", "a\"\\\n\x01\xff\xc3\xa9");
    json_out_number(&j, "nan", 0.0 / 0.0, 1);
    json_out_array(&j, "empty");
    json_out_end_array(&j);
    json_out_int(&j, "n", INT64_MIN);
    json_out_end_object(&j);
    cJSON *root = cJSON_Parse(b.data);
    assert_non_null(root);
    assert_string_equal(cJSON_GetObjectItem(root, "s")->valuestring,
                        "a\"\\\n\x01\xef\xbf\xbd\xc3\xa9");
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(root, "nan")));
    assert_non_null(strstr(b.data, "-9223372036854775808"));
    cJSON_Delete(root);
    buf_free(&b);
}

/* As gRPC gateways and OTLP receivers write one; whatever else stands there is 0. */
static void test_int64(void **state)
{
    static const struct {
        const char *text;
        int64_t n;
    } rows[] = {
        {"\"9223372036854775807\"", INT64_MAX},
        {"\"-3\"", -3},
        {"3", 3},
        {"1e3", 1000},
        {"1e300", 0},
        {"-9.3e18", 0},
        {"\"9223372036854775808\"", 0},
        {"\"3 \"", 0},
        {"\"\"", 0},
        {"true", 0},
        {"{}", 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cJSON *node = cJSON_Parse(rows[i].text);
        assert_int_equal(json_int64(node), rows[i].n);
        cJSON_Delete(node);
    }
    assert_int_equal(json_int64(NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_liberties), cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_places),    cmocka_unit_test(test_out),
        cmocka_unit_test(test_int64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
