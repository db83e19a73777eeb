/* Trace identities: the same for everybody who computes them, never the same twice, never zero. The
 * vectors were computed by another program, from the description in docs/tracing.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "journal/history.h"
#include "journal/journal.h"
#include "journal/trace.h"
#include "journal/wall.h"

static const struct trace_id run_a = {UINT64_C(0x0123456789abcdef), UINT64_C(0xfedcba9876543210)};
static const struct trace_id run_zero = {0, 0};

static void assert_id(struct trace_id id, const char *hex)
{
    char text[TRACE_RUN_TEXT];
    assert_string_equal(trace_run_text(id, text), hex);
}

static void known_vectors(void **state)
{
    (void)state;
    assert_id(trace_of_request(run_a, 0, 1), "021c88d0a3fd73b6c5624e2c6cd2f795");
    assert_id(trace_of_request(run_a, 0, 2), "498d3e51e781cde07f8e2b2419a3d55d");
    assert_id(trace_of_request(run_a, 1, 1), "d14d623ee288287fd5565a195b2bad8b");
    assert_id(trace_of_request(run_a, 3, 20000), "7a3bd878a01b6c0d5c17ce4d8e2b214d");
    assert_id(trace_of_request(run_zero, 0, 1), "a706dd2f4d197e6fa706dd2f4d197e6f");
    assert_id(trace_of_drain(run_a), "3525368f879b09d22af742adf3cd45f1");
    assert_true(trace_span_of_attempt(run_a, 1) == UINT64_C(0x1d80fc258ba5831b));
    assert_true(trace_span_of_attempt(run_a, 2) == UINT64_C(0xe9236083311e19fe));
    assert_true(trace_span_of_attempt(run_a, 20000) == UINT64_C(0xa960685ad29b8416));
    assert_true(trace_span_of_attempt(run_zero, 1) == UINT64_C(0x46b73e79f0c37c00));
    assert_true(trace_span_of_drain(run_a, 0) == UINT64_C(0xc7f1c63fca029cf9));
    assert_true(trace_span_of_drain(run_a, 1) == UINT64_C(0xcee58185d8162cff));
    assert_true(trace_span_of_intention(run_a, 1, 3) == UINT64_C(0x5b5143de8fd7fca0));
}

/* The one attempt of this run whose id would be zero: no run has that many, but it must not be. */
static void never_zero(void **state)
{
    (void)state;
    assert_true(trace_span_of_attempt(run_a, INT64_C(-7266376263940028837)) ==
                UINT64_C(0x9e3779b97f4a7c15));
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void assert_all_different(uint64_t *ids, size_t n)
{
    qsort(ids, n, sizeof *ids, by_value);
    assert_true(ids[0] != 0);
    for (size_t i = 1; i < n; i++)
        assert_true(ids[i - 1] != ids[i]);
}

enum { MANY = 1000 * 1000, LOADS = 8 };

/* Two runs, so that their ids are not those of each other either. */
static void spans_are_unique(void **state)
{
    (void)state;
    struct trace_id run_b = trace_run_new();
    uint64_t *ids = mem_zero(2 * MANY, sizeof *ids);
    for (int i = 0; i < MANY; i++) {
        ids[i] = trace_span_of_attempt(run_a, i + 1);
        ids[MANY + i] = trace_span_of_attempt(run_b, i + 1);
    }
    assert_all_different(ids, 2 * (size_t)MANY);
    free(ids);
}

static void traces_are_unique(void **state)
{
    (void)state;
    uint64_t *high = mem_zero(MANY, sizeof *high), *low = mem_zero(MANY, sizeof *low);
    for (int i = 0; i < MANY; i++) {
        struct trace_id id = trace_of_request(run_a, i % LOADS, i / LOADS + 1);
        high[i] = id.high;
        low[i] = id.low;
    }
    assert_all_different(high, MANY);
    assert_all_different(low, MANY);
    free(high);
    free(low);
}

static void runs_are_different(void **state)
{
    (void)state;
    uint64_t ids[1000];
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        ids[i] = trace_run_new().low;
    assert_all_different(ids, ARRAY_LEN(ids));
}

static void a_header_holds_what_the_spans_have(void **state)
{
    (void)state;
    char text[TRACE_PARENT_TEXT];
    struct trace_id trace;
    uint64_t span;
    trace_parent_text(run_a, 3, 20000, 2, text);
    assert_string_equal(text, "00-7a3bd878a01b6c0d5c17ce4d8e2b214d-e9236083311e19fe-01");
    assert_true(trace_parent_parse(text, &trace, &span));
    assert_id(trace, "7a3bd878a01b6c0d5c17ce4d8e2b214d");
    assert_true(span == trace_span_of_attempt(run_a, 2));
}

static void what_is_no_header(void **state)
{
    static const char *const wrong[] = {
        "",
        "00",
        "00-7a3bd878a01b6c0d5c17ce4d8e2b214d-e9236083311e19fe-0",
        "00-7a3bd878a01b6c0d5c17ce4d8e2b214d-e9236083311e19fe-01 ",
        "ff-7a3bd878a01b6c0d5c17ce4d8e2b214d-e9236083311e19fe-01",
        "00-7A3bd878a01b6c0d5c17ce4d8e2b214d-e9236083311e19fe-01",
        "00-7a3bd878a01b6c0d5c17ce4d8e2b214d_e9236083311e19fe-01",
        "00-7a3bd878a01b6c0d5c17ce4d8e2b214d-e9236083311e19fe-0x",
        "00-00000000000000000000000000000000-e9236083311e19fe-01",
        "00-7a3bd878a01b6c0d5c17ce4d8e2b214d-0000000000000000-01",
        "00-7a3bd878a01b6c0d5c17ce4d8e2b214g-e9236083311e19fe-01",
    };
    (void)state;
    struct trace_id trace;
    uint64_t span;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        if (trace_parent_parse(wrong[i], &trace, &span))
            fail_msg("'%s' was taken", wrong[i]);
}

/* --- in a journal --- */

static void load(struct histories *h, const char *text)
{
    struct error err = {0};
    if (histories_parse(h, "j", text, strlen(text), &err) < 0)
        fail_msg("%s", err.text);
}

static void a_plan_begins_a_run(void **state)
{
    (void)state;
    struct journal j;
    struct histories h;
    struct error err = {0};
    int fd = memfd_create("journal", MFD_CLOEXEC);
    journal_init(&j, fd);
    int64_t before = clock_unix_ns();
    for (int i = 0; i < 2; i++) {
        journal_add(&j, &(struct event){.kind = EVENT_PLAN, .plan = "{}", .wall = "x"});
        journal_add(&j, &(struct event){.kind = EVENT_NOTE, .text = "n"});
    }
    struct trace_id second = j.run;
    journal_close(&j);
    assert_int_equal(histories_read_fd(&h, "j", fd, &err), 0);
    close(fd);
    assert_int_equal(h.count, 2);
    struct trace_id a = trace_run_of(&h.runs[0].events[0]), b = trace_run_of(&h.runs[1].events[0]);
    assert_true(a.high != b.high && a.low != b.low);
    assert_true(b.high == second.high && b.low == second.low);
    const struct event *plan = &h.runs[0].events[0];
    assert_true(plan->unix_ns >= before - NS_PER_S && plan->unix_ns <= clock_unix_ns() + NS_PER_S);
    histories_free(&h);
}

static void old_and_odd_journals(void **state)
{
    static const char *const lines[] = {
        "{\"t\":5,\"e\":\"plan\",\"wall\":\"2026-11-24T01:50:52Z\",\"seed\":1,\"plan\":{}}",
        "{\"t\":6,\"e\":\"plan\",\"wall\":\"2026-11-24T01:50:52Z\",\"seed\":1,\"plan\":{}}",
        "{\"t\":5,\"e\":\"plan\",\"wall\":\"2026-11-24T01:50:53Z\",\"seed\":1,\"plan\":{}}",
        "{\"t\":5,\"e\":\"plan\",\"wall\":\"2026-11-24T01:50:52Z\",\"seed\":2,\"plan\":{}}",
        "{\"t\":5,\"e\":\"plan\",\"run\":\"ABCDEF6789abcdeffedcba9876543210\",\"plan\":{}}",
        "{\"t\":5,\"e\":\"plan\",\"run\":\"0123\",\"plan\":{}}",
    };
    (void)state;
    uint64_t low[ARRAY_LEN(lines)];
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct histories h;
        load(&h, lines[i]);
        struct trace_id run = trace_run_of(&h.runs[0].events[0]), again;
        again = trace_run_of(&h.runs[0].events[0]);
        assert_true(run.high == again.high && run.low == again.low);
        low[i] = run.high ^ run.low;
        histories_free(&h);
    }
    /* what is no id counts as none: the last two have the same wall, time and seed */
    assert_true(low[4] == low[5]);
    assert_all_different(low, ARRAY_LEN(low) - 1);
}

