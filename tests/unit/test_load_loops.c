/* When requests start and end: closed and open loops, pauses, holding, stopping, deadlines. */
#include "load_kit.h"

static char slow[] = "/?ms=300", never[] = "/never";

static void test_closed_loop_adds_up(void **state)
{
    struct rogue r;
    struct kit k = {0};
    (void)state;
    rogue_start(&r, "healthy");
    k.load[0] = kit_load();
    k.load[0].clients = 7;
    k.load[0].requests = 100;
    kit_run(&k, r.url, 1);
    assert_int_equal(kit_count(&k, "start"), 100);
    assert_int_equal(kit_count(&k, "end"), 100);
    assert_int_equal(k.steps[PHASE_CONNECTING], 100);
    assert_int_equal(k.steps[PHASE_SENDING], 100);
    assert_int_equal(k.steps[PHASE_WAITING], 100);
    assert_int_equal(k.steps[PHASE_RECEIVING], 100);
    assert_int_equal(k.steps[PHASE_DONE], 100);
    assert_int_equal(k.ended, 1);
    assert_true(kit_is(kit_event(&k, "load-end", 0), "why", "requests"));
    assert_int_equal(rogue_stop(&r), 100);
    kit_free(&k);
}

/* Request n is meant to start at begin + (n-1)/rate, even when both clients are still busy. */
static void test_open_loop_keeps_the_intended_start(void **state)
{
    struct rogue r;
    struct kit k = {0};
    (void)state;
    rogue_start(&r, "healthy");
    k.load[0] = kit_load();
    k.load[0].path = slow;
    k.load[0].clients = 2;
    k.load[0].requests = 6;
    k.load[0].rate = 100;
    kit_run(&k, r.url, 1);
    int64_t begin = kit_int(kit_event(&k, "load-start", 0), "t");
    for (int i = 0; i < 6; i++) {
        const char *start = kit_event(&k, "start", i);
        assert_int_equal(kit_int(start, "due"), begin + i * 10 * NS_PER_MS);
        assert_true(kit_int(start, "t") >= kit_int(start, "due"));
        if (i >= 2) /* had to wait for an answer that takes 300 ms */
            assert_true(kit_int(start, "t") - begin >= 290 * NS_PER_MS);
    }
    assert_int_equal(rogue_stop(&r), 6);
    kit_free(&k);
}

static void release(struct kit *k, int load)
{
    struct load_counts c = loads_counts(k->loads, load);
    assert_true(c.held);
    assert_int_equal(c.in_flight, 0);
    assert_int_equal(c.started, c.done);
    loads_release(k->loads, load);
}

static void test_held(void **state)
{
    (void)state;
    for (int reuse = 0; reuse < 2; reuse++) {
        struct rogue r;
        struct kit k = {.on_held = release};
        rogue_start(&r, "healthy");
        k.load[0] = kit_load();
        k.load[0].clients = 5;
        k.load[0].requests = 10;
        k.load[0].reuse = reuse;
        k.load[0].held = true;
        kit_run(&k, r.url, 1);
        assert_int_equal(k.held, 1);
        for (int i = 5; i < 10; i++)
            assert_int_equal(kit_int(kit_event(&k, "connected", i), "reused"), reuse);
        assert_int_equal(rogue_stop(&r), 10);
        kit_free(&k);
    }
}

/* A held load that is never released ends at once when it is stopped. */
static void stop_it(struct kit *k, int load)
{
    loads_stop(k->loads, load, "stop");
}

static void test_stop_while_held(void **state)
{
    struct rogue r;
    struct kit k = {.on_held = stop_it};
    (void)state;
    rogue_start(&r, "healthy");
    k.load[0] = kit_load();
    k.load[0].clients = 3;
    k.load[0].requests = -1;
    k.load[0].held = true;
    kit_run(&k, r.url, 1);
    assert_int_equal(kit_count(&k, "end"), 3);
    assert_true(kit_is(kit_event(&k, "load-end", 0), "why", "stop"));
    rogue_stop(&r);
    kit_free(&k);
}

static void stop_in_phase(struct kit *k, int load, int64_t request, enum phase phase)
{
    if (request == 30 && phase == PHASE_WAITING)
        loads_stop(k->loads, load, "target-exited");
}

/* Open attempts go on after the stop, from within any callback. */
static void test_stop_lets_open_attempts_finish(void **state)
{
    struct rogue r;
    struct kit k = {.on_step = stop_in_phase};
    (void)state;
    rogue_start(&r, "healthy");
    k.load[0] = kit_load();
    k.load[0].clients = 4;
    k.load[0].requests = -1;
    kit_run(&k, r.url, 1);
    int n = kit_count(&k, "end");
    assert_true(n >= 30 && n <= 33);
    for (int i = 0; i < n; i++)
        assert_int_equal(kit_int(kit_event(&k, "end", i), "code"), 0);
    assert_true(kit_is(kit_event(&k, "load-end", 0), "why", "target-exited"));
    rogue_stop(&r);
    kit_free(&k);
}

static enum phase abort_at;

static void abort_in_phase(struct kit *k, int load, int64_t request, enum phase phase)
{
    (void)load;
    if (request == 3 && phase == abort_at)
        loads_abort(k->loads);
}

