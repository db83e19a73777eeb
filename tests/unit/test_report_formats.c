/* The reports, read by parsers that are not ours: cJSON, xmllint. Whatever bytes a run brings. */
#include "judged_runs.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "report/report.h"

/* Everything that could break out of a field: markup, quotes, control bytes, what is not UTF-8; as
 * JSON, and as the bytes that it stands for. A plan's name cannot hold control bytes, but nobody
 * promises that to a report. */
#define NASTY                                                                                      \
    "<a href='x'>]]>&amp;\\u001b[31m\\u0007\\u009b \\u202e \\uffff \xff\xc0\xaf#\\\\ \\\"q\\\"\\n"
static const char nasty_bytes[] =
    "<a href='x'>]]>&\x1b[31m\x07\xc2\x9b \xe2\x80\xae \xef\xbf\xbf \xff\xc0\xaf#\\ \"q\"\nok 1";
#define NASTY_RUN "{\"name\":\"n\"," SCRIPT_TARGET "," SCRIPT_ONE_LOAD "," SCRIPT_TERM ","

static void add_run(struct buf *b, const char *plan, int status)
{
    script_begin(b, plan);
    script_answer(b, 1, 0, 10, 60, status, 5);
    script_answer(b, 2, 0, 10, 1570, 200, 5);
    script_line(b, 11, "target-output", "\"stream\":1,\"line\":\"" NASTY "\"");
    script_line(b, 12, "note", "\"text\":\"" NASTY "\"");
    script_line(b, 99, "orphan", "\"pid\":5,\"command\":\"" NASTY "\"");
    script_signal(b, 50, 0, 15);
    script_end(b, 1580);
}

/* passed, failed, inconclusive (nothing expected) and cut, all as nasty as can be. */
static void begin(struct judged_runs *r)
{
    static const char expect[] =
        NASTY_RUN "\"expect\":[{\"load\":\"work\",\"completed\":\"100%\"},{\"target\":\"output\","
                  "\"matches\":\"a\"}]}";
    runs_begin(r);
    add_run(&r->text, expect, 200);
    add_run(&r->text, expect, 500);
    add_run(&r->text, NASTY_RUN "\"expect\":[]}", 200);
    add_run(&r->text, expect, 200);
    buf_adds(&r->text, "{\"t\":");
    runs_judge(r);
    for (size_t i = 0; i < r->count; i++)
        r->runs[i].scenario = nasty_bytes;
}

static char *write_report(const struct judged_runs *r, const char *format, bool color)
{
    struct report_input in = {.runs = r->runs, .count = r->count, .color = color, .width = 80};
    struct buf out;
    buf_init(&out, 16 * 1024 * 1024);
    report_find(format)->write(&in, &out);
    return buf_take(&out);
}

static const cJSON *at(const cJSON *node, const char *key)
{
    const cJSON *child = cJSON_GetObjectItemCaseSensitive(node, key);
    if (!child)
        fail_msg("no key '%s'", key);
    return child;
}

static void json_keeps_its_contract(void **state)
{
    (void)state;
    struct judged_runs r;
    begin(&r);
    char *text = write_report(&r, "json", false);
    cJSON *root = cJSON_Parse(text);
    assert_non_null(root);
    assert_int_equal(at(root, "format")->valueint, 1);
    assert_string_equal(at(root, "verdict")->valuestring, "failed");
    const cJSON *runs = at(root, "runs"), *run = cJSON_GetArrayItem(runs, 1);
    assert_int_equal(cJSON_GetArraySize(runs), 4);
    assert_true(cJSON_IsNull(at(runs->child, "why")));
    assert_string_equal(at(run, "verdict")->valuestring, "failed");
    assert_string_equal(at(run, "file")->valuestring, "a.json");
    const cJSON *target = at(run, "target");
    assert_string_equal(cJSON_GetArrayItem(at(target, "argv"), 0)->valuestring, "./server");
    assert_int_equal(at(at(target, "exit"), "code")->valueint, 0);
    assert_true(cJSON_IsNull(at(at(target, "exit"), "signal")));
    assert_int_equal((int)at(at(target, "exit"), "after_ms")->valuedouble, 1530);
    assert_true(cJSON_IsNull(at(at(target, "listener"), "closed_after_ms")));
    assert_true(cJSON_IsNull(at(at(target, "listener"), "queue_lost")));
    assert_int_equal(cJSON_GetArraySize(at(target, "orphans")), 1);
    const cJSON *signal = at(run, "signals")->child, *load = at(run, "loads")->child;
    assert_string_equal(at(signal, "signal")->valuestring, "SIGTERM");
    assert_int_equal(at(signal, "lag_us")->valueint, 100);
    assert_int_equal(cJSON_GetArraySize(at(load, "outcomes")), OUTCOME_COUNT);
    assert_int_equal(at(at(load, "outcomes"), "failed")->valueint, 1);
    assert_int_equal(at(at(load, "reasons"), "status-500")->valueint, 1);
    assert_int_equal(at(at(load, "processed"), "yes")->valueint, 2);
    assert_int_equal(at(at(at(load, "phases"), "waiting"), "completed")->valueint, 1);
    assert_int_equal((int)at(at(load, "latency_ms"), "max")->valuedouble, 1560);
    const cJSON *first = at(run, "expectations")->child;
    assert_string_equal(at(first, "text")->valuestring, "work: 100% completed");
    assert_true(cJSON_IsFalse(at(first, "passed")));
    cJSON_Delete(root);
    free(text);
    runs_done(&r);
}

