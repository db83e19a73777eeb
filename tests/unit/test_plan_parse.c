/* Scenarios become complete plans: defaults, names resolved to indices, texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "plan/builtin.h"
#include "plan/plan.h"

static struct plan plan_of(const char *text)
{
    struct plan plan;
    struct error err = {0};
    if (plan_parse_text("t.json", text, strlen(text), &plan, &err) < 0)
        fail_msg("%s (%s)", err.text, err.hint);
    return plan;
}

#define REFERENCE "\"name\": \"t\", \"target\": {\"reference\": {}}"
#define LOAD      "\"loads\": [{\"name\": \"a\", \"request\": {\"path\": \"/\"}, \"clients\": 4}]"

static void test_defaults(void **state)
{
    (void)state;
    struct plan p = plan_of("{" REFERENCE ", " LOAD "}");
    assert_int_equal(p.timeout_ns, 60 * NS_PER_S);
    assert_int_equal(p.target.kind, TARGET_REFERENCE);
    assert_null(p.target.argv[0]);
    assert_string_equal(p.target.url, "http://127.0.0.1:${port}");
    assert_string_equal(p.target.ready.path, "/ready");
    assert_int_equal(p.target.ready.status, 200);
    assert_int_equal(p.target.ready.within_ns, 10 * NS_PER_S);
    assert_string_equal(p.target.health_ready, "/ready");
    assert_string_equal(p.target.health_live, "/live");
    const struct plan_load *l = &p.loads[0];
    assert_string_equal(l->method, "GET");
    assert_int_equal(l->requests, -1);
    assert_int_equal(l->body.bytes, -1);
    assert_true(l->reuse);
    assert_int_equal(l->start.after_ns, -1);
    assert_int_equal(l->stop.of, -1);
    assert_int_equal(l->timeout_ns, 30 * NS_PER_S);
    assert_string_equal(p.from.file, "t.json");
    plan_free(&p);
}

static void refused(const char *text, const char *says)
{
    struct plan plan;
    struct error err = {0};
    assert_int_equal(plan_parse_text("t.json", text, strlen(text), &plan, &err), -1);
    if (!strstr(err.text, says))
        fail_msg("'%s' does not say '%s'", err.text, says);
}

/* Nothing is started, and nothing can be signalled. */
static void test_url_alone(void **state)
{
    (void)state;
#define URL(more) "{\"name\": \"t\", \"target\": {\"url\": \"http://127.0.0.1:80\"" more "}, " LOAD
    struct plan p = plan_of(URL("") "}");
    assert_int_equal(p.target.kind, TARGET_URL);
    assert_false(plan_owns_target(&p));
    assert_true(p.target.ready.port);
    assert_null(p.target.health_ready);
    plan_free(&p);
    refused(URL("") ", \"signals\": [{\"send\": \"SIGTERM\", \"when\": {\"at\": \"1s\"}}]}",
            "$.signals: a target that is only a 'url' can be sent no signal");
    refused(URL(", \"env\": {}") "}", "$.target.env: a target that is only a 'url'");
    refused(URL(", \"cwd\": \"/\"") "}", "$.target.cwd: a target that is only a 'url'");
    refused(URL(", \"pid1\": true") "}", "$.target.pid1: a target that is only a 'url'");
    refused(URL(", \"ready\": {\"log\": \"x\"}") "}", "the output of a target");
    refused("{\"name\": \"t\", \"target\": {\"url\": \"http://h:${port}\"}, " LOAD "}",
            "$.target.url: ${port} stands for a port that the run picks");
    refused("{\"name\": \"t\", \"target\": {}, " LOAD "}", "expected one of 'reference'");
#undef URL
}

