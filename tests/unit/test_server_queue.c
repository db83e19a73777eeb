/* Where a queue is, and events between services in a database in memory: one parcel each. */
#include "memory_database.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "server/work/events.h"
#include "server/work/orders.h"
#include "server/work/queue_url.h"

/* --- URLs --- */

static const char *const params[] = {"ca", "mechanism", NULL};
static const struct queue_scheme scheme = {"redis", "redis://HOST:PORT/STREAM", false, NULL};
static const struct queue_scheme kafka = {"kafka", "kafka://HOST:PORT/TOPIC", true, params};

static void a_url_is_read(void **state)
{
    static const struct {
        const char *url, *user, *password, *host, *name, *group, *shown;
        int port;
    } rows[] = {
        {"redis://h:1/s", NULL, NULL, "h", "s", "drainctl", "redis://h:1/s", 1},
        {"redis://:p%2F%40w@127.0.0.1:6379/a:b.c", NULL, "p/@w", "127.0.0.1", "a:b.c", "drainctl",
         "redis://:***@127.0.0.1:6379/a:b.c", 6379},
        {"redis://me:geheim@[::1]:65535/s?group=g", "me", "geheim", "::1", "s", "g",
         "redis://me:***@[::1]:65535/s?group=g", 65535},
        {"redis://:a@b@h:2/s", NULL, "a@b", "h", "s", "drainctl", NULL, 2},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct queue_url u;
        struct error err = {0};
        assert_int_equal(queue_url_read(&u, &scheme, rows[i].url, &err), 0);
        assert_true(rows[i].user ? strcmp(u.user, rows[i].user) == 0 : !u.user);
        assert_true(rows[i].password ? strcmp(u.password, rows[i].password) == 0 : !u.password);
        assert_string_equal(u.host, rows[i].host);
        assert_string_equal(u.name, rows[i].name);
        assert_string_equal(u.group, rows[i].group);
        assert_int_equal(u.port, rows[i].port);
        if (rows[i].shown)
            assert_string_equal(u.shown, rows[i].shown);
        queue_url_free(&u);
    }
}

static void a_url_that_is_none_shows_no_password(void **state)
{
    static const char *const urls[] = {
        "redis://:hunter2@h:1",      "redis://:hunter2@h/s",      "redis://:hunter2@:1/s",
        "redis://:hunter2@h:1/",     "redis://:hunter2@h:x/s",    "redis://:hunter2@h:99999/s",
        "redis://:hunter2@[::1:1/s", "redis://:hunter2@h:1/a b",  "redis://:hunter2@h:1/s?g=x",
        "redis://:hunter2%2@h:1/s",  "redis://:hunter2%00@h:1/s", "redis://:hunter2@h:1/s?group=",
        "kafka://:hunter2@h:1/s",    "redis:/:hunter2@h:1/s",     "redis://:hunter2%@h:1/s",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
        struct queue_url u;
        struct error err = {0};
        assert_int_equal(queue_url_read(&u, &scheme, urls[i], &err), -1);
        assert_int_equal(err.kind, ERROR_USAGE);
        if (strstr(urls[i], "://"))
            assert_null(strstr(err.text, "hunter2"));
    }
}

static void each_kind_has_its_own_scheme(void **state)
{
    struct queue_url u;
    struct error err = {0};
    (void)state;
    assert_int_equal(
        queue_url_read(&u, &kafka, "kafka://me:geheim@[::1]:9092/jobs.a_b-c?group=g", &err), 0);
    assert_string_equal(u.host, "::1");
    assert_string_equal(u.name, "jobs.a_b-c");
    assert_string_equal(u.group, "g");
    assert_string_equal(u.shown, "kafka://me:***@[::1]:9092/jobs.a_b-c?group=g");
    queue_url_free(&u);
    assert_int_equal(queue_url_read(&u, &kafka, "redis://:hunter2@h:1/s", &err), -1);
    assert_non_null(strstr(err.hint, "expected kafka://HOST:PORT/TOPIC"));
    assert_null(strstr(err.text, "hunter2"));
}