static void the_same_journal_gives_the_same_bytes(void **state)
{
    (void)state;
    for (const struct report_format *f = report_formats; f->name; f++) {
        struct judged_runs a, b;
        begin(&a);
        begin(&b);
        char *one = write_report(&a, f->name, false), *two = write_report(&b, f->name, false);
        assert_string_equal(one, two);
        free(one);
        free(two);
        runs_done(&a);
        runs_done(&b);
    }
}

/* What xmllint says of `text`: 0 when it is well-formed. */
static int xmllint(const char *text)
{
    FILE *f = tmpfile();
    assert_non_null(f);
    fputs(text, f);
    rewind(f);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fileno(f), STDIN_FILENO);
        execlp("xmllint", "xmllint", "--noout", "-", (char *)NULL);
        _exit(127);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    fclose(f);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int count(const char *text, const char *what)
{
    int n = 0;
    for (const char *s = text; (s = strstr(s, what)); s += strlen(what))
        n++;
    return n;
}

static void junit_is_well_formed(void **state)
{
    (void)state;
    struct judged_runs r;
    begin(&r);
    char *text = write_report(&r, "junit", false);
    assert_int_equal(xmllint(text), 0);
    assert_int_equal(count(text, "<testsuite "), 4);
    assert_int_equal(count(text, "<testcase "), 2 + 1 + 2 + 1 + 0 + 1 + 2 + 1);
    assert_int_equal(count(text, "<failure "), 2); /* the expectation and the verdict of run 2 */
    assert_int_equal(count(text, "<error "),
                     3); /* the verdict of run 3; all of run 4, which was cut, but one */
    free(text);
    runs_done(&r);
}

static void tap_has_its_plan(void **state)
{
    (void)state;
    struct judged_runs r;
    begin(&r);
    char *text = write_report(&r, "tap", false);
    assert_int_equal(strncmp(text, "TAP version 14\n1..10\n", 21), 0);
    assert_int_equal(count(text, "\nok "), 5);
    assert_int_equal(count(text, "\nnot ok "), 5);
    assert_int_equal(count(text, "\n  ---\n"), 5);
    assert_int_equal(count(text, "\n  ...\n"), 5);
    assert_null(strstr(text, " # "));
    free(text);
    runs_done(&r);
}

/* No control byte but newlines; in colour, only the few sequences that are ours. */
static void text_is_safe_for_a_terminal(void **state)
{
    (void)state;
    struct judged_runs r;
    begin(&r);
    for (int color = 0; color < 2; color++) {
        char *text = write_report(&r, "text", color);
        for (const char *s = text; *s; s++) {
            if (*s == '\033' && color) {
                s += 1 + strspn(s + 1, "[0123456789");
                assert_int_equal(*s, 'm');
            } else {
                assert_true((unsigned char)*s >= 0x20 || *s == '\n');
            }
        }
        assert_null(strstr(text, "\xc2\x9b"));     /* C1: CSI */
        assert_null(strstr(text, "\xe2\x80\xae")); /* right-to-left override */
        assert_null(strstr(text, "\xff"));
        free(text);
    }
    runs_done(&r);
}

