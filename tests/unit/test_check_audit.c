/* The healthy battery has no defect; the sum of an audit: grade, evidence, repeats, baseline. */
#include "audit_fixture.h"

static struct battery b;

static void healthy_has_no_defect(void **state)
{
    struct audit a;

    (void)state;
    healthy(&b);
    audit_battery(&b, &a);
    for (size_t i = 0; i < a.n_findings; i++)
        print_message("%s: %s\n", a.findings[i].defect->id, a.findings[i].evidence);
    assert_int_equal(a.n_findings, 0);
    assert_int_equal(a.grade, 'A');
    assert_true(a.n_fine >= 20);
    audit_free(&a);
}

static void a_profile_alone_changes_nothing(void **state)
{
    (void)state;
    for (const struct profile *p = profiles; p->name; p++) {
        struct audit a;

        healthy(&b);
        b.profile = p;
        audit_battery(&b, &a);
        for (size_t i = 0; i < a.n_findings; i++)
            assert_string_equal(a.findings[i].defect->id, "endpoint-lag");
        assert_int_equal(a.n_findings, p->lag_ns > 0);
        audit_free(&a);
    }
}

static void quick_needs_the_main_run_alone(void **state)
{
    struct audit a;

    (void)state;
    healthy(&b);
    b.n = 1;
    audit_battery(&b, &a);
    assert_int_equal(a.n_findings, 0);
    assert_int_equal(a.grade, 'A');
    audit_free(&a);
}

static void nothing_in_flight_is_no_grade(void **state)
{
    struct audit a;

    (void)state;
    healthy(&b);
    for (size_t i = 0; i < b.runs[0].n_attempts; i++)
        b.runs[0].attempts[i].phase = PHASE_DONE;
    audit_battery(&b, &a);
    assert_int_equal(a.grade, '?');
    assert_string_equal(a.reason, "nothing was in flight at the signal");
    audit_free(&a);
    healthy(&b);
    b.n = 0;
    audit_battery(&b, &a);
    assert_int_equal(a.grade, '?');
    assert_int_equal(a.checked, 0);
    audit_free(&a);
}

static void evidence_names_the_worst_run(void **state)
{
    struct audit a;
    const struct finding *f;

    (void)state;
    healthy(&b);
    simple_run(&b, "check-accept-queue", "frozen", 20);
    cut(&b, "check-accept-queue", "frozen", 17, 3, REASON_NEVER_ACCEPTED);
    audit_battery(&b, &a);
    f = found(&a, "accept-queue-reset");
    assert_non_null(f);
    assert_int_equal(f->count, 17);
    assert_int_equal(f->of, 20);
    assert_int_equal(f->runs_seen, 1);
    assert_int_equal(f->runs_all, 4);
    assert_int_equal(f->all, 80);
    assert_int_equal(f->n_attempts, EVIDENCE_ATTEMPTS);
    assert_non_null(strstr(f->evidence, "17 of 20 queued connections"));
    assert_non_null(strstr(f->evidence, "in 1 of 4 tries (95 %"));
    assert_int_equal(a.grade, 'D');
    assert_true(a.repeated);
    for (size_t i = 0; i < a.n_fine; i++)
        assert_non_null(strstr(a.fine[i], "at most"));
    audit_free(&a);
}

static void the_stack_chooses_the_fix(void **state)
{
    struct audit a;

    (void)state;
    healthy(&b);
    find_event(&b, 0, EVENT_TARGET_LISTEN)->text = "/usr/bin/node server.js";
    cut(&b, "check-main", "waiting", -1, 5, REASON_RESET_BEFORE_RESPONSE);
    audit_battery(&b, &a);
    assert_string_equal(a.stack, "Node");
    assert_string_equal(found(&a, "inflight-killed-at-signal")->fix->stack, "Node");
    assert_int_equal(a.grade, 'F');
    audit_free(&a);
}

/* Deno is not Node, and Hypercorn no server whose settings a page names. */
static void another_program_gets_the_general_sentence(void **state)
{
    static const char *const commands[] = {"deno run server.ts", "bun server.ts",
                                           "/usr/bin/hypercorn app:app", "granian app:app"};
    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct audit a;

        healthy(&b);
        find_event(&b, 0, EVENT_TARGET_LISTEN)->text = commands[i];
        cut(&b, "check-main", "waiting", -1, 5, REASON_RESET_BEFORE_RESPONSE);
        audit_battery(&b, &a);
        assert_null(a.stack);
        assert_string_equal(found(&a, "inflight-killed-at-signal")->fix->stack, "any");
        audit_free(&a);
    }
}

static void the_command_may_be_an_array(void **state)
{
    struct audit a;

    (void)state;
    healthy(&b);
    find_event(&b, 0, EVENT_TARGET_START)->text = "[\"/bin/sh\",\"-c\",\"server; true\"]";
    find_event(&b, 0, EVENT_TARGET_LISTEN)->owner = 101;
    fake_event(&b, 0, EVENT_SURVIVOR, 1550)->status = 200;
    audit_battery(&b, &a);
    assert_int_equal(a.n_findings, 1);
    assert_non_null(found(&a, "shell-wrapper-swallows"));
    assert_non_null(
        strstr(a.findings[0].evidence, "signalled 100 (sh), but the port belongs to 101 (server)"));
    audit_free(&a);
}

