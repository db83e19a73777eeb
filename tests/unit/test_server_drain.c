/* How the reference server stops, seen over real sockets. Races are made certain by SIGSTOP. */
#include "server_process.h"

#include "server/internal.h"

static void requests_in_flight_finish_and_the_exit_is_clean(void **state)
{
    (void)state;
    struct process p;
    struct server_options o = process_defaults();
    const char *const gates[] = {"late=listener-closed"};
    o.gates = gates;
    o.n_gates = 1;
    process_start(&p, &o);
    int held = dial(p.port);
    say(held, GET("/hold?gate=late"));
    await_gauge(&p, "\"in_flight\":1");
    kill(p.pid, SIGTERM);
    assert_hears(held, NULL, "Connection: close");
    close(held);
    assert_int_equal(process_wait(&p), 0);
    assert_non_null(strstr(p.log_text, "starting → running"));
    assert_non_null(strstr(p.log_text, "running → draining"));
    assert_non_null(strstr(p.log_text, "draining → stopping"));
    assert_non_null(strstr(p.log_text, "stopping → stopped"));
    process_free(&p);
}

static void new_connections_are_refused_while_old_ones_finish(void **state)
{
    (void)state;
    struct process p;
    process_start_default(&p);
    int held = dial(p.port);
    say(held, GET("/hold?gate=g"));
    await_gauge(&p, "\"in_flight\":1");
    kill(p.pid, SIGTERM);
    await_closed(p.port);
    assert_int_equal(dial(p.port), -ECONNREFUSED);
    assert_non_null(strstr(ask(p.control, ONCE("GET", "/gauge")), "\"state\":\"draining\""));
    ask(p.control, ONCE("POST", "/gates/g/open"));
    assert_hears(held, NULL, "success");
    close(held);
    assert_int_equal(process_wait(&p), 0);
    process_free(&p);
}

static void readiness_turns_while_the_listener_is_open(void **state)
{
    (void)state;
    struct process p;
    struct server_options o = process_defaults();
    o.drain.delay_ns = NS_PER_S;
    process_start(&p, &o);
    assert_non_null(strstr(ask(p.port, ONCE("GET", "/ready")), "200 OK"));
    kill(p.pid, SIGTERM);
    await_gauge(&p, "\"state\":\"draining\"");
    assert_non_null(strstr(ask(p.port, ONCE("GET", "/ready")), "503 Service Unavailable"));
    assert_non_null(strstr(ask(p.port, ONCE("GET", "/live")), "200 OK"));
    int fd = dial(p.port);
    say(fd, GET("/live"));
    assert_hears(fd, NULL, "Connection: close");
    close(fd);
    assert_int_equal(process_wait(&p), 0);
    process_free(&p);
}

enum { QUEUED = 20 };

/* Connect and write while the server is frozen, so that all of it lies in the accept queue. */
static void the_accept_queue_is_answered(void **state)
{
    (void)state;
    struct process p;
    int fds[QUEUED];
    process_start_default(&p);
    freeze(&p);
    for (int i = 0; i < QUEUED; i++) {
        fds[i] = dial(p.port);
        say(fds[i], GET("/live"));
    }
    kill(p.pid, SIGTERM);
    kill(p.pid, SIGCONT);
    for (int i = 0; i < QUEUED; i++) {
        assert_hears(fds[i], NULL, "Connection: close");
        close(fds[i]);
    }
    assert_int_equal(process_wait(&p), 0);
    process_free(&p);
}

/* The request lies in the receive buffer of a kept-alive connection when the signal is handled. */
static void the_kept_alive_race_is_lost_by_nobody(void **state)
{
    (void)state;
    struct process p;
    int fds[QUEUED];
    process_start_default(&p);
    for (int i = 0; i < QUEUED; i++) {
        fds[i] = dial(p.port);
        say(fds[i], GET("/live"));
        assert_hears(fds[i], "true}", "200 OK");
    }
    freeze(&p);
    for (int i = 0; i < QUEUED; i++)
        say(fds[i], i % 2 ? GET("/live") : GET("/live") GET("/nope"));
    kill(p.pid, SIGTERM);
    kill(p.pid, SIGCONT);
    for (int i = 0; i < QUEUED; i++) {
        const char *text = hear(fds[i], NULL);
        assert_non_null(strstr(text, "200 OK"));
        assert_non_null(strstr(text, "Connection: close"));
        assert_int_equal(i % 2, strstr(text, "404") == NULL);
        assert_null(strstr(text, "RESET"));
        close(fds[i]);
    }
    assert_int_equal(process_wait(&p), 0);
    process_free(&p);
}

