/* Section G of the catalogue: the files of a page that was open while the server was restarted. The
 * journals are written by hand. */
#include "audit_one.h"

#define PAGE_RUN "check-page"

static struct event *tell(int is, const char *text)
{
    struct event *e = fake_event(&b, run_of(&b, PAGE_RUN), EVENT_PAGE, 0);
    e->page = is;
    e->text = text;
    e->how = "text/javascript";
    e->cache = "max-age=31536000, immutable";
    e->hash = "00000000000000aa";
    e->status = 200;
    e->body_bytes = 10;
    e->why = "";
    return e;
}

static struct event *document(int again, const char *hash)
{
    struct event *e = tell(PAGE_DOCUMENT, "http://127.0.0.1:1/");
    e->how = "text/html";
    e->cache = "no-cache";
    e->hash = hash;
    e->again = again;
    return e;
}

static struct event *file(int again, const char *url, bool later)
{
    struct event *e = tell(PAGE_SCRIPT, url);
    e->inside = "http://127.0.0.1:1/";
    e->later = later;
    e->again = again;
    return e;
}

#define MAIN_JS "http://127.0.0.1:1/assets/main-1.js"
#define SHOP_JS "http://127.0.0.1:1/assets/shop-1.js"

static struct event *page_again, *main_again, *shop_again, *page_first, *main_first, *shop_first;
static struct plan_process deploy_process;

/* A page with a script, and a chunk that is asked for later; all is as before after the restart. */
static int begin_page(void **state)
{
    begin(state);
    size_t run = begin_run(&b, PAGE_RUN);
    b.fakes[run].signals[0] =
        (struct plan_signal){.act = ACT_RESTART,
                             .signo = SIGTERM,
                             .command = -1,
                             .when = {.kind = WHEN_PAGE, .path = (char *)(uintptr_t) "/"}};
    page_first = document(0, "0000000000000001");
    main_first = file(0, MAIN_JS, false);
    shop_first = file(0, SHOP_JS, true);
    page_again = document(1, "0000000000000001");
    main_again = file(1, MAIN_JS, false);
    shop_again = file(1, SHOP_JS, true);
    return 0;
}

static void with_deploy(const char *command)
{
    static char *argv[] = {(char *)(uintptr_t) "/bin/sh", (char *)(uintptr_t) "-c", NULL, NULL};
    size_t run = run_of(&b, PAGE_RUN);
    argv[2] = (char *)(uintptr_t)command;
    deploy_process = (struct plan_process){
        .name = (char *)(uintptr_t) "actions[0]", .action = true, .target = {.argv = argv}};
    b.runs[run].plan.others.at = &deploy_process;
    b.runs[run].plan.others.n = 1;
    b.fakes[run].signals[0].command = 1;
    page_again->hash = "0000000000000002";
}

static bool says(char *const *list, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(list[i], text))
            return true;
    return false;
}

static void answer(struct event *e, int status, const char *type, const char *hash)
{
    e->status = status;
    e->how = type;
    e->hash = hash;
}

static void a_page_that_stays_is_fine(void **state)
{
    (void)state;
    assert_null(view_for("chunk-mutated"));
    assert_int_equal(a.n_findings, 0);
    assert_int_equal(a.grade, 'A');
    assert_true(says(a.fine, a.n_fine, "2 of 2 scripts and style sheets of the page had their"));
    assert_true(says(a.fine, a.n_fine, "asks for the page each time"));
    assert_true(
        says(a.page.at, a.page.n, "'/': 2 scripts and style sheets, 1 of them asked for later"));
    /* nothing new was deployed, and that is said */
    assert_true(says(a.untested.at, a.untested.n,
                     "no new build was deployed; give what deploys with "
                     "--deploy"));
    audit_free(&a);
    with_deploy("./build.sh");
    assert_null(view_for("chunk-mutated"));
    assert_true(says(a.page.at, a.page.n, "with './build.sh' between"));
    assert_false(says(a.untested.at, a.untested.n, "deploy"));
    audit_free(&a);
    page_again->hash = page_first->hash;
    assert_null(view_for("chunk-mutated"));
    assert_true(
        says(a.untested.at, a.untested.n, "the same as before, so nothing new was deployed"));
}

static void what_vanishes_is_found(void **state)
{
    (void)state;
    answer(shop_again, 404, "text/html", "00000000000000bb");
    const struct finding *f = must_find("chunk-vanished");
    assert_int_equal(f->severity, SEVERITY_HIGH);
    assert_int_equal(f->count, 1);
    assert_int_equal(f->of, 2);
    assert_string_equal(f->evidence,
                        "1 of 2 scripts and style sheets; 1 asked for later than the page; "
                        "/assets/shop-1.js: 404 text/html (check-page)");
    assert_false(says(a.fine, a.n_fine, "scripts")); /* no praise of half a page */
    assert_int_equal(a.grade, 'D');
    assert_int_equal(a.n_findings, 1);
    /* one that is asked for with the page hurts fewer */
    answer(shop_again, 200, "text/javascript", shop_first->hash);
    answer(main_again, 404, "text/html", "00000000000000bb");
    assert_int_equal(must_find("chunk-vanished")->severity, SEVERITY_MEDIUM);
    /* no process was there to say it */
    answer(main_again, 0, "", "");
    assert_null(view_for("chunk-vanished"));
    assert_true(says(a.untested.at, a.untested.n, "1 of 2 were not answered after the restart"));
}

