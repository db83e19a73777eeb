/* Every way for a server to die, against a real socket: the journal must hold the facts that tell
 * them apart. libcurl alone calls several of them a success. */
#include "load_kit.h"

struct facts {
    const char *mode, *path, *method;
    int code, os_errno, status, tries;
    int head; /* bytes of the answer's head; -1: some */
    int head_done, body, length;
    const char *framing;
    int close;
    int first; /* was there a first-byte event */
};

static char *text(const char *s)
{
    static char copies[2][64];
    static int at;
    char *to = copies[at++ % 2];
    snprintf(to, sizeof copies[0], "%s", s);
    return to;
}

static void check_end(const struct facts *f, const char *end)
{
    assert_int_equal(kit_int(end, "code"), f->code);
    assert_int_equal(kit_int(end, "errno"), f->os_errno);
    assert_int_equal(kit_int(end, "status"), f->status);
    assert_int_equal(kit_int(end, "tries"), f->tries);
    if (f->head >= 0)
        assert_int_equal(kit_int(end, "head"), f->head);
    else
        assert_true(kit_int(end, "head") > 0);
    assert_int_equal(kit_int(end, "head_done"), f->head_done);
    assert_int_equal(kit_int(end, "body"), f->body);
    assert_int_equal(kit_int(end, "length"), f->length);
    assert_true(kit_is(end, "framing", f->framing));
    assert_int_equal(kit_int(end, "close"), f->close);
    assert_true(kit_is(end, "why", ""));
    assert_true(kit_int(end, "sent") > 60);
}

static void check(const struct facts *f)
{
    struct rogue r;
    struct kit k = {0};
    print_message("    %s %s\n", f->mode, f->path);
    rogue_start(&r, f->mode);
    k.load[0] = kit_load();
    k.load[0].reuse = false;
    k.load[0].path = text(f->path);
    k.load[0].method = text(f->method ? f->method : "GET");
    kit_run(&k, r.url, 1);
    check_end(f, kit_event(&k, "end", 0));
    assert_int_equal(kit_count(&k, "start"), 1);
    assert_int_equal(kit_count(&k, "connected"), 1);
    assert_int_equal(kit_count(&k, "sent"), 1);
    assert_int_equal(kit_count(&k, "first-byte"), f->first);
    assert_int_equal(rogue_stop(&r), 1);
    kit_free(&k);
}

/* mode, path, method, code, errno, status, tries, head, done, body, length, framing, close, 1st */
static const struct facts table[] = {
    {"healthy", "/", 0, 0, 0, 200, 1, 39, 1, 10, 10, "length", 0, 1},
    {"healthy", "/?bytes=200000", 0, 0, 0, 200, 1, -1, 1, 200000, 200000, "length", 0, 1},
    {"healthy", "/chunked", 0, 0, 0, 200, 1, -1, 1, 10, -1, "chunked", 0, 1},
    {"healthy", "/204", 0, 0, 0, 204, 1, -1, 1, 0, -1, "none", 0, 1},
    {"healthy", "/", "HEAD", 0, 0, 200, 1, -1, 1, 0, 10, "none", 0, 1},
    {"healthy", "/?status=503", 0, 0, 0, 503, 1, -1, 1, 0, 0, "length", 1, 1},
    {"fin-before-answer", "/", 0, 52, 0, 0, 1, 0, 0, 0, -1, "", 0, 0},
    {"rst-before-answer", "/", 0, 56, ECONNRESET, 0, 1, 0, 0, 0, -1, "", 0, 0},
    {"fin-in-status-line", "/", 0, 52, 0, 0, 1, 11, 0, 0, -1, "", 0, 1},
    {"fin-in-head", "/", 0, 0, 0, 200, 1, 17, 0, 0, -1, "", 0, 1},
    {"rst-in-head", "/", 0, 56, ECONNRESET, 200, 1, 17, 0, 0, -1, "", 0, 1},
    {"fin-in-body", "/", 0, 18, 0, 200, 1, 39, 1, 5, 10, "length", 0, 1},
    {"rst-in-body", "/", 0, 56, ECONNRESET, 200, 1, 39, 1, 5, 10, "length", 0, 1},
    {"fin-in-chunk", "/", 0, 18, 0, 200, 1, 47, 1, 5, -1, "chunked", 0, 1},
    {"rst-in-chunk", "/", 0, 56, ECONNRESET, 200, 1, 47, 1, 5, -1, "chunked", 0, 1},
    {"fin-in-close", "/", 0, 0, 0, 200, 1, 38, 1, 5, -1, "close", 1, 1},
    {"rst-in-close", "/", 0, 56, ECONNRESET, 200, 1, 38, 1, 5, -1, "close", 1, 1},
    {"not-http", "/", 0, 1, 0, 0, 1, 21, 0, 0, -1, "", 0, 1},
    {"interim", "/", 0, 0, 0, 200, 1, 39, 1, 10, 10, "length", 0, 1},
    {"interim-cut", "/", 0, 52, 0, 0, 1, 0, 0, 0, -1, "", 0, 0},
};

static void test_facts_of_each_death(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        check(&table[i]);
}

static void test_refused(void **state)
{
    struct rogue r;
    struct kit k = {0};
    (void)state;
    rogue_start(&r, "healthy");
    rogue_stop(&r);
    k.load[0] = kit_load();
    kit_run(&k, r.url, 1);
    const char *end = kit_event(&k, "end", 0);
    assert_int_equal(kit_int(end, "code"), CURLE_COULDNT_CONNECT);
    assert_int_equal(kit_int(end, "errno"), ECONNREFUSED);
    assert_int_equal(kit_int(end, "tries"), 0);
    assert_int_equal(kit_int(end, "sent"), 0);
    assert_int_equal(kit_count(&k, "connected"), 0);
    kit_free(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_facts_of_each_death),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