static void silent_and_idle_connections_do_not_hold_up_the_exit(void **state)
{
    (void)state;
    struct process p;
    process_start_default(&p);
    int silent = dial(p.port), idle = dial(p.port);
    say(idle, GET("/live"));
    assert_hears(idle, "true}", "200 OK");
    kill(p.pid, SIGTERM);
    int64_t begun = clock_ns();
    assert_int_equal(process_wait(&p), 0);
    assert_true(clock_ns() - begun < 5 * NS_PER_S); /* and not the drain timeout of 10 s */
    assert_string_equal(hear(silent, NULL), "");
    assert_string_equal(hear(idle, NULL), "");
    close(silent);
    close(idle);
    process_free(&p);
}

/* The header timeout is 10 s; a drain does not wait for it. */
static void a_head_that_is_never_completed_is_refused_in_time(void **state)
{
    (void)state;
    struct process p;
    process_start_default(&p);
    int half = dial(p.port);
    say(half, "GET /live HTTP/1.1\r\nHo");
    await_gauge(&p, "\"connections\":1");
    kill(p.pid, SIGTERM);
    int64_t begun = clock_ns();
    assert_int_equal(process_wait(&p), 0);
    assert_true(clock_ns() - begun < 5 * NS_PER_S);
    assert_hears(half, "408", "Connection: close");
    close(half);
    process_free(&p);
}

static void the_drain_timeout_bounds_the_exit(void **state)
{
    (void)state;
    struct process p;
    struct server_options o = process_defaults();
    o.drain.timeout_ns = 100 * NS_PER_MS;
    process_start(&p, &o);
    int held = dial(p.port);
    say(held, "GET /hold?gate=never HTTP/1.1\r\nHost: a\r\nX-Drainctl-Attempt: 42\r\n\r\n");
    await_gauge(&p, "\"in_flight\":1");
    kill(p.pid, SIGTERM);
    assert_int_equal(process_wait(&p), 1);
    assert_non_null(strstr(p.log_text, "cut off GET /hold?gate=never, attempt 42, "));
    assert_null(strstr(hear(held, NULL), "HTTP"));
    close(held);
    process_free(&p);
}

static void a_gate_at_the_deadline_opens_before_anything_is_cut(void **state)
{
    (void)state;
    struct process p;
    struct server_options o = process_defaults();
    const char *const gates[] = {"last=deadline"};
    o.gates = gates;
    o.n_gates = 1;
    o.drain.timeout_ns = 100 * NS_PER_MS;
    process_start(&p, &o);
    int held = dial(p.port);
    say(held, GET("/hold?gate=last"));
    await_gauge(&p, "\"in_flight\":1");
    kill(p.pid, SIGTERM);
    assert_hears(held, NULL, "success");
    close(held);
    assert_int_equal(process_wait(&p), 0);
    process_free(&p);
}

static void a_repeated_sigterm_changes_nothing(void **state)
{
    (void)state;
    struct process p;
    process_start_default(&p);
    int held = dial(p.port);
    say(held, GET("/hold?gate=g"));
    await_gauge(&p, "\"in_flight\":1");
    kill(p.pid, SIGTERM);
    await_gauge(&p, "\"state\":\"draining\"");
    for (int i = 0; i < 5; i++) {
        kill(p.pid, SIGTERM);
        await_gauge(&p, "\"in_flight\":1");
    }
    kill(p.pid, SIGINT); /* the first SIGINT: as SIGTERM */
    await_gauge(&p, "\"in_flight\":1");
    ask(p.control, ONCE("PUT", "/gates/g/open"));
    assert_hears(held, NULL, "success");
    close(held);
    assert_int_equal(process_wait(&p), 0);
    process_free(&p);
}

/* In the child: what the drain begins with is an event that looks for signals, and another one has
 * come meanwhile. */
static int keep_server(void *arg, struct server *s, struct error *err)
{
    (void)err;
    *(struct server **)arg = s;
    return 0;
}

static void look_for_signals(void *arg)
{
    struct server *s = *(struct server **)arg;
    raise(SIGTERM);
    s->signals.notice(s);
}

