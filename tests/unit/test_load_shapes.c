/* The clients that speak for themselves: half a head, a pair in one segment, a body that waits to
 * be asked for; and clients that are held between two requests. */
#include "load_kit.h"

static char post[] = "POST", query[] = "/slow?ms=20", then[] = "/slow", head_method[] = "HEAD";

static void release(struct kit *k, int load)
{
    loads_release(k->loads, load);
}

static struct plan_load shaped(enum load_shape shape)
{
    struct plan_load l = kit_load();
    l.shape = shape;
    l.resume.at = (struct plan_instant){-1, -1};
    return l;
}

static const char *said(struct rogue *r, char *line, size_t size, const char *word)
{
    while (fgets(line, (int)size, r->out))
        if (strncmp(line, word, strlen(word)) == 0)
            return line;
    fail_msg("the server never said '%s'", word);
    return NULL;
}

struct end {
    const char *mode;
    int code, os_errno, status, head_done, body, close, first;
};

static void check_end(const struct kit *k, int n, const struct end *f)
{
    const char *end = kit_event(k, "end", n);
    print_message("    %s, end %d\n", f->mode, n);
    assert_int_equal(kit_int(end, "a"), n + 1);
    assert_int_equal(kit_int(end, "code"), f->code);
    assert_int_equal(kit_int(end, "errno"), f->os_errno);
    assert_int_equal(kit_int(end, "status"), f->status);
    assert_int_equal(kit_int(end, "tries"), 1);
    assert_int_equal(kit_int(end, "head_done"), f->head_done);
    assert_int_equal(kit_int(end, "body"), f->body);
    assert_int_equal(kit_int(end, "close"), f->close);
    assert_true(kit_int(end, "sent") > 30);
    assert_true(kit_is(end, "why", ""));
}

/* --- half a head --- */

