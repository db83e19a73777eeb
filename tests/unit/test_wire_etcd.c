/* etcd's JSON: addresses, bytes and numbers, what an answer means, and the pauses between tries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "wire/etcd.h"

static void test_addresses(void **state)
{
    struct etcd_address a;
    struct error err = {0};
    (void)state;
    assert_int_equal(etcd_address_read(&a, "etcd://127.0.0.1:4001/services/shop//", &err), 0);
    assert_string_equal(a.endpoints[0].base, "http://127.0.0.1:4001");
    assert_string_equal(a.prefix, "/services/shop/");
    assert_null(a.user);
    assert_true(a.endpoints[0].local);
    etcd_address_free(&a);
    assert_int_equal(etcd_address_read(&a, "etcd://ro%40t:p%3Aw@[::1]/a", &err), 0);
    assert_string_equal(a.endpoints[0].base, "http://[::1]:2379");
    assert_string_equal(a.endpoints[0].shown, "[::1]:2379");
    assert_string_equal(a.user, "ro@t");
    assert_string_equal(a.password, "p:w");
    assert_true(a.endpoints[0].local);
    etcd_address_free(&a);
    assert_int_equal(etcd_address_read(&a, "ETCD://etcd.example/a", &err), 0);
    assert_false(a.endpoints[0].local);
    etcd_address_free(&a);
}

static void test_several(void **state)
{
    struct etcd_address a;
    struct error err = {0};
    (void)state;
    assert_int_equal(etcd_address_read(&a, "etcd://u:p,w@a.example:1,b.example,[::1]:3/x", &err),
                     0);
    assert_int_equal(a.n_endpoints, 3);
    assert_string_equal(a.endpoints[0].base, "http://a.example:1");
    assert_string_equal(a.endpoints[1].base, "http://b.example:2379");
    assert_string_equal(a.endpoints[2].shown, "[::1]:3");
    assert_true(a.endpoints[2].local && !a.endpoints[1].local);
    assert_string_equal(a.password, "p,w");
    assert_string_equal(a.prefix, "/x/");
    etcd_address_free(&a);
    assert_int_equal(
        etcd_address_read(&a, "etcd://a,b/x?ca=/etc/a%20b.pem&cert=me.pem&key=k", &err), 0);
    assert_string_equal(a.endpoints[1].base, "https://b:2379");
    assert_string_equal(a.tls.ca, "/etc/a b.pem");
    assert_string_equal(a.tls.cert, "me.pem");
    etcd_address_free(&a);
}

static void test_no_addresses(void **state)
{
    static const char *const wrong[] = {
        "etcd://",
        "etcd://host",
        "etcd://host/",
        "etcd:///a",
        "etcd://host:x/a",
        "etcd://user@h/a",
        "etcd://h/a?b",
        "http://h/a",
        "",
        "etcd://h h/a",
        "etcd://h:99999/a",
        "etcd://a,/x",
        "etcd://,a/x",
        "etcd://a,b",

        "etcd://a,b:x/y",
        "etcd://h/a?ca=",
        "etcd://h/a?cert=x",
        "etcd://h/a?ca=x&key=y",
    };
    struct etcd_address a;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct error err = {0};
        assert_int_equal(etcd_address_read(&a, wrong[i], &err), -1);
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_int_equal(a.n_endpoints, 0);
    }
    struct error err = {0};
    assert_int_equal(etcd_address_read(&a, "etcd://u:secret@h/", &err), -1);
    assert_null(strstr(err.text, "secret"));
}

static void test_bytes(void **state)
{
    static const char *const texts[] = {"", "a", "ab", "abc", "/services/shop/vm-1"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct buf b;
        buf_init(&b, 1024);
        buf_addc(&b, '{');
        etcd_add_bytes(&b, "key", texts[i], strlen(texts[i]));
        buf_addc(&b, '}');
        cJSON *json = cJSON_Parse(b.data);
        char *back = etcd_bytes(json, "key");
        assert_string_equal(back, texts[i]);
        assert_null(etcd_bytes(json, "value"));
        free(back);
        cJSON_Delete(json);
        buf_free(&b);
    }
    cJSON *bad = cJSON_Parse("{\"a\":\"no base64!\",\"b\":\"YWI\",\"c\":7}");
    assert_null(etcd_bytes(bad, "a"));
    assert_null(etcd_bytes(bad, "b"));
    assert_null(etcd_bytes(bad, "c"));
    cJSON_Delete(bad);
}

static void test_range(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, 1024);
    etcd_add_range(&b, "/s/a/");
    assert_string_equal(b.data, "\"key\":\"L3MvYS8=\",\"range_end\":\"L3MvYTA=\"");
    buf_free(&b);
}

static void test_answers(void **state)
{
    static const struct {
        int status;
        const char *text;
        enum etcd_answer is;
        const char *why;
    } rows[] = {
        {200, "{\"header\":{}}", ETCD_OK, ""},
        {404, "{\"error\":\"etcdserver: requested lease not found\",\"code\":5}", ETCD_NOT_FOUND,
         ""},
        {404, "Not Found", ETCD_FAILED, "etcd at h:1 has no /v3: it is older than 3.4"},
        {400, "{\"error\":\"etcdserver: authentication failed\",\"code\":3}", ETCD_FAILED,
         "etcd at h:1: etcdserver: authentication failed"},
        {0, "", ETCD_FAILED, "etcd at h:1: no way"},
        {200, "<html>", ETCD_FAILED, "etcd at h:1: status 200, and no answer of etcd"},
        {200, "{\"error\":{\"grpc_code\":4}}", ETCD_FAILED, "etcd at h:1: status 200"},
    };
    char shown[] = "h:1";
    const struct etcd_endpoint a = {.shown = shown};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char why[320] = "";
        cJSON *answer = cJSON_Parse(rows[i].text);
        assert_int_equal(etcd_judge(&a, rows[i].status, "no way", answer, why, sizeof why),
                         rows[i].is);
        assert_memory_equal(why, rows[i].why, strlen(rows[i].why));
        cJSON_Delete(answer);
    }
}

static void test_numbers(void **state)
{
    cJSON *json = cJSON_Parse("{\"a\":\"3242488567413616646\",\"b\":5,\"c\":null}");
    (void)state;
    assert_true(etcd_number(json, "a") == INT64_C(3242488567413616646));
    assert_int_equal(etcd_number(json, "b"), 5);
    assert_int_equal(etcd_number(json, "c"), 0);
    assert_int_equal(etcd_number(json, "d"), 0);
    cJSON_Delete(json);
}

static void test_leases(void **state)
{
    static const struct {
        const char *answer;
        int64_t s;
    } rows[] = {
        {"{\"TTL\":\"60\"}", 60},
        {"{\"TTL\":60}", 60},
        {"{\"TTL\":\"9223372036854775807\"}", 86400}, /* more than nanoseconds can count */
        {"{\"TTL\":\"-5\"}", 1},
        {"{}", 1},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cJSON *json = cJSON_Parse(rows[i].answer);
        assert_int_equal(etcd_ttl_ns(json), rows[i].s * NS_PER_S);
        cJSON_Delete(json);
    }
}

static void test_pauses(void **state)
{
    int tries = 0;
    int64_t most_ms = 100;
    (void)state;
    for (int i = 0; i < 40; i++) {
        int64_t ms = calls_pause_ns(&tries) / NS_PER_MS;
        assert_in_range(ms, most_ms / 2, most_ms);
        most_ms = most_ms * 2 < 5000 ? most_ms * 2 : 5000;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),    cmocka_unit_test(test_several),
        cmocka_unit_test(test_no_addresses), cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_range),        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_numbers),      cmocka_unit_test(test_leases),
        cmocka_unit_test(test_pauses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