static void what_a_signal_brings_about_may_look_for_signals(void **state)
{
    (void)state;
    struct process p;
    struct server *in_child = NULL;
    struct server_options o = process_defaults();
    o.guest.begin = keep_server;
    o.guest.drain = look_for_signals;
    o.guest.arg = &in_child;
    process_start(&p, &o);
    int held = dial(p.port);
    say(held, GET("/hold?gate=g"));
    await_gauge(&p, "\"in_flight\":1");
    kill(p.pid, SIGTERM);
    await_gauge(&p, "\"state\":\"draining\"");
    ask(p.control, ONCE("PUT", "/gates/g/open"));
    assert_hears(held, NULL, "success");
    close(held);
    assert_int_equal(process_wait(&p), 0);
    process_free(&p);
}

static void a_second_sigint_stops_at_once(void **state)
{
    (void)state;
    struct process p;
    process_start_default(&p);
    int held = dial(p.port);
    say(held, GET("/hold?gate=g"));
    await_gauge(&p, "\"in_flight\":1");
    kill(p.pid, SIGINT);
    await_gauge(&p, "\"state\":\"draining\"");
    kill(p.pid, SIGINT);
    assert_int_equal(process_wait(&p), 130);
    assert_non_null(strstr(p.log_text, "a second SIGINT"));
    close(held);
    process_free(&p);
}

static void an_upload_in_the_middle_is_read_to_its_end(void **state)
{
    (void)state;
    struct process p;
    process_start_default(&p);
    int up = dial(p.port);
    say(up, "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n"
            "Expect: 100-continue\r\n\r\n");
    assert_hears(up, "\r\n\r\n", "100 Continue");
    say(up, "abc");
    kill(p.pid, SIGTERM);
    await_closed(p.port);
    say(up, "def");
    assert_hears(up, NULL, "{\"bytes\":6,");
    close(up);
    assert_int_equal(process_wait(&p), 0);
    process_free(&p);
}

static void a_stream_in_the_middle_ends_with_its_marker(void **state)
{
    (void)state;
    struct process p;
    process_start_default(&p);
    int down = dial(p.port);
    say(down, GET("/api/stream?ms=200&chunks=10"));
    hear(down, "chunk 1 of 10");
    kill(p.pid, SIGTERM);
    assert_hears(down, NULL, "end\n\r\n0\r\n\r\n");
    close(down);
    assert_int_equal(process_wait(&p), 0);
    process_free(&p);
}

/* An upload refused half-way: the answer must survive the bytes that are still coming (RFC 9112
 * §9.6), and the exit must not wait for ever for the client to stop. */
static void an_early_answer_survives_unread_input(void **state)
{
    (void)state;
    struct process p;
    struct server_options o = process_defaults();
    o.limits.body_bytes = 1000;
    process_start(&p, &o);
    int up = dial(p.port);
    static char body[200000];
    memset(body, 'x', sizeof body - 1);
    say(up, "POST /api/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n");
    for (int i = 0; i < 5; i++)
        (void)!send(up, body, sizeof body - 1, MSG_NOSIGNAL);
    kill(p.pid, SIGTERM);
    (void)!send(up, body, sizeof body - 1, MSG_NOSIGNAL);
    assert_hears(up, NULL, "413 Content Too Large");
    close(up);
    assert_int_equal(process_wait(&p), 0);
    process_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_in_flight_finish_and_the_exit_is_clean),
        cmocka_unit_test(new_connections_are_refused_while_old_ones_finish),
        cmocka_unit_test(readiness_turns_while_the_listener_is_open),
        cmocka_unit_test(the_accept_queue_is_answered),
        cmocka_unit_test(the_kept_alive_race_is_lost_by_nobody),
        cmocka_unit_test(silent_and_idle_connections_do_not_hold_up_the_exit),
        cmocka_unit_test(a_head_that_is_never_completed_is_refused_in_time),
        cmocka_unit_test(the_drain_timeout_bounds_the_exit),
        cmocka_unit_test(a_gate_at_the_deadline_opens_before_anything_is_cut),
        cmocka_unit_test(a_repeated_sigterm_changes_nothing),
        cmocka_unit_test(what_a_signal_brings_about_may_look_for_signals),
        cmocka_unit_test(a_second_sigint_stops_at_once),
        cmocka_unit_test(an_upload_in_the_middle_is_read_to_its_end),
        cmocka_unit_test(a_stream_in_the_middle_ends_with_its_marker),
        cmocka_unit_test(an_early_answer_survives_unread_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
