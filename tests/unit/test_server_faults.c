/* Planted faults, first half: what happens to requests and connections. */
#include "server_fault_kit.h"

#include "server/faults/faults.h"

/* --- requests that are there at the signal --- */

static void exits_early(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int held = begin(&p, GET(HOLD_LATE));
    kill(p.pid, SIGTERM);
    assert_dropped(held);
    assert_exit(&p, 0);
}

static void cuts_in_flight(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int held = begin(&p, GET(HOLD_LATE));
    kill(p.pid, SIGTERM);
    assert_dropped(held);
    assert_int_equal(process_wait(&p), 0);
    assert_non_null(strstr(p.log_text, "listener closed with an empty queue"));
    process_free(&p);
}

/* The request is dropped; one that is held beside it is answered. */
static void drops(const char *id, const char *request)
{
    struct process p;
    fault_start(&p, id);
    int held = begin(&p, GET(HOLD_LATE)), dropped = begin(&p, request);
    kill(p.pid, SIGTERM);
    assert_dropped(dropped);
    assert_hears(held, NULL, "success\"}");
    close(held);
    assert_exit(&p, 0);
}

static void drops_posts(void **state)
{
    drops(*state, "POST /api/data?ms=60000 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
}

static void drops_uploads(void **state)
{
    drops(*state, "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
}

static void drops_half_heads(void **state)
{
    drops(*state, "GET /live HTTP/1.1\r\nHo");
}

static void strands_100_continue(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int fd = dial(p.port);
    say(fd, "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n"
            "Expect: 100-continue\r\n\r\n");
    assert_hears(fd, "\r\n\r\n", "100 Continue");
    kill(p.pid, SIGTERM);
    assert_dropped(fd);
    assert_exit(&p, 0);
}

static void closes_with_unread_input(void **state)
{
    struct process p;
    char text[4096], head[16] = "";
    size_t total = 0;
    ssize_t n;
    fault_start(&p, *state);
    int held = begin(&p, GET(HOLD_NEVER));
    int fd = begin(&p, "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
    terminate(&p);
    say(fd, "def");
    while ((n = recv(fd, text, sizeof text, 0)) > 0) {
        if (total == 0)
            memcpy(head, text, n < 12 ? (size_t)n : 12);
        total += (size_t)n;
    }
    assert_int_equal(n, -1);
    assert_int_equal(errno, ECONNRESET);
    assert_string_equal(head, "HTTP/1.1 503");
    assert_in_range(total, 100, (1 << 20) - 1); /* not the whole of it */
    close(fd);
    ask(p.control, ONCE("POST", "/gates/never/open"));
    assert_hears(held, NULL, "success\"}");
    close(held);
    assert_exit(&p, 0);
}

static void drops_the_pipelined_one(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int fd = begin(&p, GET(HOLD_LATE) GET("/live"));
    kill(p.pid, SIGTERM);
    const char *text = hear(fd, NULL);
    assert_int_equal(count_of(text, "HTTP/1.1"), 1);
    assert_non_null(strstr(text, "success\"}"));
    close(fd);
    assert_exit(&p, 0);
}

static void fails_in_flight(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int fd = begin(&p, GET(HOLD_NEVER));
    kill(p.pid, SIGTERM);
    assert_hears(fd, NULL, "HTTP/1.1 500");
    close(fd);
    assert_exit(&p, 0);
}

static void closes_dependencies_first(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int slow = begin(&p, GET("/api/data?ms=1500")), held = begin(&p, GET(HOLD_LATE));
    kill(p.pid, SIGTERM);
    assert_hears(held, NULL, "HTTP/1.1 200");
    assert_hears(slow, NULL, "HTTP/1.1 500");
    close(held);
    close(slow);
    assert_exit(&p, 0);
}

/* --- answers that are not whole --- */

static const char *late_answer(const char *id)
{
    struct process p;
    fault_start(&p, id);
    int fd = begin(&p, GET(HOLD_LATE));
    kill(p.pid, SIGTERM);
    const char *text = hear(fd, NULL);
    assert_null(strstr(text, "RESET"));
    assert_ptr_equal(strstr(text, "HTTP/1.1 200"), text);
    close(fd);
    assert_exit(&p, 0);
    return text;
}

static void truncates_silently(void **state)
{
    const char *text = late_answer(*state);
    assert_non_null(strstr(text, "Content-Length: 10\r\n\r\n{\"message\""));
    assert_null(strstr(text, "success"));
}

static void cuts_the_header_block(void **state)
{
    assert_null(strstr(late_answer(*state), "\r\n\r\n"));
}

static void loses_the_last_write(void **state)
{
    const char *text = late_answer(*state);
    assert_non_null(strstr(text, "Content-Length: 21\r\n\r\n{\"message\""));
    assert_null(strstr(text, "success"));
}

static void does_not_say_close(void **state)
{
    const char *text = late_answer(*state);
    assert_null(strstr(text, "Connection: close"));
    assert_non_null(strstr(text, "success\"}"));
}

/* --- connections --- */

enum { QUEUED = 10 };

static void closes_before_the_queue_is_empty(void **state)
{
    struct process p;
    int fds[QUEUED];
    fault_start(&p, *state);
    freeze(&p);
    for (int i = 0; i < QUEUED; i++) {
        fds[i] = dial(p.port);
        say(fds[i], GET("/live"));
    }
    kill(p.pid, SIGTERM);
    kill(p.pid, SIGCONT);
    for (int i = 0; i < QUEUED; i++)
        assert_dropped(fds[i]);
    assert_exit(&p, 0);
}

static void accepts_nobody(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int held = begin(&p, GET(HOLD_NEVER));
    terminate(&p);
    int queued = dial(p.port);
    assert_true(queued >= 0);
    say(queued, GET("/live"));
    await_gauge(&p, "\"queue\":1");
    assert_int_equal(accepted(&p), 1);
    ask(p.control, ONCE("POST", "/gates/never/open"));
    assert_hears(held, NULL, "success\"}");
    assert_dropped(queued);
    close(held);
    assert_exit(&p, 0);
}

static void drops_the_accepted(void **state)
{
    struct process p;
    fault_start_with(&p, *state, 0, 2000);
    int held = begin(&p, GET(HOLD_LATE));
    terminate(&p);
    int fd = dial(p.port);
    assert_true(fd >= 0);
    say(fd, GET("/live"));
    assert_dropped(fd);
    assert_hears(held, NULL, "success\"}");
    close(held);
    assert_exit(&p, 0);
}

static void drops_idle_ones(void **state)
{
    struct process p;
    int fds[QUEUED];
    fault_start(&p, *state);
    for (int i = 0; i < QUEUED; i++)
        fds[i] = keep(&p);
    freeze(&p);
    for (int i = 0; i < QUEUED; i++)
        say(fds[i], GET("/live"));
    kill(p.pid, SIGTERM);
    kill(p.pid, SIGCONT);
    for (int i = 0; i < QUEUED; i++)
        assert_dropped(fds[i]);
    assert_exit(&p, 0);
}

static void serves_the_kept_alive_on(void **state)
{
    struct process p;
    fault_start_with(&p, *state, 1500, 0);
    int held = begin(&p, GET(HOLD_LATE)), kept = keep(&p);
    kill(p.pid, SIGTERM);
    assert_hears(held, "success\"}", "200 OK"); /* the listener has closed */
    close(held);
    for (int i = 0; i < 3; i++) {
        say(kept, GET("/live"));
        assert_null(strstr(hear(kept, "true}"), "Connection: close"));
    }
    close(kept);
    assert_exit(&p, 0);
}

static void sheds_without_closing(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int held = begin(&p, GET(HOLD_LATE)), kept = keep(&p);
    kill(p.pid, SIGTERM);
    assert_hears(held, NULL, "success\"}");
    close(held);
    for (int i = 0; i < 3; i++) {
        say(kept, GET("/api/data?ms=0"));
        const char *text = hear(kept, "}");
        assert_non_null(strstr(text, "HTTP/1.1 503"));
        assert_null(strstr(text, "Connection: close"));
    }
    close(kept);
    assert_exit(&p, 0);
}

/* The exit comes with the deadline and not before: the connection holds it up. */
static void hangs(const char *id, bool silent)
{
    struct process p;
    fault_start_with(&p, id, 1500, 0);
    int fd = silent ? begin(&p, "") : keep(&p), other = silent ? keep(&p) : begin(&p, "");
    int64_t begun = clock_ns();
    kill(p.pid, SIGTERM);
    assert_string_equal(hear(other, NULL), "");
    assert_true(clock_ns() - begun < 1400 * NS_PER_MS);
    assert_string_equal(hear(fd, NULL), "");
    assert_true(clock_ns() - begun >= 1400 * NS_PER_MS);
    close(fd);
    close(other);
    assert_exit(&p, 0);
}

static void hangs_on_silent_ones(void **state)
{
    hangs(*state, true);
}

static void hangs_on_idle_ones(void **state)
{
    hangs(*state, false);
}

static void stalls_on_streams(void **state)
{
    struct process p;
    fault_start_with(&p, *state, 300, 0);
    int fd = dial(p.port);
    say(fd, GET("/api/stream?ms=1000&chunks=100"));
    assert_hears(fd, "chunk 3 of", "200 OK");
    terminate(&p);
    assert_stays(&p, 1500);
    assert_null(strstr(hear(fd, NULL), "end\n"));
    close(fd);
}

static void unknown_faults_suggest_the_nearest(void **state)
{
    (void)state;
    assert_null(fault_find("exit-lat"));
    struct error err = {0};
    assert_int_equal(fault_hint("exit-lat", &err), -1);
    assert_string_equal(err.hint, "did you mean 'exit-late'?");
    for (const struct fault *f = faults; f->id; f++)
        assert_ptr_equal(fault_find(f->id), f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAULT_TEST("exit-early", exits_early),
        FAULT_TEST("cut-in-flight", cuts_in_flight),
        FAULT_TEST("drop-posts", drops_posts),
        FAULT_TEST("drop-uploads", drops_uploads),
        FAULT_TEST("drop-half-heads", drops_half_heads),
        FAULT_TEST("strand-100-continue", strands_100_continue),
        FAULT_TEST("close-with-unread", closes_with_unread_input),
        FAULT_TEST("drop-pipelined", drops_the_pipelined_one),
        FAULT_TEST("fail-in-flight", fails_in_flight),
        FAULT_TEST("close-deps-first", closes_dependencies_first),
        FAULT_TEST("truncate-silently", truncates_silently),
        FAULT_TEST("cut-header-block", cuts_the_header_block),
        FAULT_TEST("lose-last-write", loses_the_last_write),
        FAULT_TEST("no-connection-close", does_not_say_close),
        FAULT_TEST("close-before-queue-empty", closes_before_the_queue_is_empty),
        FAULT_TEST("no-accept", accepts_nobody),
        FAULT_TEST("accept-race", drops_the_accepted),
        FAULT_TEST("drop-idle-at-once", drops_idle_ones),
        FAULT_TEST("serve-keepalive-forever", serves_the_kept_alive_on),
        FAULT_TEST("shed-503-without-close", sheds_without_closing),
        FAULT_TEST("hang-on-silent", hangs_on_silent_ones),
        FAULT_TEST("hang-on-idle", hangs_on_idle_ones),
        FAULT_TEST("stall-on-streams", stalls_on_streams),
        cmocka_unit_test(unknown_faults_suggest_the_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