static void test_partial_head_goes_on(void **state)
{
    struct rogue r;
    struct kit k = {0};
    char line[256];
    (void)state;
    rogue_start(&r, "healthy");
    k.load[0] = shaped(SHAPE_PARTIAL_HEAD);
    k.load[0].clients = k.load[0].requests = 3;
    k.load[0].held = true;
    k.load[0].resume.at.after_ns = NS_PER_S;
    k.on_held = release;
    kit_run(&k, r.url, 1);
    assert_int_equal(k.held, 1);
    assert_int_equal(kit_count(&k, "start"), 3);
    assert_int_equal(kit_count(&k, "sent"), 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(kit_int(kit_event(&k, "end", i), "status"), 200);
    /* the attempt's id arrived with the second half */
    assert_non_null(strstr(said(&r, line, sizeof line, "request "), " GET / "));
    assert_null(strstr(line, " -"));
    rogue_stop(&r);
    kit_free(&k);
}

static void test_partial_head_dies(void **state)
{
    static const struct end rows[] = {
        {"half-fin", CURLE_GOT_NOTHING, 0, 0, 0, 0, 0, 0},
        {"half-rst", CURLE_RECV_ERROR, ECONNRESET, 0, 0, 0, 0, 0},
        {"half-408", CURLE_OK, 0, 408, 1, 0, 1, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rogue r;
        struct kit k = {0};
        char line[256];
        rogue_start(&r, rows[i].mode);
        k.load[0] = shaped(SHAPE_PARTIAL_HEAD);
        k.load[0].held = k.load[0].resume.never = true;
        kit_run(&k, r.url, 1);
        check_end(&k, 0, &rows[i]);
        assert_int_equal(kit_count(&k, "sent"), 0);
        assert_int_equal(kit_count(&k, "first-byte"), rows[i].first);
        assert_string_equal(said(&r, line, sizeof line, "half "), "half 1 1 False\n");
        rogue_stop(&r);
        kit_free(&k);
    }
}

static void stop_all(struct kit *k, int load)
{
    (void)load;
    loads_abort(k->loads);
}

static void test_partial_head_is_aborted(void **state)
{
    struct rogue r;
    struct kit k = {0};
    (void)state;
    rogue_start(&r, "healthy");
    k.load[0] = shaped(SHAPE_PARTIAL_HEAD);
    k.load[0].held = k.load[0].resume.never = true;
    k.load[0].clients = k.load[0].requests = 2;
    k.on_held = stop_all;
    kit_run(&k, r.url, 1);
    assert_int_equal(kit_count(&k, "end"), 2);
    assert_true(kit_is(kit_event(&k, "end", 1), "why", "run-ended"));
    rogue_stop(&r);
    kit_free(&k);
}

static void test_timeout(void **state)
{
    struct rogue r;
    struct kit k = {0};
    (void)state;
    rogue_start(&r, "never-answer");
    k.load[0] = shaped(SHAPE_PIPELINED);
    k.load[0].requests = 2;
    k.load[0].timeout_ns = 50 * NS_PER_MS;
    kit_run(&k, r.url, 1);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(kit_int(kit_event(&k, "end", i), "code"), CURLE_OPERATION_TIMEDOUT);
        assert_true(kit_is(kit_event(&k, "end", i), "why", "response-timeout"));
    }
    rogue_stop(&r);
    kit_free(&k);
}

/* --- a pair --- */

static void pair(const char *mode, const struct end *first, const struct end *second, bool body)
{
    struct rogue r;
    struct kit k = {0};
    char line[256];
    rogue_start(&r, mode);
    k.load[0] = shaped(SHAPE_PIPELINED);
    k.load[0].requests = 2;
    k.load[0].path = query;
    k.load[0].then_path = then;
    if (body) {
        k.load[0].method = post;
        k.load[0].body.bytes = 100;
    }
    kit_run(&k, r.url, 1);
    assert_int_equal(kit_count(&k, "start"), 2);
    assert_int_equal(kit_count(&k, "sent"), 2);
    assert_int_equal(kit_count(&k, "end"), 2);
    assert_int_equal(kit_int(kit_event(&k, "connected", 0), "port"),
                     kit_int(kit_event(&k, "connected", 1), "port"));
    assert_int_equal(kit_count(&k, "first-byte"), first->first + second->first);
    check_end(&k, 0, first);
    check_end(&k, 1, second);
    if (strcmp(mode, "pipelined-together") != 0) {
        said(&r, line, sizeof line, "pair ");
        assert_non_null(strstr(line, body ? "POST /slow?ms=20 HTTP/1.1 / GET /slow HTTP/1.1"
                                          : "GET /slow?ms=20 HTTP/1.1 / GET /slow HTTP/1.1"));
    }
    rogue_stop(&r);
    kit_free(&k);
}

static void test_pairs(void **state)
{
    (void)state;
    static const struct end ok = {"answer", 0, 0, 200, 1, 10, 0, 1};
    static const struct end five = {"chunked", 0, 0, 200, 1, 5, 0, 1};
    static const struct end closed = {"until close", 0, 0, 200, 1, 5, 1, 1};
    static const struct end cut = {"cut", CURLE_PARTIAL_FILE, 0, 200, 1, 5, 0, 1};
    static const struct end nothing = {"nothing", CURLE_GOT_NOTHING, 0, 0, 0, 0, 0, 0};
    static const struct end reset = {"reset", CURLE_RECV_ERROR, ECONNRESET, 0, 0, 0, 0, 0};
    pair("pipelined", &ok, &ok, false);
    pair("pipelined", &ok, &ok, true);
    pair("pipelined-together", &five, &ok, false);
    pair("pipelined-close", &closed, &nothing, false);
    pair("pipelined-rst", &ok, &reset, false);
    pair("pipelined-cut", &cut, &nothing, false);
}

static void test_head_of_a_pair_has_no_body(void **state)
{
    static const struct end head = {"HEAD", 0, 0, 200, 1, 0, 0, 1};
    struct rogue r;
    struct kit k = {0};
    (void)state;
    rogue_start(&r, "healthy");
    k.load[0] = shaped(SHAPE_PIPELINED);
    k.load[0].requests = 1; /* an odd rest: one request alone */
    k.load[0].method = head_method;
    kit_run(&k, r.url, 1);
    assert_int_equal(kit_count(&k, "end"), 1);
    check_end(&k, 0, &head);
    assert_true(kit_is(kit_event(&k, "end", 0), "framing", "none"));
    rogue_stop(&r);
    kit_free(&k);
}

static void on_connecting(struct kit *k, int load, int64_t request, enum phase phase)
{
    (void)load;
    if (phase == (enum phase)k->plan.seed && request == 2)
        loads_abort(k->loads);
}

/* A callback may abort everything at any step of either attempt of a pair. */
static void test_pair_is_aborted_at_each_step(void **state)
{
    static const enum phase phases[] = {PHASE_CONNECTING, PHASE_SENDING, PHASE_WAITING,
                                        PHASE_RECEIVING, PHASE_DONE};
    (void)state;
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
        struct rogue r;
        struct kit k = {0};
        rogue_start(&r, "pipelined");
        k.load[0] = shaped(SHAPE_PIPELINED);
        k.load[0].requests = 2;
        k.plan.seed = phases[i];
        k.on_step = on_connecting;
        kit_run(&k, r.url, 1);
        assert_int_equal(kit_count(&k, "end"), 2);
        rogue_stop(&r);
        kit_free(&k);
    }
}

