/* Event streams: what is read of one, in pieces of any size, and what a page does with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "frontend/sse.h"
#include "frontend/status.h"
#include "frontend_kit.h"

static char heard[1024];

static void on_event(void *arg, const char *data, size_t len)
{
    (void)arg;
    assert_int_equal(strlen(data), len);
    size_t used = strlen(heard);
    snprintf(heard + used, sizeof heard - used, "[%s]", data);
}

/* Feeds `text` in pieces of `piece` bytes. */
static struct fe_sse feed(const char *text, size_t len, size_t piece)
{
    struct fe_sse s = {0};
    heard[0] = '\0';
    for (size_t at = 0; at < len; at += piece)
        fe_sse_feed(&s, text + at, len - at < piece ? len - at : piece, on_event, NULL);
    return s;
}

static void streams_in_pieces(void **state)
{
    static const struct {
        const char *text, *data, *id;
        fe_ms retry;
    } rows[] = {
        {"data: one\n\n", "[one]", "", 0},
        {"data:one\r\ndata:  two\r\n\r\n", "[one\n two]", "", 0},
        {"data: a\rid: 7\r\rdata: b\r\r", "[a][b]", "7", 0},
        {"\xef\xbb\xbf"
         "data: marked\n\n",
         "[marked]", "", 0},
        {": a comment\nevent: tick\ndata\n\n", "[]", "", 0},
        {"id: 1\nretry: 250\n\n", "", "1", 250},
        {"retry: 1e3\nretry: \n\n", "", "", 0},
        {"retry: 99999999999999999999\n\n", "", "", 24 * 3600 * 1000},
        {"id: 1\n\nid\ndata: x\n\n", "[x]", "", 0},
        {"data: never ended", "", "", 0},
        {"unknown: x\nData: x\n\n", "", "", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t piece = 1; piece <= strlen(rows[i].text); piece++) {
            struct fe_sse s = feed(rows[i].text, strlen(rows[i].text), piece);
            if (strcmp(heard, rows[i].data) != 0)
                fail_msg("row %zu in pieces of %zu: '%s'", i, piece, heard);
            assert_string_equal(s.id, rows[i].id);
            assert_int_equal(s.retry, rows[i].retry);
        }
}

/* Whatever comes, and however long: nothing beyond its room is written. */
static void long_and_binary(void **state)
{
    static char text[8192];
    (void)state;
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * 31 % 256);
    feed(text, sizeof text, 7);
    memset(text, 'x', sizeof text);
    memcpy(text, "data:", 5);
    memcpy(text + 4000, "\nid:", 4);
    memcpy(text + sizeof text - 2, "\n\n", 2);
    struct fe_sse s = feed(text, sizeof text, 1000);
    assert_int_equal(strlen(heard), FE_SSE_LINE - 5 + 2);
    assert_int_equal(strlen(s.id), FE_SSE_ID - 1);
    static const char zero[] = "id: a\0b\ndata: kept\n\n"; /* an id with a NUL is none */
    s = feed(zero, sizeof zero - 1, 3);
    assert_string_equal(s.id, "");
    assert_string_equal(heard, "[kept]");
}

/* --- the page --- */

struct play {
    struct fe_policy p;
    struct fe_state s;
    struct fe_actions out;
};

static void opened(struct play *y, const char *set)
{
    *y = (struct play){0};
    assert_int_equal(fe_policy_named(set, &y->p), 0);
    y->p.poll.on = false;
    y->p.queue.on = false;
    fe_open(&y->s, &y->p, NULL, 0, 0.5);
}

static void does(struct play *y, struct fe_event e, const char *expected)
{
    e.random = 0.5;
    fe_step(&y->p, &y->s, &e, &y->out);
    assert_string_equal(action_lines(&y->out), expected);
}

static struct fe_event stream_result(fe_ms now, int attempt, enum fe_result result, int status)
{
    return (struct fe_event){.kind = FE_EVENT_RESULT,
                             .now = now,
                             .call = FE_STREAM,
                             .intention = 1,
                             .attempt = attempt,
                             .result = result,
                             .status = status};
}

