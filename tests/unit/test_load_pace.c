/* Pace: what a client does when it is refused, told to pause, or sends and reads slowly; and
 * clients that are silent. */
#include "load_kit.h"

static char post[] = "POST";

static void test_refused_clients_pace_themselves(void **state)
{
    struct kit k = {0};
    (void)state;
    k.load[0] = kit_load();
    k.load[0].requests = 5;
    kit_run(&k, "http://127.0.0.1:1", 1);
    static const int64_t gaps_ms[] = {10, 20, 40, 80};
    for (int i = 0; i < 4; i++) {
        int64_t end = kit_int(kit_event(&k, "end", i), "t");
        int64_t next = kit_int(kit_event(&k, "start", i + 1), "t");
        assert_true(next - end >= (gaps_ms[i] - 1) * NS_PER_MS);
    }
    kit_free(&k);
}

static void test_pause(void **state)
{
    struct rogue r;
    struct kit k = {0};
    (void)state;
    rogue_start(&r, "healthy");
    k.load[0] = kit_load();
    k.load[0].requests = 3;
    k.load[0].pause_ns = 50 * NS_PER_MS;
    kit_run(&k, r.url, 1);
    for (int i = 0; i < 2; i++) {
        int64_t end = kit_int(kit_event(&k, "end", i), "t");
        int64_t next = kit_int(kit_event(&k, "start", i + 1), "t");
        assert_true(next - end >= 49 * NS_PER_MS);
    }
    rogue_stop(&r);
    kit_free(&k);
}

static void test_paced_upload(void **state)
{
    struct rogue r;
    struct kit k = {0};
    (void)state;
    rogue_start(&r, "healthy");
    k.load[0] = kit_load();
    k.load[0].clients = k.load[0].requests = 3;
    k.load[0].method = post;
    k.load[0].body.bytes = 5000;
    k.load[0].body.over_ns = 400 * NS_PER_MS;
    kit_run(&k, r.url, 1);
    for (int i = 0; i < 3; i++) {
        int64_t sent = kit_int(kit_event(&k, "sent", i), "t");
        int64_t begin = kit_int(kit_event(&k, "connected", i), "t");
        assert_true(sent - begin >= 399 * NS_PER_MS);
        assert_true(kit_int(kit_event(&k, "end", i), "sent") > 5060);
        assert_int_equal(kit_int(kit_event(&k, "end", i), "code"), 0);
    }
    assert_int_equal(rogue_stop(&r), 3);
    kit_free(&k);
}

static void test_paced_reading(void **state)
{
    struct rogue r;
    struct kit k = {0};
    static char large[] = "/?bytes=60000";
    (void)state;
    rogue_start(&r, "healthy");
    k.load[0] = kit_load();
    k.load[0].path = large;
    k.load[0].read.bps = 60000;
    kit_run(&k, r.url, 1);
    int64_t first = kit_int(kit_event(&k, "first-byte", 0), "t");
    int64_t took = kit_int(kit_event(&k, "end", 0), "t") - first;
    assert_true(took >= 700 * NS_PER_MS && took <= 3 * NS_PER_S);
    assert_int_equal(kit_int(kit_event(&k, "end", 0), "body"), 60000);
    rogue_stop(&r);
    kit_free(&k);
}

static void test_silent(void **state)
{
    static const struct {
        const char *mode;
        int code, os_errno, status, first;
    } rows[] = {
        {"silent-fin", CURLE_GOT_NOTHING, 0, 0, 0},
        {"silent-rst", CURLE_RECV_ERROR, ECONNRESET, 0, 0},
        {"silent-408", CURLE_OK, 0, 408, 1},
    };
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct rogue r;
        struct kit k = {0};
        rogue_start(&r, rows[i].mode);
        k.load[0] = kit_load();
        k.load[0].shape = SHAPE_SILENT;
        kit_run(&k, r.url, 1);
        const char *end = kit_event(&k, "end", 0);
        assert_int_equal(kit_count(&k, "connected"), 1);
        assert_int_equal(kit_count(&k, "sent"), 0);
        assert_int_equal(kit_count(&k, "first-byte"), rows[i].first);
        assert_int_equal(kit_int(end, "code"), rows[i].code);
        assert_int_equal(kit_int(end, "errno"), rows[i].os_errno);
        assert_int_equal(kit_int(end, "status"), rows[i].status);
        assert_int_equal(kit_int(end, "sent"), 0);
        assert_int_equal(rogue_stop(&r), 0);
        kit_free(&k);
    }
}

static void test_silent_refused(void **state)
{
    struct kit k = {0};
    (void)state;
    k.load[0] = kit_load();
    k.load[0].shape = SHAPE_SILENT;
    k.load[0].requests = 2;
    kit_run(&k, "http://127.0.0.1:1", 1);
    const char *end = kit_event(&k, "end", 1);
    assert_int_equal(kit_int(end, "code"), CURLE_COULDNT_CONNECT);
    assert_int_equal(kit_int(end, "errno"), ECONNREFUSED);
    kit_free(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refused_clients_pace_themselves),
        cmocka_unit_test(test_pause),
        cmocka_unit_test(test_paced_upload),
        cmocka_unit_test(test_paced_reading),
        cmocka_unit_test(test_silent),
        cmocka_unit_test(test_silent_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