/* --- a body that waits --- */

static void expect(const char *mode, bool held, int status, int sent)
{
    struct rogue r;
    struct kit k = {0};
    char line[256];
    rogue_start(&r, mode);
    k.load[0] = shaped(SHAPE_EXPECT_CONTINUE);
    k.load[0].method = post;
    k.load[0].body.bytes = 70000;
    k.load[0].held = held;
    k.load[0].resume.at.after_ns = held ? NS_PER_S : -1;
    k.on_held = release;
    kit_run(&k, r.url, 1);
    const char *end = kit_event(&k, "end", 0);
    assert_int_equal(kit_int(end, "code"), 0);
    assert_int_equal(kit_int(end, "status"), status);
    assert_int_equal(kit_count(&k, "sent"), sent);
    assert_true(!sent || kit_int(end, "sent") > 70000);
    said(&r, line, sizeof line, "head ");
    if (!held) /* else the body may come before the server has read the head */
        assert_string_equal(line, "head 1 0 True\n");
    if (sent)
        assert_string_equal(said(&r, line, sizeof line, "body "), "body 1 70000\n");
    rogue_stop(&r);
    kit_free(&k);
}

static void test_expect_continue(void **state)
{
    (void)state;
    expect("expect-100", false, 200, 1);
    expect("expect-417", false, 417, 0);
    expect("expect-nothing", false, 200, 1); /* after a second, on its own */
    expect("expect-nothing", true, 200, 1);  /* when it is released */
    expect("expect-100", true, 200, 1);      /* and not before, though it was asked for */
}

/* --- held between two requests --- */

static void test_held_client_goes_on(void **state)
{
    struct rogue r;
    struct kit k = {0};
    (void)state;
    rogue_start(&r, "healthy");
    k.load[0] = shaped(SHAPE_REQUEST);
    k.load[0].clients = 3;
    k.load[0].requests = 6;
    k.load[0].held = true;
    k.load[0].resume.at.after_ns = NS_PER_S;
    k.on_held = release;
    kit_run(&k, r.url, 1);
    assert_int_equal(k.held, 1);
    assert_int_equal(kit_count(&k, "end"), 6);
    for (int i = 0; i < 6; i++)
        assert_int_equal(kit_int(kit_event(&k, "connected", i), "reused"), i >= 3);
    rogue_stop(&r);
    kit_free(&k);
}

static int closed_so_far(struct kit *k)
{
    char text[8192] = "";
    int n = 0;
    journal_flush(&k->journal);
    assert_true(pread(k->journal.fd, text, sizeof text - 1, 0) > 0);
    for (const char *p = text; (p = strstr(p, "\"conn-closed\"")); p++)
        n++;
    return n;
}

/* Clients that never go on have ended as a load, and keep their connections until the server
 * closes them, which the journal tells. */
static void test_idle_for_ever(void **state)
{
    struct rogue r;
    struct kit k = {0};
    (void)state;
    rogue_start(&r, "healthy");
    k.load[0] = shaped(SHAPE_REQUEST);
    k.load[0].clients = 2;
    k.load[0].requests = 4;
    k.load[0].held = k.load[0].resume.never = true;
    kit_init(&k, r.url, 1);
    loads_begin(k.loads, 0);
    kit_wait(&k);
    rogue_stop(&r); /* the kernel closes what it had open */
    while (closed_so_far(&k) < 2)
        uv_run(&k.loop, UV_RUN_ONCE);
    kit_finish(&k);
    assert_int_equal(kit_count(&k, "end"), 2);
    assert_true(kit_is(kit_event(&k, "load-end", 0), "why", "idle"));
    assert_int_equal(kit_count(&k, "conn-closed"), 2);
    assert_true(kit_is(kit_event(&k, "conn-closed", 0), "how", "fin"));
    assert_true(kit_int(kit_event(&k, "conn-closed", 1), "port") > 0);
    kit_free(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_partial_head_goes_on),
        cmocka_unit_test(test_partial_head_dies),
        cmocka_unit_test(test_partial_head_is_aborted),
        cmocka_unit_test(test_timeout),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_head_of_a_pair_has_no_body),
        cmocka_unit_test(test_pair_is_aborted_at_each_step),
        cmocka_unit_test(test_expect_continue),
        cmocka_unit_test(test_held_client_goes_on),
        cmocka_unit_test(test_idle_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
