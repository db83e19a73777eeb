/* Kept-alive connections: each client keeps its own, and a request that dies on one is never sent a
 * second time behind our back (the server must have seen it exactly once). */
#include "load_kit.h"

static char post[] = "POST", head[] = "HEAD";

/* The request dies unanswered on its reused connection, and libcurl wants to send it again. */
static void check_race(const char *mode, const char *method, int64_t body)
{
    struct rogue r;
    struct kit k = {0};
    print_message("    %s %s %d\n", mode, method ? method : "GET", (int)body);
    rogue_start(&r, mode);
    k.load[0] = kit_load();
    k.load[0].requests = 2;
    k.load[0].body.bytes = body;
    if (method)
        k.load[0].method = post;
    kit_run(&k, r.url, 1);
    assert_int_equal(kit_count(&k, "end"), 2);
    const char *first = kit_event(&k, "end", 0), *end = kit_event(&k, "end", 1);
    assert_int_equal(kit_int(first, "code"), 0);
    assert_int_equal(kit_int(first, "body"), 10);
    /* One connection, and the second request was written to it in full. */
    assert_int_equal(kit_count(&k, "connected"), 2);
    assert_int_equal(kit_int(kit_event(&k, "connected", 0), "reused"), 0);
    assert_int_equal(kit_int(kit_event(&k, "connected", 1), "reused"), 1);
    assert_int_equal(kit_int(kit_event(&k, "connected", 0), "port"),
                     kit_int(kit_event(&k, "connected", 1), "port"));
    assert_int_equal(kit_count(&k, "sent"), 2);
    assert_int_equal(kit_int(end, "sent"), kit_int(first, "sent"));
    assert_int_equal(kit_int(end, "status"), 0);
    assert_int_equal(kit_int(end, "head"), 0);
    /* stopped before it connects again, whoever would have listened there */
    assert_int_equal(kit_int(end, "code"), CURLE_COULDNT_CONNECT);
    assert_int_equal(kit_int(end, "tries"), 2);
    assert_int_equal(rogue_stop(&r), 2);
    kit_free(&k);
}

static void test_silent_retry_is_stopped(void **state)
{
    static const char *const modes[] = {"reuse-fin", "reuse-rst", "reuse-fin-gone",
                                        "reuse-rst-gone"};
    (void)state;
    for (int i = 0; i < 4; i++) {
        check_race(modes[i], NULL, -1);
        check_race(modes[i], "POST", -1);
        check_race(modes[i], "POST", 40000);
    }
}

/* Every attempt of client c goes over the port of its first one. */
static void test_each_client_keeps_its_connection(void **state)
{
    struct rogue r;
    struct kit k = {0};
    int64_t port_of[9] = {0}, client_of[1000] = {0};
    (void)state;
    rogue_start(&r, "healthy");
    k.load[0] = k.load[1] = kit_load();
    k.load[0].clients = k.load[1].clients = 4;
    k.load[0].requests = k.load[1].requests = 200;
    kit_run(&k, r.url, 2);
    for (int i = 0; i < 400; i++) {
        const char *start = kit_event(&k, "start", i);
        client_of[kit_int(start, "a")] = kit_int(start, "c") + 4 * kit_int(start, "l");
    }
    for (int i = 0; i < 400; i++) {
        const char *connected = kit_event(&k, "connected", i);
        int64_t client = client_of[kit_int(connected, "a")], port = kit_int(connected, "port");
        assert_int_equal(kit_int(connected, "reused"), port_of[client] != 0);
        if (port_of[client])
            assert_int_equal(port_of[client], port);
        for (int other = 1; other <= 8; other++)
            assert_true(other == client || port_of[other] != port);
        port_of[client] = port;
    }
    assert_int_equal(rogue_stop(&r), 400);
    kit_free(&k);
}

static void test_new_connections(void **state)
{
    struct rogue r;
    struct kit k = {0};
    (void)state;
    rogue_start(&r, "healthy");
    k.load[0] = kit_load();
    k.load[0].reuse = false;
    k.load[0].requests = 20;
    kit_run(&k, r.url, 1);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(kit_int(kit_event(&k, "connected", i), "reused"), 0);
        assert_int_equal(kit_int(kit_event(&k, "end", i), "code"), 0);
    }
    rogue_stop(&r);
    kit_free(&k);
}

/* The facts of one attempt do not leak into the next on the same handle. */
static void test_counts_begin_anew(void **state)
{
    struct rogue r;
    struct kit k = {0};
    static char put[] = "PUT";
    (void)state;
    rogue_start(&r, "healthy");
    k.load[0] = k.load[1] = kit_load();
    k.load[0].requests = k.load[1].requests = 3;
    k.load[0].method = put;
    k.load[0].body.bytes = 30000;
    k.load[1].method = head;
    kit_run(&k, r.url, 2);
    assert_int_equal(kit_count(&k, "sent"), 6);
    for (int i = 0; i < 6; i++) {
        const char *end = kit_event(&k, "end", i);
        bool is_put = kit_int(end, "body") == 10;
        int64_t sent = kit_int(end, "sent");
        assert_true(is_put ? sent > 30060 && sent < 30400 : sent > 60 && sent < 400);
        assert_int_equal(kit_int(end, "head"), 39);
        assert_int_equal(kit_int(end, "tries"), 1);
    }
    rogue_stop(&r);
    kit_free(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_silent_retry_is_stopped),
        cmocka_unit_test(test_each_client_keeps_its_connection),
        cmocka_unit_test(test_new_connections),
        cmocka_unit_test(test_counts_begin_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