static void test_reference_options(void **state)
{
    (void)state;
    struct plan p = plan_of(
        "{\"name\": \"t\", \"target\": {\"reference\": {\"drain_timeout\": \"10s\", \"max_body\": "
        "1000000, \"gates\": {\"g\": \"deadline\"}}}, " LOAD "}");
    static const char *const wanted[] = {"--drain-timeout", "10s",    "--max-body",
                                         "1000000",         "--gate", "g=deadline"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_string_equal(p.target.argv[i], wanted[i]);
    assert_null(p.target.argv[6]);
    plan_free(&p);
}

static void test_command_defaults(void **state)
{
    (void)state;
    struct plan p =
        plan_of("{\"name\": \"t\", \"target\": {\"command\": [\"a\", \"${port}\", \"\"], "
                "\"ready\": {\"path\": \"/up\"}}, " LOAD "}");
    assert_string_equal(p.target.argv[2], "");
    assert_string_equal(p.target.health_ready, "/up");
    assert_null(p.target.health_live);
    plan_free(&p);
    p = plan_of("{\"name\": \"t\", \"target\": {\"command\": [\"a\"]}, " LOAD "}");
    assert_true(p.target.ready.port);
    assert_null(p.target.health_ready);
    plan_free(&p);
}

/* Parts may stand in any order: signals before the loads that they name, and loads that start at
 * signals. */
static void test_names(void **state)
{
    (void)state;
    struct plan p = plan_of(
        "{\"expect\": [{\"load\": \"b\", \"cut_off\": 0}, {\"load\": \"*\", \"timed-out\": 0}],"
        "\"signals\": [{\"send\": \"int\", \"when\": {\"load\": \"b\", \"in_flight\": 2}},"
        "{\"send\": \"SIGTERM\", \"when\": {\"after\": \"1.5s\", \"of\": \"SIGINT\"}},"
        "{\"send\": \"SIGTERM\", \"when\": {\"target\": \"listener-closed\"}}],"
        "\"loads\": [{\"name\": \"a\", \"request\": {\"path\": \"/\"}, \"rate\": \"2.5/s\","
        "\"start\": {\"after\": \"5ms\", \"of\": \"SIGTERM\"}, \"stop\": \"2s\"},"
        "{\"name\": \"b\", \"request\": {\"path\": \"/\"}, \"clients\": 2}], " REFERENCE "}");
    assert_int_equal(p.signals[0].when.load, 1);
    assert_int_equal(p.signals[1].when.of, 0);
    assert_int_equal(p.loads[0].start.of, 1);
    assert_int_equal(p.loads[0].start.after_ns, 5 * NS_PER_MS);
    assert_int_equal(p.loads[0].stop.of, -1);
    assert_int_equal(p.loads[0].stop.after_ns, 2 * NS_PER_S);
    assert_true(p.loads[0].rate == 2.5);
    assert_int_equal(p.loads[0].clients, 1000);
    assert_string_equal(p.signals[0].text, "b in flight ≥ 2");
    assert_string_equal(p.signals[1].text, "1.5 s after SIGINT");
    assert_string_equal(p.signals[2].text, "listener closed");
    assert_int_equal(p.expects[0].load, 1);
    assert_int_equal(p.expects[1].load, -1);
    assert_int_equal(p.expects[1].outcome, OUTCOME_TIMED_OUT);
    plan_free(&p);
}

static void test_freeze(void **state)
{
    (void)state;
    struct plan p = plan_of(
        "{" REFERENCE ", \"loads\": [{\"name\": \"a\", \"request\": {\"path\": \"/\"}, "
        "\"clients\": 4}, {\"name\": \"b\", \"request\": {\"path\": \"/\"}, \"clients\": 4, "
        "\"connection\": \"new\"}], \"signals\": [{\"send\": \"SIGTERM\", \"when\": {\"at\": "
        "\"0s\"}, \"freeze\": \"a\"}, {\"send\": \"SIGINT\", \"when\": {\"at\": \"1s\"}, "
        "\"freeze\": \"b\"}]}");
    assert_true(p.loads[0].held && p.loads[1].held);
    assert_int_equal(p.loads[0].requests, 8);
    assert_int_equal(p.loads[1].requests, 4);
    assert_string_equal(p.signals[1].text, "at 1 s, b frozen");
    plan_free(&p);
}

/* Each outcome by both spellings, each reason, and the text that reports show. */
static void test_every_word(void **state)
{
    (void)state;
    for (int i = 0; i < OUTCOME_COUNT + REASON_COUNT; i++) {
        bool outcome = i < OUTCOME_COUNT;
        const char *word = outcome ? outcome_words[i].word : reason_words[i - OUTCOME_COUNT].word;
        char *other = mem_strdup(i == OUTCOME_COUNT ? "status-204" : word);
        for (int spelling = 0; spelling < 2; spelling++) {
            char *text = mem_printf("{" REFERENCE ", " LOAD ", \"expect\": [{\"load\": \"a\", %s"
                                    "\"%s\": \"<= 5\"%s}]}",
                                    outcome ? "" : "\"reasons\": {", other, outcome ? "" : "}");
            struct plan p = plan_of(text);
            assert_int_equal(p.expects[0].kind, outcome ? EXPECT_OUTCOME : EXPECT_REASON);
            if (outcome)
                assert_int_equal(p.expects[0].outcome, i);
            else
                assert_int_equal(p.expects[0].reason, i - OUTCOME_COUNT);
            char *shown = mem_printf("a: ≤ 5 %s", i == OUTCOME_COUNT ? "status-204" : word);
            assert_string_equal(p.expects[0].text, shown);
            free(shown);
            free(text);
            plan_free(&p);
            for (char *c = other; *c; c++)
                *c = *c == '-' ? '_' : *c;
        }
        free(other);
    }
}

static void test_target_expectations(void **state)
{
    (void)state;
    struct plan p = plan_of(
        "{" REFERENCE ", " LOAD ", \"expect\": ["
        "{\"target\": \"exit\", \"signal\": \"SIGKILL\", \"within\": \"2s\"},"
        "{\"target\": \"listener-closed\", \"not_before\": \"1s\", \"before\": \"exit\", "
        "\"queue_lost\": 0},"
        "{\"target\": \"not-ready\", \"before\": \"listener-closed\"}, {\"target\": \"live\"},"
        "{\"target\": \"orphans\", \"count\": 0}, {\"target\": \"output\", \"absent\": \"panic\"},"
        "{\"load\": \"a\", \"phase\": \"waiting\", \"told_to_close\": \"100%\","
        "\"latency\": {\"p99\": \"200ms\", \"max\": \"< 1s\"}}]}");
    static const char *const texts[] = {
        "target exits by SIGKILL within 2 s",
        "listener closes not before 1 s, before the exit, with none lost in its queue",
        "readiness turns before the listener closes",
        "target stays live",
        "processes left behind: 0",
        "output never matches 'panic'",
        "a, waiting: 100% told to close",
        "a, waiting: latency p99 ≤ 200 ms",
        "a, waiting: latency max < 1 s",
    };
    assert_int_equal(p.n_expects, sizeof texts / sizeof *texts);
    for (size_t i = 0; i < p.n_expects; i++)
        assert_string_equal(p.expects[i].text, texts[i]);
    assert_int_equal(p.expects[0].exit.signo, SIGKILL);
    assert_int_equal(p.expects[1].when.before, EXPECT_EXIT);
    plan_free(&p);
}

/* Every built-in scenario says why it is there, has the name of its file, and reads the same from
 * the compact form that a journal carries. */
static void test_builtin(void **state)
{
    (void)state;
    size_t count = 0;
    for (const struct embedded *e = builtin_scenarios; e->name; e++, count++) {
        struct plan p = plan_of(e->text), again = plan_of(p.from.source);
        assert_non_null(p.about);
        assert_int_equal(strlen(e->name), strlen(p.name) + strlen(".json"));
        assert_memory_equal(e->name, p.name, strlen(p.name));
        assert_string_equal(p.from.source, again.from.source);
        assert_int_equal(p.n_expects, again.n_expects);
        for (size_t i = 0; i < p.n_expects; i++)
            assert_string_equal(p.expects[i].text, again.expects[i].text);
        plan_free(&p);
        plan_free(&again);
    }
    assert_true(count >= 14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_url_alone),
        cmocka_unit_test(test_reference_options),
        cmocka_unit_test(test_command_defaults),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_freeze),
        cmocka_unit_test(test_every_word),
        cmocka_unit_test(test_target_expectations),
        cmocka_unit_test(test_builtin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