static void a_baseline_hides_what_is_known(void **state)
{
    static const char text[] = "[\"accept-queue-reset\", // known since May\n]";
    struct audit a;
    struct json_doc doc;
    struct baseline known;
    struct error err;

    (void)state;
    healthy(&b);
    cut(&b, "check-accept-queue", "frozen", 1, 3, REASON_NEVER_ACCEPTED);
    audit_battery(&b, &a);
    assert_int_equal(json_doc_parse(&doc, "b.json", text, strlen(text), &err), 0);
    assert_int_equal(baseline_read(&known, &doc, &err), 0);
    audit_weigh(&a, SEVERITY_LOW, NULL);
    assert_int_equal(a.failures, 1);
    audit_weigh(&a, SEVERITY_CRITICAL, NULL);
    assert_int_equal(a.failures, 0);
    assert_int_equal(a.known, 0);
    audit_weigh(&a, SEVERITY_LOW, &known);
    assert_int_equal(a.failures, 0);
    assert_int_equal(a.known, 1);
    assert_true(a.findings[0].known && a.findings[0].tolerated);
    baseline_free(&known);
    json_doc_free(&doc);
    audit_free(&a);
}

static void a_wrong_baseline_is_an_error(void **state)
{
    static const char *const wrong[] = {"{}", "[1]", "[\"accept-queue-rest\"]"};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct json_doc doc;
        struct baseline known;
        struct error err;

        assert_int_equal(json_doc_parse(&doc, "b.json", wrong[i], strlen(wrong[i]), &err), 0);
        assert_int_equal(baseline_read(&known, &doc, &err), -1);
        assert_int_equal(err.kind, ERROR_USAGE);
        assert_non_null(strstr(err.text, "b.json:1:"));
        if (i == 2)
            assert_string_equal(err.hint, "did you mean 'accept-queue-reset'?");
        json_doc_free(&doc);
    }
}

static void a_killed_target_is_not_blamed_for_the_kill(void **state)
{
    struct audit a;

    (void)state;
    healthy(&b);
    set_killed(&b, "check-main", 3000);
    cut(&b, "check-main", "streaming", -1, 3001, REASON_CLOSED_MID_RESPONSE);
    audit_battery(&b, &a);
    assert_null(found(&a, "inflight-killed-at-signal"));
    assert_null(found(&a, "main-exits-early"));
    assert_non_null(found(&a, "stream-stalls-drain"));
    audit_free(&a);
}

static void a_run_that_failed_proves_nothing(void **state)
{
    struct audit a;

    (void)state;
    healthy(&b);
    cut(&b, "check-main", "waiting", -1, 5, REASON_RESET_BEFORE_RESPONSE);
    fake_event(&b, 0, EVENT_ERROR, 10);
    audit_battery(&b, &a);
    assert_int_equal(a.n_findings, 0);
    assert_int_equal(a.grade, '?');
    audit_free(&a);
}

/* A process that is gone at once has not answered anything "in full". */
/* POSTs alone are lost: that hides "in flight", which is then no cause of anything. */
static void what_is_hidden_hides_nothing(void **state)
{
    struct audit a;

    (void)state;
    healthy(&b);
    cut(&b, "check-main", "waiting-post", -1, 4, REASON_CLOSED_BEFORE_RESPONSE);
    cut(&b, "check-main", "partial-head", -1, 4, REASON_CLOSED_BEFORE_RESPONSE);
    audit_battery(&b, &a);
    assert_non_null(found(&a, "nonidempotent-not-retried"));
    assert_null(found(&a, "inflight-killed-at-signal"));
    assert_non_null(found(&a, "half-head-dropped"));
    audit_free(&a);
}

static void nothing_is_fine_that_a_finding_covers(void **state)
{
    struct audit a;

    (void)state;
    healthy(&b);
    for (size_t i = 0; i < b.runs[0].plan.n_loads; i++)
        cut(&b, "check-main", b.runs[0].plan.loads[i].name, -1, 100, REASON_CLOSED_BEFORE_RESPONSE);
    set_exit(&b, "check-main", 101, 0, 0);
    audit_battery(&b, &a);
    assert_non_null(found(&a, "main-exits-early"));
    for (size_t i = 0; i < a.n_fine; i++)
        assert_null(strstr(a.fine[i], "requests in flight were answered"));
    audit_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(healthy_has_no_defect),
        cmocka_unit_test(a_profile_alone_changes_nothing),
        cmocka_unit_test(quick_needs_the_main_run_alone),
        cmocka_unit_test(nothing_in_flight_is_no_grade),
        cmocka_unit_test(evidence_names_the_worst_run),
        cmocka_unit_test(the_stack_chooses_the_fix),
        cmocka_unit_test(another_program_gets_the_general_sentence),
        cmocka_unit_test(the_command_may_be_an_array),
        cmocka_unit_test(a_baseline_hides_what_is_known),
        cmocka_unit_test(a_wrong_baseline_is_an_error),
        cmocka_unit_test(a_run_that_failed_proves_nothing),
        cmocka_unit_test(a_killed_target_is_not_blamed_for_the_kill),
        cmocka_unit_test(what_is_hidden_hides_nothing),
        cmocka_unit_test(nothing_is_fine_that_a_finding_covers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
