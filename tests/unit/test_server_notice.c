/* The notice: its table of steps, pure, and what the server answers while one is given. */
#include "server_bytes.h"

#include "server/life/announce.h"
#include "server/life/notice.h"

static const int64_t s = NS_PER_S;

static struct notice planned(const char *in)
{
    struct notice n = {0};
    struct error err = {0};
    assert_int_equal(notice_plan(&n, in, NULL, 1000 * s, 5000 * s, &err), 0);
    return n;
}

static void steps_are_reached_in_their_time(void **state)
{
    const struct notice_rules rules = NOTICE_DEFAULTS;
    struct notice n = planned("5m");
    (void)state;
    assert_int_equal(n.at_ns, 1300 * s);
    assert_int_equal(n.at_unix_ns, 5300 * s);
    assert_true(notice_reached(&n, &rules, NOTICE_NO_SUBSCRIPTIONS, 1000 * s));
    assert_false(notice_reached(&n, &rules, NOTICE_NO_SESSIONS, 1240 * s - 1));
    assert_true(notice_reached(&n, &rules, NOTICE_NO_SESSIONS, 1240 * s));
    assert_false(notice_reached(&n, &rules, NOTICE_TELL_SUBSCRIPTIONS, 1290 * s - 1));
    assert_true(notice_reached(&n, &rules, NOTICE_TELL_SUBSCRIPTIONS, 1290 * s));
    assert_false(notice_reached(&n, &rules, NOTICE_DRAIN, 1300 * s - 1));
    assert_true(notice_reached(&n, &rules, NOTICE_DRAIN, 1300 * s));
    assert_int_equal(notice_next_ns(&n, &rules, 1000 * s), 1240 * s);
    assert_int_equal(notice_next_ns(&n, &rules, 1240 * s), 1290 * s);
    assert_int_equal(notice_next_ns(&n, &rules, 1290 * s), 1300 * s);
    assert_int_equal(notice_next_ns(&n, &rules, 1300 * s), INT64_MAX);
    assert_int_equal(notice_left_ns(&n, 1001 * s), 299 * s);
    assert_int_equal(notice_left_ns(&n, 1301 * s), 0);
}

static void a_short_notice_has_reached_the_earlier_steps_at_once(void **state)
{
    const struct notice_rules rules = NOTICE_DEFAULTS;
    struct notice n = planned("5s"), none = {0};
    (void)state;
    assert_true(notice_reached(&n, &rules, NOTICE_NO_SESSIONS, 1000 * s));
    assert_true(notice_reached(&n, &rules, NOTICE_TELL_SUBSCRIPTIONS, 1000 * s));
    assert_false(notice_reached(&n, &rules, NOTICE_DRAIN, 1000 * s));
    assert_false(notice_reached(&none, &rules, NOTICE_NO_SUBSCRIPTIONS, 1000 * s));
    assert_int_equal(notice_next_ns(&none, &rules, 1000 * s), INT64_MAX);
}

static void steps_can_be_moved(void **state)
{
    static const struct {
        const char *spec, *says; /* NULL: taken */
    } rows[] = {
        {"no-sessions=2m", NULL},
        {"no-subscriptions=20s", NULL},
        {"no-sesions=2m", "no-sesions"},
        {"drain=2s", "drain"},
        {"no-sessions", "no-sessions"},
        {"no-sessions=soon", "soon"},
        {"=1s", "''"},
        {"a-name-that-is-much-too-long-to-be-one=1s", "bad step"},
    };
    struct notice_rules rules = NOTICE_DEFAULTS;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = {0};
        assert_int_equal(notice_rules_set(&rules, rows[i].spec, &err), rows[i].says ? -1 : 0);
        if (rows[i].says && (!strstr(err.text, rows[i].says) || !err.hint[0]))
            fail_msg("%s: %s (%s)", rows[i].spec, err.text, err.hint);
    }
    assert_int_equal(rules.before_ns[NOTICE_NO_SESSIONS], 120 * s);
    assert_int_equal(rules.before_ns[NOTICE_NO_SUBSCRIPTIONS], 20 * s);
}