static void text_says_it_all(void **state)
{
    (void)state;
    struct judged_runs r;
    begin(&r);
    char *text = write_report(&r, "text", false);
    static const char *const parts[] = {
        "did not hold: 1 of 2 attempts completed (50%)",
        "  at SIGTERM         completed   failed\n",
        "  work  waiting              1        1\n",
        "SIGTERM sent: work in flight",
        "exited with code 0",
        "  BROKEN  work: 100% completed\n",
        "#1 work, waiting: failed 10 ms after SIGTERM, status-500\n",
        "2 attempts = 1 completed + 1 failed\n",
        "nothing was expected\n",
        "4 scenarios: 1 passed, 1 failed, 2 inconclusive\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (!strstr(text, parts[i]))
            fail_msg("'%s' is not in:\n%s", parts[i], text);
    free(text);
    runs_done(&r);
}

static void text_fits_its_width(void **state)
{
    (void)state;
    struct judged_runs r = {0};
    buf_init(&r.text, 1024 * 1024);
    add_run(&r.text,
            "{\"name\":\"plain\"," SCRIPT_TARGET "," SCRIPT_ONE_LOAD "," SCRIPT_TERM
            ",\"expect\":[{\"load\":\"work\",\"completed\":\"100%\"}]}",
            500);
    runs_judge(&r);
    char *text = write_report(&r, "text", false);
    int column = 0;
    for (const char *s = text; *s; s++) {
        column = *s == '\n' ? 0 : column + (((unsigned char)*s & 0xc0) != 0x80);
        assert_true(column <= 80);
    }
    free(text);
    runs_done(&r);
}

static void text_of_a_run_that_was_not_carried_out(void **state)
{
    (void)state;
    struct judged_runs r = {0};
    buf_init(&r.text, 1024 * 1024);
    script_begin(&r.text, NASTY_RUN "\"expect\":[]}");
    script_line(&r.text, 6, "error", "\"text\":\"it died\",\"hint\":\"it said\\n| a  b\\u001b\"");
    script_line(&r.text, 7, "run-end", "\"why\":\"error\"");
    runs_judge(&r);
    char *text = write_report(&r, "text", false);
    assert_string_equal(text, "inconclusive  n  (7.0 ms)\n  it died\n  hint: it said\n"
                              "        | a  b\\x1b\n");
    free(text);
    runs_done(&r);
}

/* A run whose end is as far from its beginning as a journal can say: longer than int64_t
 * nanoseconds in a double, and than any clock that a report may ask for its words. */
static void times_that_are_far_apart(void **state)
{
    (void)state;
    struct judged_runs r = {0};
    buf_init(&r.text, 1024 * 1024);
    script_begin(&r.text, NASTY_RUN "\"expect\":[{\"target\":\"exit\",\"within\":\"2s\"}]}");
    script_answer(&r.text, 1, 0, 10, 60, 200, 5);
    script_signal(&r.text, 50, 0, 15);
    buf_adds(&r.text, "{\"t\":9223372036854775807,\"e\":\"target-exit\",\"code\":0}\n"
                      "{\"t\":9223372036854775807,\"e\":\"run-end\",\"why\":\"complete\"}\n");
    runs_judge(&r);
    for (const struct report_format *f = report_formats; f->name; f++) {
        char *text = write_report(&r, f->name, false);
        assert_true(text[0]);
        free(text);
    }
    char *text = write_report(&r, "text", false);
    assert_non_null(strstr(text, "it exited with code 0 after 39"));
    free(text);
    runs_done(&r);
}

static void formats_have_names(void **state)
{
    (void)state;
    assert_null(report_find("word"));
    for (const struct report_format *f = report_formats; f->name; f++) {
        assert_ptr_equal(report_find(f->name), f);
        assert_true(f->summary && f->summary[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_keeps_its_contract),
        cmocka_unit_test(the_same_journal_gives_the_same_bytes),
        cmocka_unit_test(junit_is_well_formed),
        cmocka_unit_test(tap_has_its_plan),
        cmocka_unit_test(text_is_safe_for_a_terminal),
        cmocka_unit_test(text_says_it_all),
        cmocka_unit_test(text_fits_its_width),
        cmocka_unit_test(text_of_a_run_that_was_not_carried_out),
        cmocka_unit_test(times_that_are_far_apart),
        cmocka_unit_test(formats_have_names),
    };
    return cmocka_run_group_tests_name("report_formats", tests, NULL, NULL);
}
