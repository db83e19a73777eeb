/* A walk written into a journal and read back is the same walk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "journal/history.h"
#include "skew/told.h"

static char *text(const char *s)
{
    return (char *)(uintptr_t)s;
}

static struct fetch_facts facts(int status, const char *type, uint64_t hash)
{
    return (struct fetch_facts){.status = status,
                                .url = text("http://h/"),
                                .type = text(type),
                                .cache_control = text("max-age=5"),
                                .bytes = 7,
                                .hash = hash};
}

/* All that is told of it, twice, and read again. */
static void round_trip(const struct skew *s, struct skew *out, struct histories *h)
{
    struct error err = {0};
    struct journal journal;
    int fd = memfd_create("journal", MFD_CLOEXEC);
    assert_true(fd >= 0);
    journal_init(&journal, fd);
    journal_add(&journal, &(struct event){.kind = EVENT_PLAN, .plan = "{}"});
    skew_tell(s, false, &journal);
    skew_tell(s, true, &journal);
    journal_close(&journal);
    assert_int_equal(histories_read_fd(h, "journal", fd, &err), 0);
    close(fd);
    skew_of_history(out, &h->runs[0]);
}

static void assert_same(const struct fetch_facts *a, const struct fetch_facts *b)
{
    assert_int_equal(a->status, b->status);
    assert_string_equal(a->type, b->type);
    assert_string_equal(a->cache_control, b->cache_control);
    assert_string_equal(a->problem, b->problem);
    assert_int_equal(a->bytes, b->bytes);
    assert_true(a->hash == b->hash);
}

static void test_all_of_it(void **state)
{
    struct skew_file files[] = {
        {.url = text("http://h/a.js"), .in = text("http://h/"), .later = false},
        {.url = text("http://h/b.css"), .in = text("http://h/a.js"), .style = true, .later = true},
    };
    char *elsewhere[] = {text("http://cdn/x.js")};
    struct skew_unknown unknown[] = {{text("http://h/a.js"), text("import(`./${x}.js`)")}};
    struct skew_missing missing[] = {{text("/gone.js"), text("http://h/"), 404, true},
                                     {text("no-file.js"), text("http://h/"), 404, false}};
    struct skew s = {.page.before = facts(200, "text/html", 1),
                     .page.after = facts(200, "text/html", UINT64_MAX),
                     .files = files,
                     .n_files = 2,
                     .elsewhere = elsewhere,
                     .n_elsewhere = 1,
                     .unknown = unknown,
                     .n_unknown = 1,
                     .missing = missing,
                     .n_missing = 2,
                     .cut = text("too long"),
                     .full = true};
    struct skew read;
    struct histories h;
    (void)state;
    for (int i = 0; i < 2; i++) {
        files[i].before = facts(200, i ? "text/css" : "", 3 + (uint64_t)i);
        files[i].after = facts(404, "text/html", 9);
    }
    files[1].after.status = 0;
    files[1].after.hash = 0; /* of no answer none is told */
    snprintf(files[1].after.problem, sizeof files[1].after.problem, "nobody \"listened\"");
    round_trip(&s, &read, &h);
    assert_same(&read.page.before, &s.page.before);
    assert_same(&read.page.after, &s.page.after);
    assert_int_equal(read.n_files, 2);
    for (int i = 0; i < 2; i++) {
        assert_string_equal(read.files[i].url, files[i].url);
        assert_string_equal(read.files[i].in, files[i].in);
        assert_int_equal(read.files[i].style, files[i].style);
        assert_int_equal(read.files[i].later, files[i].later);
        assert_same(&read.files[i].before, &files[i].before);
        assert_same(&read.files[i].after, &files[i].after);
    }
    assert_int_equal(read.n_elsewhere, 1);
    assert_string_equal(read.elsewhere[0], elsewhere[0]);
    assert_int_equal(read.n_unknown, 1);
    assert_string_equal(read.unknown[0].in, unknown[0].in);
    assert_string_equal(read.unknown[0].code, unknown[0].code);
    assert_int_equal(read.n_missing, 1); /* the other one may be no name of a file */
    assert_string_equal(read.missing[0].name, "/gone.js");
    assert_int_equal(read.missing[0].status, 404);
    assert_string_equal(read.cut, "too long");
    assert_true(read.full);
    skew_free(&read);
    histories_free(&h);
}

/* A journal may say anything: answers to files that nobody has named, and nothing at all. */
static void test_strange_journals(void **state)
{
    static char page[] = "{\"t\":1,\"e\":\"plan\"}\n"
                         "{\"t\":2,\"e\":\"page\",\"what\":\"script\",\"url\":\"x\",\"again\":1}\n"
                         "{\"t\":3,\"e\":\"page\",\"what\":\"style\"}\n"
                         "{\"t\":4,\"e\":\"page\",\"what\":\"new-word\"}\n"
                         "{\"t\":5,\"e\":\"page\",\"what\":\"cut\",\"url\":\"a\"}\n"
                         "{\"t\":6,\"e\":\"page\",\"what\":\"cut\",\"url\":\"b\"}\n"
                         "{\"t\":7,\"e\":\"page\",\"what\":\"document\",\"status\":99999}\n"
                         "{\"t\":8,\"e\":\"page\"}\n";
    struct error err = {0};
    struct histories h;
    struct skew s;
    (void)state;
    assert_int_equal(histories_parse(&h, "journal", page, strlen(page), &err), 0);
    skew_of_history(&s, &h.runs[0]);
    skew_judge(&s);
    assert_int_equal(s.n_files, 1);
    assert_int_equal(s.counts[SKEW_UNKNOWN], 1);
    assert_string_equal(s.cut, "b");
    assert_null(s.page.after.url);
    skew_free(&s);
    histories_free(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_of_it),
        cmocka_unit_test(test_strange_journals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