static void times_that_are_none_are_refused(void **state)
{
    static const struct {
        const char *in, *at, *says;
    } rows[] = {
        {NULL, NULL, "needs one time"},
        {"1s", "2026-04-05T10:00:00Z", "needs one time"},
        {"soon", NULL, "'soon' is not a duration"},
        {"-1s", NULL, "'-1s' is not a duration"},
        {"2000h", NULL, "'2000h'"},
        {NULL, "soon", "'soon' is not a time"},
        {NULL, "1970-01-01T01:23:19Z", "in the past"}, /* 4999 s */
        {NULL, "2026-04-05T10:00:00Z", "more than 1000 hours"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct notice n = {0};
        struct error err = {0};
        assert_int_equal(notice_plan(&n, rows[i].in, rows[i].at, 1000 * s, 5000 * s, &err), -1);
        if (!strstr(err.text, rows[i].says) || !err.hint[0] || n.scheduled)
            fail_msg("expected '%s': %s (%s)", rows[i].says, err.text, err.hint);
    }
}

static void plan(struct wire *w, const char *in)
{
    struct error err = {0};
    assert_int_equal(announce_plan(&w->server, in, NULL, &err), 0);
}

static const char *answer(struct wire *w, const char *request)
{
    buf_reset(&w->got);
    wire_feed(w, request);
    return w->got.data;
}

static void health_says_what_is_planned(void **state)
{
    struct wire w;
    (void)state;
    wire_open(&w);
    assert_non_null(strstr(answer(&w, GET("/actuator/health")),
                           "{\"status\":\"UP\",\"maintenance\":{\"scheduled\":false}}"));
    plan(&w, "5m");
    const char *text = answer(&w, GET("/actuator/health"));
    assert_non_null(strstr(text, " 200 OK\r\n"));
    assert_non_null(strstr(text, "{\"status\":\"UP\",\"maintenance\":{\"scheduled\":true,"
                                 "\"shutdownTime\":\"20"));
    assert_non_null(strstr(text, ",\"gracePeriodSeconds\":300}}"));
    assert_non_null(strstr(answer(&w, GET("/api/health")), "{\"status\":\"ok\"}"));
    assert_true(announce_cancel(&w.server));
    assert_false(announce_cancel(&w.server));
    assert_non_null(strstr(answer(&w, GET("/actuator/health")), "\"scheduled\":false"));
    w.server.life.now = LIFE_DRAINING;
    w.server.life.signal_ns = clock_ns();
    text = answer(&w, GET("/actuator/health"));
    assert_non_null(strstr(text, " 503 Service Unavailable\r\n"));
    assert_non_null(strstr(text, "\r\nRetry-After: 1\r\n"));
    assert_non_null(strstr(text, "\"status\":\"OUT_OF_SERVICE\""));
    assert_non_null(strstr(text, "\"gracePeriodSeconds\":0}"));
    wire_close(&w);
}

#define COOKIE(value, more)                                                                        \
    "GET /api/session HTTP/1.1\r\nHost: a\r\n" more "Cookie: " value "\r\n\r\n"

static void no_new_session_close_before_the_shutdown(void **state)
{
    static const struct {
        const char *request, *says;
    } rows[] = {
        {GET("/api/session"), " 503 "},
        {COOKIE("session=", ""), " 503 "},
        {COOKIE("xsession=1; other=session=2", ""), " 503 "},
        {COOKIE("session=1", ""), " 200 OK"},
        {COOKIE("a=b; session=1", ""), " 200 OK"},
        {COOKIE("a=b", "Accept: text/html,*/*;q=0.8\r\n"), "<h1>"},
        {GET("/api/data?ms=0"), " 200 OK"},
    };
    struct wire w;
    (void)state;
    wire_open(&w);
    assert_non_null(strstr(answer(&w, GET("/api/session")), "Set-Cookie: session="));
    plan(&w, "61s");
    assert_non_null(strstr(answer(&w, GET("/api/session")), "Set-Cookie: session="));
    plan(&w, "59s");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *text = answer(&w, rows[i].request);
        bool refused = strstr(text, " 503 ") != NULL;
        if (!strstr(text, rows[i].says) || refused != (strstr(text, "Retry-After: 60\r\n") != NULL))
            fail_msg("%s: %s", rows[i].request, text);
    }
    wire_close(&w);
}

