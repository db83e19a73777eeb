/* The HTTP/1.1 connection by bytes: framing, order, limits, and what must be refused. */
#include "server_bytes.h"

static void assert_has(const struct wire *w, const char *text)
{
    if (!strstr(w->got.data, text))
        fail_msg("expected '%s' in:\n%s", text, w->got.data);
}

/* Feed in pieces of every size from 1 up to the whole: the answer must be the same. */
static void assert_status(const char *bytes, int status, bool closes)
{
    size_t len = strlen(bytes);
    for (size_t piece = 1; piece <= len; piece = piece < 40 ? piece + 1 : piece * 2) {
        struct wire w;
        char want[32];
        wire_open(&w);
        for (size_t at = 0; at < len; at += piece)
            http_input(&w.http, bytes + at, len - at < piece ? len - at : piece);
        snprintf(want, sizeof want, "HTTP/1.1 %d ", status);
        if (strncmp(w.got.data, want, strlen(want)) != 0)
            fail_msg("expected %s for:\n%s\nin pieces of %zu, got:\n%s", want, bytes, piece,
                     w.got.data);
        if (closes != w.closed)
            fail_msg("closed is %d for:\n%s", w.closed, bytes);
        assert_int_equal(closes, wire_count(&w, "Connection: close\r\n") > 0);
        wire_close(&w);
    }
}

static void pipelined_answers_come_in_order(void **state)
{
    (void)state;
    struct wire w;
    wire_open(&w);
    wire_feed(&w, GET("/api/data?ms=300") GET("/live") GET("/nope"));
    assert_int_equal(w.got.len, 0);
    wire_pass(&w, 300 * NS_PER_MS);
    const char *data = strstr(w.got.data, "success");
    const char *live = strstr(w.got.data, "{\"live\":true}");
    const char *nope = strstr(w.got.data, "404 Not Found");
    assert_true(data && live && nope && data < live && live < nope);
    assert_false(w.closed);
    assert_int_equal(w.http.served, 3);
    wire_close(&w);
}

static void a_thousand_pipelined_requests_do_not_nest(void **state)
{
    (void)state;
    struct wire w;
    wire_open(&w);
    for (int i = 0; i < 1000; i++)
        wire_feed(&w, GET("/live") GET("/ready"));
    assert_int_equal(wire_count(&w, "HTTP/1.1 200"), 2000);
    wire_close(&w);
}

static void ambiguous_requests_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
        "Transfer-Encoding: chunked\r\n\r\n",
        "POST /api/upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
        "Content-Length: 3\r\n\r\n",
        "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
        "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 4\r\n\r\n",
        "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n",
        "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\n",
        "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\n",
        "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /api/upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
        "POST /api/upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
        "Transfer-Encoding: chunked\r\n\r\n",
        "POST /api/upload HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST /api/upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "POST /api/upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n",
        "POST /api/upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "fffffffffffffffff\r\n",
        "POST /api/upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n",
        "GET /live HTTP/1.1\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost: a, b\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
        "GET /live HTTP/1.1\rHost: a\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost: a\r\nX\r\n\r\n",
        "get /live HTTP/1.1\r\nHost: a\r\n\r\n",
        "hello\r\n\r\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_status(bad[i], 400, true);
}

