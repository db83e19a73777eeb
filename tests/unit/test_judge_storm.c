/* The storm of a run: an outage by hand, and what came after it. */
#include "judged.h"

#define PAGES                                                                                      \
    "\"loads\":[{\"name\":\"work\",\"request\":{\"path\":\"/\"},\"clients\":4,"                    \
    "\"frontend\":\"naive\"}]"
#define EXPECT(peak) SCRIPT_TERM ",\"expect\":[{\"load\":\"work\",\"peak\":\"" peak "\"}]"

static void listener(struct judged *j, double ms, int sockets)
{
    script_line(&j->text, ms, "listener", "\"sockets\":%d,\"depth\":0,\"limit\":128", sockets);
}

static void begin_attempt(struct judged *j, double ms, int id, int request, int client)
{
    if (request > id) /* a new intention each time it is first asked for */
        fail_msg("intention %d before its attempt %d", request, id);
    script_line(&j->text, ms, "start", "\"a\":%d,\"l\":0,\"r\":%d,\"c\":%d", id, request, client);
}

static void refused(struct judged *j, double ms, int id, int request, int client)
{
    begin_attempt(j, ms, id, request, client);
    script_line(
        &j->text, ms + 1, "end",
        "\"a\":%d,\"code\":7,\"errno\":111,\"status\":0,\"tries\":0,\"sent\":0,\"head\":0,"
        "\"head_done\":0,\"body\":0,\"length\":-1,\"framing\":\"\",\"close\":0,\"why\":\"\"",
        id);
}

static void answered(struct judged *j, double ms, int id, int request, int client)
{
    begin_attempt(j, ms, id, request, client);
    script_line(&j->text, ms + 1, "connected", "\"a\":%d,\"port\":%d,\"reused\":0", id, 30000 + id);
    script_line(&j->text, ms + 2, "sent", "\"a\":%d", id);
    script_line(&j->text, ms + 9, "first-byte", "\"a\":%d", id);
    script_line(&j->text, ms + 10, "end",
                "\"a\":%d,\"code\":0,\"status\":200,\"tries\":1,\"sent\":80,\"head\":60,"
                "\"head_done\":1,\"body\":5,\"length\":5,\"framing\":\"length\",\"close\":1,"
                "\"why\":\"\"",
                id);
}

/* 4 clients, a request each 200 ms before; gone from 1000 to 2000 ms, all 4 back at 2150 ms, and
 * the first asks twice for the same. */
static void outage(struct judged *j, const char *plan)
{
    begin(j, plan);
    script_line(&j->text, 0, "target-listen",
                "\"port\":1,\"owner\":1,\"command\":\"s\",\"limit\":9");
    listener(j, 1, 1);
    int id = 0;
    for (int k = 0; k < 5; k++, id++)
        answered(j, 10 + 200 * k, id + 1, id + 1, 1 + k % 4);
    script_signal(&j->text, 1000, 0, 15);
    listener(j, 1005, 0);
    for (int c = 1; c <= 3; c++, id++)
        refused(j, 1100 + c, id + 1, id + 1, c);
    listener(j, 2000, 1);
    for (int c = 1; c <= 3; c++, id++)
        answered(j, 2150 + 3 * c, id + 1, c + 5, c); /* the intentions of those that were refused */
    answered(j, 2195, id + 1, 6, 1);                 /* the first one's, once more */
    script_line(&j->text, 2300, "load-end", "\"l\":0,\"why\":\"requests\"");
    script_end(&j->text, 2400);
}

static void figures(void **state)
{
    struct judged j;
    (void)state;
    outage(&j, PLAN(PAGES, EXPECT("<= 3x")));
    const struct run_verdict *v = judge(&j);
    const struct storm_verdict *s = &v->loads[0].storm;
    assert_true(s->any);
    assert_true(fabs(s->gone_ms - 5) < 0.01);
    assert_true(fabs(s->back_ms - 1000) < 0.01);
    assert_true(fabs(s->normal - 2.0 / 4.975) < 0.01); /* in 497.5 ms before it was gone */
    assert_int_equal(s->peak, 4);
    assert_true(s->peak_at_ms >= 100 && s->peak_at_ms <= 200);
    assert_true(fabs(s->peak_ratio - 4 / s->normal) < 0.01);
    assert_int_equal(s->affected, 3);
    assert_int_equal(s->unserved, 0);
    assert_true(fabs(s->served_after_ms - 169) < 0.01); /* the third: 2159 + 10 */
    assert_int_equal(s->arrivals, 7);
    assert_int_equal(s->refused, 3);
    assert_int_equal(s->answered, 4);
    assert_int_equal(s->wasted, 1);
    int64_t sum = 0;
    for (size_t i = 0; i < s->n_bins; i++)
        sum += s->bins[i];
    assert_int_equal(sum, 7);
    assert_int_equal(v->expectations.at[0].value, VERDICT_FAILED);
    assert_string_equal(v->expectations.at[0].text, "work: ≤ 3x the normal rate at the peak");
    done(&j);
}

static void expected(void **state)
{
    static const struct {
        const char *plan;
        enum verdict_value value;
    } rows[] = {
        {PLAN(PAGES, EXPECT("<= 10x")), VERDICT_PASSED},
        {PLAN(PAGES, EXPECT("<= 9.9x")), VERDICT_FAILED},
        {PLAN(PAGES, EXPECT("<= 4")), VERDICT_PASSED},
        {PLAN(PAGES, EXPECT("<= 3")), VERDICT_FAILED},
        {PLAN(PAGES, SCRIPT_TERM ",\"expect\":[{\"load\":\"*\",\"peak\":\"<= 10x\"}]"),
         VERDICT_PASSED},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct judged j;
        outage(&j, rows[i].plan);
        if (judge(&j)->expectations.at[0].value != rows[i].value)
            fail_msg("row %zu: %s", i, j.v.expectations.at[0].observed);
        done(&j);
    }
}

/* A server that never came back, or was never gone, has no storm: nothing can be said of a peak. */
static void no_outage(void **state)
{
    (void)state;
    for (int gone = 0; gone < 2; gone++) {
        struct judged j;
        begin(&j, PLAN(PAGES, EXPECT("<= 3x")));
        script_line(&j.text, 0, "target-listen",
                    "\"port\":1,\"owner\":1,\"command\":\"s\",\"limit\":9");
        listener(&j, 1, 1);
        answered(&j, 10, 1, 1, 1);
        script_signal(&j.text, 500, 0, 15);
        if (gone)
            listener(&j, 505, 0);
        refused(&j, 600, 2, 2, 1);
        script_end(&j.text, 700);
        const struct run_verdict *v = judge(&j);
        assert_false(v->loads[0].storm.any);
        assert_int_equal(v->expectations.at[0].value, VERDICT_INCONCLUSIVE);
        done(&j);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures),
        cmocka_unit_test(expected),
        cmocka_unit_test(no_outage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