static void several_hosts_and_settings(void **state)
{
    static const char *const wrong[] = {
        "kafka://a:1,/t",      "kafka://a:1,b/t",         "kafka://a:1,,b:2/t", "kafka://,a:1/t",
        "kafka://a:1/t?",      "kafka://a:1/t?ca",        "kafka://a:1/t?ca=",  "kafka://a:1/t?x=y",
        "kafka://a:1/t?ca=%2", "kafka://a:1/t?ca=x&ca=y",
    };
    struct queue_url u;
    struct error err = {0};
    (void)state;
    const char *url = "kafka://a:1,[::1]:2,c:3/t?mechanism=SCRAM-SHA-256&group=g&ca=%2Fa%20b.pem";
    assert_int_equal(queue_url_read(&u, &kafka, url, &err), 0);
    assert_string_equal(u.host, "a");
    assert_string_equal(u.more, "[::1]:2,c:3");
    assert_string_equal(u.params[0], "/a b.pem");
    assert_string_equal(u.params[1], "SCRAM-SHA-256");
    assert_string_equal(u.group, "g");
    queue_url_free(&u);
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_int_equal(queue_url_read(&u, &kafka, wrong[i], &err), -1);
    assert_int_equal(queue_url_read(&u, &scheme, "redis://a:1,b:2/s", &err), -1);
}

/* --- events --- */

static void add_order(const char *item, const char *key)
{
    struct order_result result;
    assert_int_equal(orders_add(driver, db, item, key, true, &result), DB_OK);
}

static void an_order_has_one_event_and_each_is_sent_once(void **state)
{
    struct outbox o = {.count = 0};
    (void)state;
    add_order("tea", "k");
    add_order("tea", "k"); /* the same order again */
    add_order("cup", NULL);
    assert_int_equal(events_unsent(driver, db, &o), DB_OK);
    assert_int_equal(o.count, 2);
    assert_non_null(strstr(o.rows[0].body, "\"order\":1,\"item\":\"tea\"}"));
    o.rows[1].sent = true; /* the first one did not get through */
    assert_int_equal(events_mark(driver, db, &o), DB_OK);
    assert_int_equal(events_unsent(driver, db, &o), DB_OK);
    assert_int_equal(o.count, 1);
    assert_non_null(strstr(o.rows[0].body, "tea"));
    outbox_free(&o);
}

static void an_event_that_comes_twice_makes_one_parcel(void **state)
{
    struct buf out;
    char *id = events_id("{\"event\":\"e1\",\"order\":1,\"item\":\"tea\",\"more\":[]}");
    (void)state;
    assert_string_equal(id, "e1");
    assert_int_equal(events_handle(driver, db, id, "{\"event\":\"e1\"}"), DB_OK);
    assert_int_equal(events_handle(driver, db, id, "{\"event\":\"e1\"}"), DB_OK);
    assert_int_equal(events_handle(driver, db, "e2", "{\"event\":\"e2\"}"), DB_OK);
    buf_init(&out, 4096);
    assert_int_equal(events_list_handled(driver, db, &out), DB_OK);
    assert_string_equal(out.data, "[{\"is\":{\"event\":\"e1\"},\"deliveries\":2,\"parcels\":1},"
                                  "{\"is\":{\"event\":\"e2\"},\"deliveries\":1,\"parcels\":1}]");
    buf_free(&out);
    free(id);
}

static void what_is_no_event_has_no_id(void **state)
{
    static const char *const bodies[] = {"",
                                         "x",
                                         "[]",
                                         "{}",
                                         "{\"event\":1}",
                                         "{\"event\":\"\"}",
                                         "{\"event\":\"a\",\"event\":\"b\"}"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
        assert_null(events_id(bodies[i]));
}

int main(void)
{
    const struct CMUnitTest urls[] = {
        cmocka_unit_test(a_url_is_read),
        cmocka_unit_test(a_url_that_is_none_shows_no_password),
        cmocka_unit_test(each_kind_has_its_own_scheme),
        cmocka_unit_test(several_hosts_and_settings),
        cmocka_unit_test(what_is_no_event_has_no_id),
    };
    const struct CMUnitTest events[] = {
        cmocka_unit_test_setup_teardown(an_order_has_one_event_and_each_is_sent_once, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_event_that_comes_twice_makes_one_parcel, set_up,
                                        tear_down),
    };
    int failed = cmocka_run_group_tests(urls, NULL, NULL);
    if (database_is_built_in())
        failed += cmocka_run_group_tests(events, NULL, NULL);
    return failed;
}