static int64_t number_behind(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    if (!at)
        fail_msg("no '%s' in %s", key, text);
    return strtoll(at + strlen(key), NULL, 10);
}

static void an_event_stream_ends_and_is_never_503(void **state)
{
    struct wire w;
    (void)state;
    wire_open(&w);
    const char *text = answer(&w, GET("/api/events?every=1000"));
    assert_non_null(strstr(text, "Content-Type: text/event-stream\r\n"));
    assert_non_null(strstr(text, "event: tick\nid: 1\n"));
    plan(&w, "9s");
    assert_int_equal(wire_count(&w, "event: maintenance\n"), 1);
    wire_pass(&w, 0); /* the steps that are reached already, and then the stream's own timer */
    wire_pass(&w, 0);
    assert_int_equal(wire_count(&w, "event: shutdown\nretry: "), 1);
    assert_string_equal(w.got.data + w.got.len - 5, "0\r\n\r\n");
    int64_t retry = number_behind(w.got.data, "event: shutdown\nretry: ");
    assert_in_range(retry, 9 * 1000, (10 + 2) * 1000);
    text = answer(&w, GET("/api/events"));
    assert_non_null(strstr(text, " 200 OK\r\n"));
    assert_in_range(number_behind(text, "event: shutdown\nretry: "), 9 * 1000, 12 * 1000);
    w.server.life.now = LIFE_DRAINING;
    w.server.life.signal_ns = clock_ns();
    text = answer(&w, GET("/api/events"));
    assert_non_null(strstr(text, " 200 OK\r\n"));
    assert_in_range(number_behind(text, "retry: "), 1000, 3000);
    wire_close(&w);
}

static void cors_in_every_state(void **state)
{
    struct wire w;
    (void)state;
    for (int draining = 0; draining < 2; draining++) {
        static const char *const requests[] = {
            GET("/api/data?ms=0"),
            GET("/nope"),
            GET("/actuator/health"),
            "POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
            "OPTIONS /api/data HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n"};
        for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
            wire_open(&w);
            w.server.life.now = draining ? LIFE_DRAINING : LIFE_RUNNING;
            w.server.life.signal_ns = draining ? clock_ns() : 0;
            const char *text = answer(&w, requests[i]);
            if (!strstr(text, "Access-Control-Allow-Origin: *\r\n") ||
                !strstr(text, "Access-Control-Expose-Headers: Retry-After\r\n"))
                fail_msg("%s: %s", requests[i], text);
            wire_close(&w);
        }
    }
    wire_open(&w);
    const char *text = answer(&w, "OPTIONS /api/data HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\n"
                                  "Access-Control-Request-Method: POST\r\n\r\n");
    assert_non_null(strstr(text, " 204 No Content\r\n"));
    assert_non_null(strstr(text, "Access-Control-Allow-Methods: GET, HEAD, POST\r\n"));
    assert_null(strstr(text, "Content-Length"));
    assert_non_null(strstr(answer(&w, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), " 204 "));
    assert_non_null(strstr(answer(&w, "OPTIONS /nope HTTP/1.1\r\nHost: a\r\n\r\n"), " 404 "));
    wire_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_reached_in_their_time),
        cmocka_unit_test(a_short_notice_has_reached_the_earlier_steps_at_once),
        cmocka_unit_test(steps_can_be_moved),
        cmocka_unit_test(times_that_are_none_are_refused),
        cmocka_unit_test(health_says_what_is_planned),
        cmocka_unit_test(no_new_session_close_before_the_shutdown),
        cmocka_unit_test(an_event_stream_ends_and_is_never_503),
        cmocka_unit_test(cors_in_every_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