/* Whatever callback asks for it, every open attempt ends as ours. */
static void test_abort(void **state)
{
    (void)state;
    for (abort_at = PHASE_CONNECTING; abort_at <= PHASE_WAITING; abort_at++) {
        struct rogue r;
        struct kit k = {.on_step = abort_in_phase};
        rogue_start(&r, "never-answer");
        k.load[0] = k.load[1] = kit_load();
        k.load[0].clients = k.load[0].requests = 3;
        k.load[1].shape = SHAPE_SILENT;
        kit_run(&k, r.url, 2);
        assert_int_equal(kit_count(&k, "end"), kit_count(&k, "start"));
        for (int i = 0; i < kit_count(&k, "end"); i++)
            assert_true(kit_is(kit_event(&k, "end", i), "why", "run-ended"));
        assert_int_equal(kit_count(&k, "load-end"), 2);
        assert_true(kit_is(kit_event(&k, "load-end", 0), "why", "run-ended"));
        rogue_stop(&r);
        kit_free(&k);
    }
}

/* Freeing the loads with attempts open leaves a journal that adds up. */
static void test_free_while_open(void **state)
{
    struct rogue r;
    struct kit k = {0};
    (void)state;
    rogue_start(&r, "never-answer");
    k.load[0] = kit_load();
    k.load[0].clients = k.load[0].requests = 3;
    kit_init(&k, r.url, 1);
    loads_begin(k.loads, 0);
    while (loads_counts(k.loads, 0).in_flight < 3)
        uv_run(&k.loop, UV_RUN_ONCE);
    assert_int_equal(loads_counts(k.loads, 0).written, 3);
    loads_abort(k.loads);
    kit_finish(&k);
    assert_int_equal(kit_count(&k, "end"), 3);
    rogue_stop(&r);
    kit_free(&k);
}

static void test_never_begun(void **state)
{
    struct kit k = {0};
    (void)state;
    k.load[0] = kit_load();
    kit_init(&k, "http://127.0.0.1:1", 1);
    loads_stop(k.loads, 0, "target-exited");
    assert_true(loads_all_ended(k.loads));
    loads_begin(k.loads, 0);
    kit_finish(&k);
    assert_int_equal(kit_count(&k, "start"), 0);
    assert_int_equal(kit_count(&k, "load-end"), 1);
    kit_free(&k);
}

static void test_response_timeout(void **state)
{
    struct rogue r;
    struct kit k = {0};
    (void)state;
    rogue_start(&r, "never-accept"); /* the kernel connects, and takes the request */
    k.load[0] = k.load[1] = kit_load();
    k.load[0].timeout_ns = k.load[1].timeout_ns = 200 * NS_PER_MS;
    k.load[0].path = never;
    k.load[1].shape = SHAPE_SILENT;
    kit_run(&k, r.url, 2);
    for (int i = 0; i < 2; i++) {
        const char *end = kit_event(&k, "end", i);
        assert_int_equal(kit_int(end, "code"), CURLE_OPERATION_TIMEDOUT);
        assert_int_equal(kit_int(end, "errno"), 0);
        assert_true(kit_is(end, "why", "response-timeout"));
    }
    assert_int_equal(kit_count(&k, "sent"), 1);
    rogue_stop(&r);
    kit_free(&k);
}

static void test_connect_timeout(void **state)
{
    struct kit k = {0};
    (void)state;
    /* A listener whose queue is full drops the handshake. */
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), extra[8];
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof addr;
    assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof addr), 0);
    assert_int_equal(listen(fd, 0), 0);
    getsockname(fd, (struct sockaddr *)&addr, &len);
    for (int i = 0; i < 8; i++) {
        extra[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        connect(extra[i], (struct sockaddr *)&addr, sizeof addr);
    }
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(addr.sin_port));
    k.load[0] = k.load[1] = kit_load();
    k.load[0].timeout_ns = k.load[1].timeout_ns = 200 * NS_PER_MS;
    k.load[1].shape = SHAPE_SILENT;
    kit_run(&k, url, 2);
    assert_int_equal(kit_count(&k, "connected"), 0);
    for (int i = 0; i < 2; i++)
        assert_true(kit_is(kit_event(&k, "end", i), "why", "connect-timeout"));
    for (int i = 0; i < 8; i++)
        close(extra[i]);
    close(fd);
    kit_free(&k);
}

/* Refused clients wait before they try again, and go on trying. */
static void test_too_many_clients(void **state)
{
    struct error err = {0};
    struct plan_load load = kit_load();
    struct plan plan = {.loads = &load, .n_loads = 1};
    const struct loads_places nowhere = {.urls = (const char *const[]){"http://127.0.0.1:1"}};
    struct journal journal;
    uv_loop_t loop;
    (void)state;
    journal_init(&journal, -1);
    uv_loop_init(&loop);
    load.clients = load.requests = INT64_C(1) << 40;
    assert_null(loads_new(&loop, &plan, &nowhere, &journal, NULL, &err));
    assert_int_equal(err.kind, ERROR_RUN);
    assert_non_null(strstr(err.text, "1099511627840 descriptors"));
    assert_non_null(strstr(err.hint, "ulimit"));
    uv_loop_close(&loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closed_loop_adds_up),
        cmocka_unit_test(test_open_loop_keeps_the_intended_start),
        cmocka_unit_test(test_held),
        cmocka_unit_test(test_stop_while_held),
        cmocka_unit_test(test_stop_lets_open_attempts_finish),
        cmocka_unit_test(test_abort),
        cmocka_unit_test(test_free_while_open),
        cmocka_unit_test(test_never_begun),
        cmocka_unit_test(test_response_timeout),
        cmocka_unit_test(test_connect_timeout),
        cmocka_unit_test(test_too_many_clients),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
