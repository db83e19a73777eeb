/* Planted faults of what the server asks of others, and does for others: queries, calls, jobs, and
 * work that goes on behind answers. */
#include "server_fault_kit.h"

/* Longer than anything here: it ends only when it is ended. */
#define FOR_EVER "3600000"

/* --- calls and queries --- */

/* Where a call goes to; it gets no answer. */
static int listen_somewhere(char *url, size_t size)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    snprintf(url, size, "http://127.0.0.1:%d/", ntohs(at.sin_port));
    return fd;
}

/* After the answer that the deadline was over: is the call's connection still open, and does the
 * query still run? Without the fault both end first (bats/aggregate.bats). */
static void asks_on_after_the_deadline(void **state)
{
    struct process p;
    char url[64];
    struct server_options o = process_defaults();
    int upstream = listen_somewhere(url, sizeof url);
    o.fault = *state;
    o.upstream.url = url;
    process_start(&p, &o);
    int fd = dial(p.port);
    say(fd, GET("/api/aggregate?ms=" FOR_EVER "&timeout=200"));
    int call = accept(upstream, NULL, NULL);
    assert_hears(call, "\r\n\r\n", "GET / ");
    assert_hears(fd, "}", "HTTP/1.1 504");
    struct pollfd ended = {.fd = call, .events = POLLIN};
    assert_int_equal(poll(&ended, 1, 300), 0);
    const char *gauge = ask(p.control, ONCE("GET", "/gauge"));
    assert_non_null(strstr(gauge, "\"busy\":1"));
    assert_non_null(strstr(gauge, "\"upstream_calls\":1"));
    assert_stays(&p, 0);
    close(fd);
    close(call);
    close(upstream);
}

/* Its client has gone: the query runs to its end. */
static void asks_on_without_a_client(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int fd = dial(p.port);
    say(fd, GET("/api/report?ms=" FOR_EVER));
    await_gauge(&p, "\"busy\":1");
    struct linger reset = {.l_onoff = 1};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(fd);
    await_gauge(&p, "\"in_flight\":0");
    pass_ms(300);
    assert_non_null(strstr(ask(p.control, ONCE("GET", "/gauge")), "\"busy\":1"));
    assert_stays(&p, 0);
}

static void closes_the_pool_first(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int held = dial(p.port);
    say(held, GET("/api/report?ms=" FOR_EVER));
    await_gauge(&p, "\"busy\":1");
    kill(p.pid, SIGTERM);
    assert_hears(held, NULL, "HTTP/1.1 503");
    close(held);
    assert_int_equal(process_wait(&p), 0);
    const char *closed = strstr(p.log_text, "pool closed, requests or not");
    assert_non_null(closed);
    assert_non_null(strstr(closed, "the last answer is out"));
    process_free(&p);
}

/* --- jobs --- */

static void add_job(const struct process *p, const char *request)
{
    assert_non_null(strstr(ask(p->port, request), "HTTP/1.1 201"));
}

static void await_jobs(const struct process *p, const char *text)
{
    int64_t until = clock_ns() + BOUND_MS * NS_PER_MS;
    while (!strstr(ask(p->port, ONCE("GET", "/api/jobs")), text))
        if (clock_ns() > until)
            fail_msg("the list of jobs never showed %s", text);
}

/* The only consumer holds the first one when the signal comes, and takes the second after it. */
static void takes_jobs_after_the_signal(void **state)
{
    struct process p;
    fault_start_with(&p, *state, 0, 9000);
    add_job(&p, ONCE("POST", "/api/jobs?ms=700"));
    await_gauge(&p, "\"jobs_held\":1");
    add_job(&p, ONCE("POST", "/api/jobs?ms=1"));
    terminate(&p);
    await_jobs(&p, "\"ms\":1,\"state\":\"done\",\"runs\":1");
    assert_stays(&p, 0);
}

/* Acknowledged, and the work has only begun: it is lost when the process is. */
static void acknowledges_first(void **state)
{
    struct process p;
    fault_start(&p, *state);
    add_job(&p, ONCE("POST", "/api/jobs?ms=" FOR_EVER));
    await_jobs(&p, "\"state\":\"done\",\"runs\":0");
    assert_non_null(strstr(ask(p.control, ONCE("GET", "/gauge")), "\"jobs_held\":1"));
    assert_stays(&p, 0);
}

/* --- behind an answer --- */

/* Without the fault it exits with 1, after the drain timeout. */
static void drops_what_goes_on_behind_an_answer(void **state)
{
    struct process p;
    fault_start(&p, *state);
    assert_non_null(
        strstr(ask(p.port, ONCE("POST", "/api/background?ms=" FOR_EVER)), "HTTP/1.1 202"));
    await_gauge(&p, "\"busy\":1");
    kill(p.pid, SIGTERM);
    assert_int_equal(process_wait(&p), 0);
    assert_non_null(strstr(p.log_text, "is lost"));
    process_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAULT_TEST("keep-asking", asks_on_after_the_deadline),
        FAULT_TEST("keep-asking", asks_on_without_a_client),
        FAULT_TEST("close-pool-first", closes_the_pool_first),
        FAULT_TEST("take-jobs-on", takes_jobs_after_the_signal),
        FAULT_TEST("ack-first", acknowledges_first),
        FAULT_TEST("drop-background", drops_what_goes_on_behind_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