/* t of the plan, t, wall, unix → Unix ns */
static void wall_times(void **state)
{
    static const struct {
        int64_t plan_t, t, unix_ns;
        const char *wall;
        int64_t want;
    } rows[] = {
        {1000, 1500, 1795485052123456789, "", 1795485052123457289},
        {1000, 500, 1795485052123456789, "2001-01-01T00:00:00Z", 1795485052123456289},
        {1000, 1500, 0, "2026-11-24T01:50:52Z", 1795485052000000500},
        {1000, 1500, 0, "yesterday", 500},
        {1000, 0, 0, "", 0},
        {0, INT64_MAX, INT64_MAX, "", INT64_MAX},
        {INT64_MAX, 0, 1, "", 0},
        {0, 7, -5, "", 7},
        {0, 7, 0, "9999-12-31T23:59:59Z", 7},
        {0, 7, 0, "1901-12-31T23:59:59Z", 7},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct event plan = {
            .t_ns = rows[i].plan_t, .unix_ns = rows[i].unix_ns, .wall = rows[i].wall};
        assert_int_equal(wall_unix_ns(&plan, rows[i].t), rows[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_vectors),
        cmocka_unit_test(never_zero),
        cmocka_unit_test(spans_are_unique),
        cmocka_unit_test(traces_are_unique),
        cmocka_unit_test(runs_are_different),
        cmocka_unit_test(a_header_holds_what_the_spans_have),
        cmocka_unit_test(what_is_no_header),
        cmocka_unit_test(a_plan_begins_a_run),
        cmocka_unit_test(old_and_odd_journals),
        cmocka_unit_test(wall_times),
    };
    return cmocka_run_group_tests_name("journal_trace", tests, NULL, NULL);
}