static void a_person_leaves(void **state)
{
    struct play y;
    (void)state;
    opened(&y, "naive");
    does(&y, (struct fe_event){.kind = FE_EVENT_LEAVE}, ""); /* there is nothing to leave */
    does(&y, (struct fe_event){.kind = FE_EVENT_WANT, .intention = 1, .what = FE_HOLD},
         "send stream 1/1");
    does(&y, stream_result(5, 1, FE_STATUS, 200), "show 1 delivered");
    does(&y, (struct fe_event){.kind = FE_EVENT_LEAVE, .now = 100},
         "abort stream 1/1; settle 1 delivered");
    assert_int_equal(fe_due(&y.p, &y.s), FE_NEVER);
    does(&y, (struct fe_event){.kind = FE_EVENT_WANT, .intention = 2, .what = FE_HOLD, .now = 200},
         "send stream 2/1");
    /* and while it waits to open it again */
    opened(&y, "naive");
    does(&y, (struct fe_event){.kind = FE_EVENT_WANT, .intention = 1, .what = FE_HOLD},
         "send stream 1/1");
    does(&y, stream_result(5, 1, FE_REFUSED, 0), "");
    does(&y, (struct fe_event){.kind = FE_EVENT_LEAVE, .now = 100}, "settle 1 delivered");
    assert_int_equal(fe_due(&y.p, &y.s), FE_NEVER);
}

static struct fe_event status_says(fe_ms now, bool live, enum fe_result result, int status)
{
    return (struct fe_event){.kind = FE_EVENT_RESULT,
                             .now = now,
                             .call = FE_POLL,
                             .attempt = 1,
                             .live = live,
                             .result = result,
                             .status = status};
}

/* A status stream is open from the beginning, says what it says, and its loss is trouble. */
static void a_status_stream(void **state)
{
    struct play y;
    (void)state;
    opened(&y, "careful");
    y.p.poll.on = y.p.poll.stream = true;
    fe_open(&y.s, &y.p, NULL, 0, 0.5);
    assert_int_equal(fe_due(&y.p, &y.s), 0);
    does(&y, (struct fe_event){.kind = FE_EVENT_TICK}, "send poll 0/1");
    assert_int_equal(fe_due(&y.p, &y.s), 5000); /* its timeout: until it is open */
    does(&y, status_says(10, true, FE_STATUS, 200), "");
    assert_int_equal(fe_due(&y.p, &y.s), FE_NEVER);
    does(&y, status_says(20, true, FE_STATUS, 500), "show 0 trouble");
    does(&y, status_says(30, true, FE_STATUS, 200), "show 0 back");
    does(&y, status_says(40, false, FE_CUT_OFF, 0), "show 0 trouble");
    assert_int_equal(fe_due(&y.p, &y.s), 40 + 3000 + 1500);
    does(&y, (struct fe_event){.kind = FE_EVENT_TICK, .now = 4540}, "send poll 0/2");
    /* one that never opens is given up, and tried again */
    does(&y, (struct fe_event){.kind = FE_EVENT_TICK, .now = 9540}, "abort poll 0/2");
    assert_int_equal(fe_due(&y.p, &y.s), 9540 + 3000 + 1500);
}

static void what_a_status_stream_says(void **state)
{
    static const struct {
        const char *data;
        bool says, well, speaks;
        fe_ms left;
    } rows[] = {
        {"{\"tick\":1}", false, true, false, FE_NEVER},
        {"not JSON", false, true, false, FE_NEVER},
        {"{\"status\":\"UP\"}", true, true, false, FE_NEVER},
        {"{\"status\":\"DOWN\"}", true, false, false, FE_NEVER},
        {"{\"scheduled\":true,\"gracePeriodSeconds\":2}", true, true, true, 2000},
        {"{\"scheduled\":false}", true, true, true, FE_NEVER},
        {"{\"status\":\"UP\",\"maintenance\":{\"scheduled\":true,\"gracePeriodSeconds\":0}}", true,
         true, true, 0},
    };
    struct fe_policy p;
    (void)state;
    fe_policy_named("careful", &p);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fe_status out;
        assert_int_equal(fe_status_message(&p, rows[i].data, strlen(rows[i].data), 0, &out),
                         rows[i].says);
        assert_int_equal(out.well, rows[i].well);
        assert_int_equal(out.speaks, rows[i].speaks);
        assert_int_equal(out.left, rows[i].left);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_in_pieces),         cmocka_unit_test(long_and_binary),
        cmocka_unit_test(a_person_leaves),           cmocka_unit_test(a_status_stream),
        cmocka_unit_test(what_a_status_stream_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