static void what_is_not_known_is_said(void **state)
{
    (void)state;
    assert_status(GET("/nope"), 404, false);
    assert_status("DELETE /api/data HTTP/1.1\r\nHost: a\r\n\r\n", 405, false);
    assert_status("GET /api/upload HTTP/1.1\r\nHost: a\r\n\r\n", 405, false);
    assert_status("POST /live HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 405, false);
    assert_status("POST /nope HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                  "Expect: 100-continue\r\n\r\n",
                  404, true);
    assert_status(
        "POST /api/upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501,
        true);
    assert_status("POST /api/upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: foo\r\n\r\n", 501,
                  true);
    assert_status("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501, true);
    assert_status("GET /live HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n", 417, true);
    assert_status("GET /live\r\nHost: a\r\n\r\n", 505, true); /* HTTP/0.9 */
    assert_status("GET /live HTTP/2.0\r\nHost: a\r\n\r\n", 505, true);
    assert_status(GET("/api/data?ms=x"), 400, false);
    assert_status(GET("/hold?gate=a/b"), 400, false);
}

static void persistence_follows_version_and_header(void **state)
{
    (void)state;
    assert_status(GET("/live"), 200, false);
    assert_status("GET http://h/live?x HTTP/1.1\r\nHost: a\r\n\r\n", 200, false);
    assert_status("GET /live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200, true);
    assert_status("GET /live HTTP/1.0\r\n\r\n", 200, true);
    assert_status("GET /live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, false);
    assert_status("\r\n\r\nGET /live HTTP/1.1\r\nhost:a\r\nX:\r\n\r\n", 200, false);
    assert_status("GET /live HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
                  200, false);
}

static void limits_have_their_own_statuses(void **state)
{
    (void)state;
    char big[40000];
    memset(big, 'a', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    struct wire w;
    wire_open(&w);
    wire_feed(&w, "GET /");
    wire_feed(&w, big);
    assert_has(&w, "HTTP/1.1 414 ");
    wire_close(&w);
    wire_open(&w);
    wire_feed(&w, "GET /live HTTP/1.1\r\nHost: a\r\nX: ");
    wire_feed(&w, big);
    assert_has(&w, "HTTP/1.1 431 ");
    assert_true(w.closed && w.http.peer.unread);
    wire_close(&w);
    struct server_options options = server_defaults;
    options.limits.body_bytes = 10;
    wire_open_with(&w, &options);
    wire_feed(&w, "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
    assert_has(&w, "HTTP/1.1 413 ");
    wire_close(&w);
    wire_open_with(&w, &options);
    wire_feed(&w, "POST /api/upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "b\r\nabcdefghijk\r\n0\r\n\r\n");
    assert_has(&w, "HTTP/1.1 413 ");
    assert_true(w.closed);
    wire_close(&w);
}

static void header_sections_just_within_the_limit_pass_on_every_request(void **state)
{
    (void)state;
    struct server_options options = server_defaults;
    options.limits.header_bytes = 256;
    struct wire w;
    wire_open_with(&w, &options);
    char head[257];
    int n = snprintf(head, sizeof head, "GET /live HTTP/1.1\r\nHost: a\r\nX: ");
    memset(head + n, 'x', 256 - (size_t)n);
    memcpy(head + 252, "\r\n\r\n", 5);
    for (int i = 0; i < 50; i++)
        wire_feed(&w, head);
    assert_int_equal(wire_count(&w, "HTTP/1.1 200"), 50);
    wire_close(&w);
}

static void slow_requests_time_out(void **state)
{
    (void)state;
    struct wire w;
    wire_open(&w);
    wire_feed(&w, "GET /live HT");
    wire_pass(&w, server_defaults.limits.header_timeout_ns);
    assert_has(&w, "HTTP/1.1 408 ");
    assert_true(w.closed);
    wire_close(&w);
    wire_open(&w);
    wire_feed(&w, "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nabc");
    wire_pass(&w, server_defaults.limits.body_timeout_ns);
    assert_has(&w, "HTTP/1.1 408 ");
    wire_close(&w);
    wire_open(&w);
    wire_pass(&w, server_defaults.limits.idle_timeout_ns);
    assert_true(w.closed);
    assert_int_equal(w.got.len, 0);
    wire_close(&w);
}

static void uploads_are_hashed(void **state)
{
    (void)state;
    struct wire w;
    wire_open(&w);
    wire_feed(&w, "POST /api/upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "1;x=y\r\na\r\n2\r\nbc\r\n0\r\nTrailer: x\r\n\r\n" GET("/live"));
    assert_has(&w, "{\"bytes\":3,\"sha256\":"
                   "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"}");
    assert_has(&w, "{\"live\":true}");
    wire_close(&w);
}

static void continue_is_sent_when_it_is_waited_for(void **state)
{
    (void)state;
    struct wire w;
    wire_open(&w);
    wire_feed(&w, "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                  "Expect: 100-continue\r\n\r\n");
    assert_string_equal(w.got.data, "HTTP/1.1 100 Continue\r\n\r\n");
    wire_feed(&w, "abc");
    assert_has(&w, "\"bytes\":3");
    assert_int_equal(wire_count(&w, "100 Continue"), 1);
    wire_close(&w);
    wire_open(&w);
    wire_feed(&w, "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                  "Expect: 100-continue\r\n\r\nabc");
    assert_int_equal(wire_count(&w, "100 Continue"), 0);
    wire_close(&w);
}

static void head_has_no_body(void **state)
{
    (void)state;
    struct wire w;
    wire_open(&w);
    wire_feed(&w,
              "HEAD /live HTTP/1.1\r\nHost: a\r\n\r\nHEAD /api/stream HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_has(&w, "Content-Length: 13\r\n\r\n");
    assert_null(strstr(w.got.data, "live"));
    assert_null(strstr(w.got.data, "chunk 1"));
    assert_int_equal(w.http.served, 2);
    wire_close(&w);
}

static void streams_are_framed_and_marked(void **state)
{
    (void)state;
    struct wire w;
    wire_open(&w);
    wire_feed(&w, GET("/api/stream?ms=0&chunks=2"));
    assert_has(&w, "\r\n\r\nd\r\nchunk 1 of 2\n\r\nd\r\nchunk 2 of 2\n\r\n4\r\nend\n\r\n0\r\n\r\n");
    wire_close(&w);
    wire_open(&w);
    wire_feed(&w, "GET /api/stream?ms=0&chunks=2&bytes=20 HTTP/1.0\r\n\r\n");
    assert_has(&w, "Content-Length: 44\r\n\r\nchunk 1 of 2.......\nchunk 2 of 2.......\nend\n");
    assert_null(strstr(w.got.data, "chunked"));
    assert_true(w.closed);
    wire_close(&w);
}

static void a_stream_takes_its_time(void **state)
{
    (void)state;
    struct wire w;
    wire_open(&w);
    wire_feed(&w, GET("/api/stream?ms=60000&chunks=2"));
    assert_has(&w, "chunked\r\n\r\n");
    assert_int_equal(wire_count(&w, "of 2"), 0);
    assert_int_equal(w.server.counts.in_flight, 1);
    wire_close(&w);
}

static void a_half_closed_client_gets_its_answer(void **state)
{
    (void)state;
    struct wire w;
    wire_open(&w);
    wire_feed(&w, GET("/api/data?ms=100"));
    http_eof(&w.http);
    assert_false(w.closed);
    wire_pass(&w, 100 * NS_PER_MS);
    assert_has(&w, "success");
    assert_true(w.closed);
    wire_close(&w);
}

static void a_request_cut_short_by_the_client_is_dropped(void **state)
{
    (void)state;
    struct wire w;
    wire_open(&w);
    wire_feed(&w, "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nabc");
    http_eof(&w.http);
    assert_true(w.closed);
    assert_int_equal(w.got.len, 0);
    wire_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pipelined_answers_come_in_order),
        cmocka_unit_test(a_thousand_pipelined_requests_do_not_nest),
        cmocka_unit_test(ambiguous_requests_are_refused),
        cmocka_unit_test(what_is_not_known_is_said),
        cmocka_unit_test(persistence_follows_version_and_header),
        cmocka_unit_test(limits_have_their_own_statuses),
        cmocka_unit_test(header_sections_just_within_the_limit_pass_on_every_request),
        cmocka_unit_test(slow_requests_time_out),
        cmocka_unit_test(uploads_are_hashed),
        cmocka_unit_test(continue_is_sent_when_it_is_waited_for),
        cmocka_unit_test(head_has_no_body),
        cmocka_unit_test(streams_are_framed_and_marked),
        cmocka_unit_test(a_stream_takes_its_time),
        cmocka_unit_test(a_half_closed_client_gets_its_answer),
        cmocka_unit_test(a_request_cut_short_by_the_client_is_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
