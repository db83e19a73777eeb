/* What the formats that write attempts one by one share: stages that add up, wall time, repeats. */
#include "judged_runs.h"

#include "base/mem.h"
#include "report/stages.h"

#define PLAN(name, load)                                                                           \
    "{\"name\":\"" name "\"," SCRIPT_TARGET ",\"loads\":[" load "]," SCRIPT_TERM ",\"expect\":[]}"
#define ORDINARY "{\"name\":\"work\",\"request\":{\"path\":\"/a?b=c\"},\"clients\":4}"
#define PAIRS                                                                                      \
    "{\"name\":\"work\",\"shape\":\"pipelined\",\"request\":{\"path\":\"/one\",\"then\":\"/"       \
    "two\"},"                                                                                      \
    "\"clients\":4}"

static void assert_stages(const struct judged_runs *r, size_t attempt, const int64_t want[6])
{
    struct stages s;
    stages_of(&s, &r->runs[0], &r->runs[0].attempts[attempt]);
    const int64_t found[] = {s.blocked, s.connect, s.send, s.wait, s.receive, s.total};
    for (int i = 0; i < 6; i++)
        if (found[i] != want[i])
            fail_msg("attempt %zu: stage %d is %lld, not %lld", attempt, i, (long long)found[i],
                     (long long)want[i]);
}

/* Whatever was reached and in whatever order: an answer before the request was sent to its end, an
 * attempt that ended while it connected, one that never ended, one that had to wait for its turn on
 * a connection that was there. */
static void stages_add_up(void **state)
{
    (void)state;
    struct judged_runs r;
    runs_begin(&r);
    script_begin(&r.text, PLAN("n", ORDINARY));
    script_answer(&r.text, 1, 0, 10, 20, 200, 5);
    script_line(&r.text, 20, "start", "\"a\":2,\"l\":0,\"r\":2,\"c\":1,\"due\":%lld",
                (long long)script_epoch_ns + 15000000);
    script_line(&r.text, 21, "connected", "\"a\":2,\"port\":30001,\"reused\":1");
    script_line(&r.text, 22, "first-byte", "\"a\":2");
    script_line(&r.text, 25, "sent", "\"a\":2");
    script_line(&r.text, 30, "end", "\"a\":2,\"code\":0,\"status\":413,\"head_done\":1");
    script_line(&r.text, 30, "start", "\"a\":3,\"l\":0,\"r\":3,\"c\":1");
    script_line(&r.text, 32, "end", "\"a\":3,\"code\":7,\"errno\":111");
    script_line(&r.text, 40, "start", "\"a\":4,\"l\":0,\"r\":4,\"c\":1");
    script_line(&r.text, 41, "connected", "\"a\":4,\"port\":30004,\"reused\":0");
    script_line(&r.text, 42, "sent", "\"a\":4");
    script_signal(&r.text, 50, 0, 15);
    script_end(&r.text, 60);
    runs_judge(&r);
    assert_stages(&r, 0, (const int64_t[]){-1, 100, 100, 9700, 100, 10000});
    assert_stages(&r, 1, (const int64_t[]){6000, -1, 1000, 0, 8000, 15000});
    assert_stages(&r, 2, (const int64_t[]){-1, 2000, 0, 0, 0, 2000});
    assert_stages(&r, 3, (const int64_t[]){-1, 1000, 1000, 19000, 0, 21000});
    runs_done(&r);
}

static void times_are_rounded_down_and_never_overflow(void **state)
{
    (void)state;
    assert_int_equal(us_since(1999, 1000), 0);
    assert_int_equal(us_since(999, 1000), -1);
    assert_int_equal(us_since(INT64_MAX, -1), INT64_MAX / 1000);
    assert_int_equal(us_since(INT64_MIN, 1), INT64_MIN / 1000 - 1);
}

static void wall_time_is_written_to_the_microsecond(void **state)
{
    (void)state;
    static const struct {
        int64_t ns;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00.000000Z"},
        {INT64_C(1795486252123456789), "2026-11-24T02:10:52.123456Z"},
        {INT64_MAX, "2262-04-11T23:47:16.854775Z"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out;
        buf_init(&out, 64);
        wall_add(&out, rows[i].ns);
        assert_string_equal(out.data, rows[i].text);
        buf_free(&out);
    }
}

static void credentials_stay_out_of_a_url(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"http://127.0.0.1:${port}", "http://127.0.0.1:8080"},
        {"http://me:se@cret@[::1]:${port}/base/", "http://[::1]:8080/base"},
        {"http://host/a@b", "http://host/a@b"},
    };
    struct event events[] = {{.kind = EVENT_PLAN}, {.kind = EVENT_TARGET_START, .port = 8080}};
    struct history h = {.events = events, .count = ARRAY_LEN(events)};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *url = mem_strdup(rows[i][0]);
        struct run_verdict v = {.history = &h, .plan.target.url = url};
        char *base = base_url(&v);
        assert_string_equal(base, rows[i][1]);
        free(base);
        free(url);
    }
}

static void milliseconds_of_whole_microseconds(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *text;
    } rows[] = {
        {0, "0.000"}, {1, "0.001"}, {-1, "-0.001"}, {-250, "-0.250"}, {1234567, "1234.567"}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out;
        buf_init(&out, 64);
        us_add_ms(&out, rows[i].us);
        assert_string_equal(out.data, rows[i].text);
        buf_free(&out);
    }
}

static void repeats_are_counted_by_scenario(void **state)
{
    (void)state;
    static const char *const names[] = {"b", "a", "b", "c", "b", "a"};
    static const int64_t want[] = {1, 1, 2, 1, 3, 2};
    struct run_verdict runs[ARRAY_LEN(names)] = {0};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        runs[i].scenario = names[i];
    int64_t *repeats = repeats_of(runs, ARRAY_LEN(names));
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_int_equal(repeats[i], want[i]);
    free(repeats);
}

/* Attempts with consecutive ids of one client are a pair, two by two. */
static void pairs_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        int64_t client;
        bool second;
    } rows[] = {{1, false}, {1, true}, {1, false}, {1, true}, {2, false}, {3, false}, {3, true}};
    struct judged_runs r;
    runs_begin(&r);
    script_begin(&r.text, PLAN("n", PAIRS));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        script_line(&r.text, 10, "start", "\"a\":%zu,\"l\":0,\"r\":%zu,\"c\":%lld", i + 1, i + 1,
                    (long long)rows[i].client);
    script_signal(&r.text, 50, 0, 15);
    script_end(&r.text, 60);
    runs_judge(&r);
    bool second = false;
    assert_int_equal(r.runs[0].n_attempts, ARRAY_LEN(rows));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct attempt *a = &r.runs[0].attempts[i];
        second = is_second_of_pair(&r.runs[0].plan, a, i ? a - 1 : NULL, second);
        assert_int_equal(second, rows[i].second);
        assert_string_equal(path_of(&r.runs[0].plan.loads[0], second), second ? "/two" : "/one");
    }
    char *base = base_url(&r.runs[0]);
    assert_string_equal(base, "http://127.0.0.1:8080");
    free(base);
    runs_done(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stages_add_up),
        cmocka_unit_test(times_are_rounded_down_and_never_overflow),
        cmocka_unit_test(wall_time_is_written_to_the_microsecond),
        cmocka_unit_test(credentials_stay_out_of_a_url),
        cmocka_unit_test(milliseconds_of_whole_microseconds),
        cmocka_unit_test(repeats_are_counted_by_scenario),
        cmocka_unit_test(pairs_are_told_apart),
    };
    return cmocka_run_group_tests_name("report_stages", tests, NULL, NULL);
}