static void a_document_in_place_of_a_script_is_found(void **state)
{
    (void)state;
    answer(shop_again, 200, "text/html", "00000000000000bb");
    assert_int_equal(must_find("chunk-masked")->severity, SEVERITY_HIGH);
    assert_int_equal(a.n_findings, 1);
}

static void other_bytes_are_found(void **state)
{
    (void)state;
    answer(shop_again, 200, "text/javascript", "00000000000000bb");
    assert_int_equal(must_find("chunk-mutated")->severity, SEVERITY_HIGH); /* kept for a year */
    assert_false(says(a.fine, a.n_fine, "had their old bytes"));
    shop_first->cache = "no-cache";
    assert_int_equal(must_find("chunk-mutated")->severity, SEVERITY_MEDIUM);
    assert_int_equal(must_find("assets-not-kept")->severity, SEVERITY_INFO);
}

static void the_pages_own_caching_is_found(void **state)
{
    (void)state;
    page_first->cache = "public, max-age=3600";
    const struct finding *f = must_find("page-kept");
    assert_int_equal(f->severity, SEVERITY_LOW);
    assert_non_null(strstr(f->evidence, "for 1h: Cache-Control 'public, max-age=3600'"));
    answer(main_again, 404, "text/html", "00000000000000bb");
    assert_int_equal(must_find("page-kept")->severity, SEVERITY_MEDIUM);
    page_first->cache = "";
    assert_int_equal(must_find("page-kept")->severity, SEVERITY_INFO);
    page_first->cache = "max-age=9999999999999999";
    assert_non_null(must_find("page-kept"));
}

static void what_was_not_seen_gets_no_grade(void **state)
{
    (void)state;
    answer(page_again, 503, "text/html", "");
    assert_null(view_for("chunk-vanished"));
    assert_int_equal(a.grade, '?');
    assert_string_equal(a.reason, "the page was not judged");
    assert_true(
        says(a.untested.at, a.untested.n, "'/' was answered with status 503 after the restart"));
    assert_false(says(a.fine, a.n_fine, "scripts"));
    assert_int_equal(a.page.n, 0);
    /* the run says why */
    size_t run = run_of(&b, PAGE_RUN);
    b.runs[run].value = VERDICT_INCONCLUSIVE;
    b.runs[run].because.why =
        (char *)(uintptr_t) "'http://127.0.0.1:1/' was answered with status 404";
    assert_null(view_for("chunk-vanished"));
    assert_true(says(a.untested.at, a.untested.n,
                     "old files of '/': 'http://127.0.0.1:1/' was "
                     "answered with status 404"));
    b.runs[run].value = VERDICT_PASSED;
    b.runs[run].because.why = NULL;
}

static void names_that_lead_elsewhere_are_said(void **state)
{
    (void)state;
    tell(PAGE_ELSEWHERE, "http://cdn.example/a.js");
    tell(PAGE_UNKNOWN, "import(`./${x}.js`)")->inside = MAIN_JS;
    tell(PAGE_MISSING, "/nowhere.js")->status = 404;
    tell(PAGE_CUT, "too long");
    tell(PAGE_FULL, NULL);
    tell(EVENT_WORD_OTHER, "what a later drainctl tells");
    assert_null(view_for("chunk-vanished"));
    assert_true(
        says(a.page.at, a.page.n, "another host was not asked, such as http://cdn.example/"));
    assert_true(says(a.page.at, a.page.n, "made at run time, and not known: import(`./${x}.js`)"));
    assert_true(says(a.page.at, a.page.n, "/nowhere.js was no script or style sheet"));
    assert_true(says(a.page.at, a.page.n, "too long"));
    assert_true(says(a.page.at, a.page.n, "there are more than"));
}

/* What is true of a server that only restarts is no defect of its shutdown, and the other way
 * round. */
static void other_rules_do_not_look_at_it(void **state)
{
    (void)state;
    size_t run = run_of(&b, PAGE_RUN);
    set_exit(&b, PAGE_RUN, 11000, 7, 0);
    fake_event(&b, run, EVENT_SURVIVOR, 1600)->pid = 100;
    assert_null(view_for("chunk-vanished"));
    assert_int_equal(a.n_findings, 0);
    for (size_t i = 0; i < a.n_looked; i++)
        for (size_t k = 0; k < a.looked[i].n_seen; k++)
            assert_int_equal(a.looked[i].seen[k].run == run, a.looked[i].defect->section == 'G');
}

/* Without a page there is nothing to say of one. */
static void without_a_page_nothing_is_said(void **state)
{
    (void)state;
    assert_null(view_for("page-kept"));
    assert_int_equal(a.page.n, 0);
    assert_false(says(a.untested.at, a.untested.n, "deploy"));
    for (size_t i = 0; i < a.n_looked; i++)
        assert_true(a.looked[i].defect->section != 'G');
}

#define PAGE_TEST(name) cmocka_unit_test_setup_teardown(name, begin_page, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAGE_TEST(a_page_that_stays_is_fine),
        PAGE_TEST(what_vanishes_is_found),
        PAGE_TEST(a_document_in_place_of_a_script_is_found),
        PAGE_TEST(other_bytes_are_found),
        PAGE_TEST(the_pages_own_caching_is_found),
        PAGE_TEST(what_was_not_seen_gets_no_grade),
        PAGE_TEST(names_that_lead_elsewhere_are_said),
        PAGE_TEST(other_rules_do_not_look_at_it),
        cmocka_unit_test_setup_teardown(without_a_page_nothing_is_said, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
