/* The score card and its machine formats, on a bent battery. */
#include "audit_fixture.h"

#include "base/json_out.h"
#include "report/junit/junit.h"
#include "report/tap/tap.h"
#include "report/text/text.h"
#include "verdict/json.h"

static struct battery b;
static struct audit a;
static struct audit_input in;
static struct report_check check;
static struct text card;
static struct buf out;

static int bent(void **state)
{
    (void)state;
    healthy(&b);
    find_event(&b, 0, EVENT_TARGET_LISTEN)->text = "node <server> & \"co\".js";
    cut(&b, "check-accept-queue", "frozen", 17, 3, REASON_NEVER_ACCEPTED);
    set_exit(&b, "check-main", 1502, 3, 0);
    in = (struct audit_input){b.runs, b.n, profile_find("kubernetes")};
    gather_facts(&b);
    audit_run(&in, &a);
    audit_weigh(&a, SEVERITY_MEDIUM, NULL);
    check = (struct report_check){&a, &in, SEVERITY_MEDIUM, VERDICT_FAILED};
    buf_init(&out, 1024 * 1024);
    card = (struct text){.out = &out, .width = 80};
    return 0;
}

static int done(void **state)
{
    (void)state;
    audit_free(&a);
    buf_free(&out);
    return 0;
}

static void has(const char *text)
{
    if (!strstr(out.data, text))
        fail_msg("'%s' is not in:\n%s", text, out.data);
}

static void json_is_json(void **state)
{
    struct json_out j;
    struct json_doc doc;
    struct error err;
    const cJSON *defects, *first;

    (void)state;
    json_out_init(&j, &out, 2);
    json_out_object(&j, NULL);
    verdict_json_check(&j, &a, &in);
    json_out_end_object(&j);
    assert_int_equal(json_doc_parse(&doc, "out", out.data, out.len, &err), 0);
    assert_string_equal(cJSON_GetObjectItem(doc.root, "grade")->valuestring, "D");
    defects = cJSON_GetObjectItem(doc.root, "defects");
    assert_int_equal(cJSON_GetArraySize(defects), 3);
    first = cJSON_GetArrayItem(defects, 0);
    assert_string_equal(cJSON_GetObjectItem(first, "id")->valuestring, "accept-queue-reset");
    assert_int_equal(cJSON_GetObjectItem(first, "count")->valueint, 17);
    assert_int_equal(cJSON_GetObjectItem(first, "of")->valueint, 20);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(first, "attempts")), 5);
    assert_true(cJSON_GetArraySize(cJSON_GetObjectItem(doc.root, "fine")) > 15);
    json_doc_free(&doc);
}

static void tap_counts(void **state)
{
    (void)state;
    tap_check(&out, &a, 4);
    has("not ok 4 - accept-queue-reset: connections waiting");
    has("\nok ");
}

static void junit_escapes(void **state)
{
    (void)state;
    junit_check(&out, &a);
    has("failures=\"2\" errors=\"0\" skipped=\"1\"");
    has("<failure type=\"high\"");
    assert_null(strstr(out.data, "& "));
}

static size_t widest(const char *text)
{
    size_t most = 0, n = 0;

    for (; *text; text++) {
        if (*text == '\n')
            n = 0;
        else if (((unsigned char)*text & 0xc0) != 0x80)
            n++;
        most = n > most ? n : most;
    }
    return most;
}

static void the_card_fits(void **state)
{
    (void)state;
    text_score(&card, &check);
    has("grade D   1 high, 1 medium, 1 low, judged for Kubernetes pod\n");
    has("17 of 20 queued connections (check-accept-queue)");
    has("attempts #1, #2, #3, #4, #5, …");
    has("Node: server.close() closes at once");
    has("what was fine\n");
    has("✓ 20 of 20 requests in flight were answered in full");
    assert_true(widest(out.data) <= 80);
    assert_null(strchr(out.data, '\033'));
    buf_reset(&out);
    card.color = true;
    text_score(&card, &check);
    has("\033[");
}

/* The last line says what made it fail, and what to do first. */
static void why_it_failed(void **state)
{
    (void)state;
    text_score(&card, &check);
    has("\nfailed: accept-queue-reset (high) and 1 more; --fail-on is medium\n");
    has("\nfirst:  Node: server.close() closes at once");
    audit_weigh(&a, SEVERITY_HIGH, NULL);
    check.fail_on = SEVERITY_HIGH;
    buf_reset(&out);
    text_score(&card, &check);
    has("\nfailed: accept-queue-reset (high); --fail-on is high\n");
}

static void the_baseline_shows(void **state)
{
    const struct defect *known[] = {defect_find("accept-queue-reset")};
    struct baseline baseline = {known, 1};

    (void)state;
    audit_weigh(&a, SEVERITY_MEDIUM, &baseline);
    text_score(&card, &check);
    has("accept-queue-reset (known)");
    has("(1 in the baseline)");
}

/* A grade alone does not say why a build with defects goes on. */
static void why_it_passed(void **state)
{
    const struct defect *known[] = {defect_find("accept-queue-reset"), a.findings[1].defect,
                                    a.findings[2].defect};
    struct baseline one = {known, 1}, all = {known, 3};

    (void)state;
    text_score(&card, &check);
    assert_null(strstr(out.data, "passed"));
    check.verdict = VERDICT_PASSED;
    check.fail_on = SEVERITY_CRITICAL;
    audit_weigh(&a, SEVERITY_CRITICAL, NULL);
    text_score(&card, &check);
    has("passed: each defect is milder than critical\n");
    check.fail_on = SEVERITY_HIGH;
    audit_weigh(&a, SEVERITY_HIGH, &one);
    text_score(&card, &check);
    has("passed: each defect is in the baseline, or milder than high\n");
    audit_weigh(&a, SEVERITY_HIGH, &all);
    text_score(&card, &check);
    has("passed: each defect is in the baseline\n");
}

static void the_whole_reports_carry_it(void **state)
{
    struct report_input input = {.kind = REPORT_CHECK, .check = check, .width = 80};

    (void)state;
    report_find("tap")->write(&input, &out);
    has("TAP version 14\n1..");
    has("# TODO known or mild");
    buf_reset(&out);
    report_find("junit")->write(&input, &out);
    has("</testsuite>\n</testsuites>\n");
    buf_reset(&out);
    report_find("json")->write(&input, &out);
    has("\"verdict\": \"failed\"");
    has("\"defects\": [");
    buf_reset(&out);
    input.runs = b.runs; /* without one that was carried out there is no card */
    input.count = 1;
    report_find("text")->write(&input, &out);
    has("grade D");
    audit_weigh(&a, SEVERITY_CRITICAL, NULL);
    assert_int_equal(audit_verdict(&a), VERDICT_PASSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(json_is_json, bent, done),
        cmocka_unit_test_setup_teardown(tap_counts, bent, done),
        cmocka_unit_test_setup_teardown(junit_escapes, bent, done),
        cmocka_unit_test_setup_teardown(the_card_fits, bent, done),
        cmocka_unit_test_setup_teardown(the_whole_reports_carry_it, bent, done),
        cmocka_unit_test_setup_teardown(why_it_passed, bent, done),
        cmocka_unit_test_setup_teardown(why_it_failed, bent, done),
        cmocka_unit_test_setup_teardown(the_baseline_shows, bent, done),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
