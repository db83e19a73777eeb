/* Planted faults, third part: streams that have an end, and subscriptions. */
#include "server_fault_kit.h"

enum { MANY = 60 };

static void ends_streams_early(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int fd = dial(p.port);
    say(fd, GET("/api/stream?ms=4000&chunks=400"));
    assert_hears(fd, "chunk 3 of", "200 OK");
    terminate(&p);
    const char *rest = hear(fd, NULL);
    assert_non_null(strstr(rest, "0\r\n\r\n")); /* in good order, as far as HTTP can tell */
    assert_null(strstr(rest, "end\n"));
    assert_exit(&p, 0);
    close(fd);
}

/* So long after the signal the last of MANY subscriptions has ended. */
static double last_end_ms(const char *fault)
{
    struct process p;
    int fds[MANY];
    fault_start(&p, fault);
    for (int i = 0; i < MANY; i++) {
        fds[i] = dial(p.port);
        say(fds[i], GET("/api/events?every=3600000"));
        assert_hears(fds[i], "event: tick", "200 OK");
    }
    int64_t signalled = clock_ns();
    kill(p.pid, SIGTERM);
    for (int i = 0; i < MANY; i++) {
        assert_non_null(strstr(hear(fds[i], NULL), "event: shutdown"));
        close(fds[i]);
    }
    double ms = (double)(clock_ns() - signalled) / 1e6;
    assert_exit(&p, 0);
    return ms;
}

/* A healthy server takes 4 ms for each of them; a machine that is held up may be slower at times,
 * and never faster. */
static void ends_them_at_once(void **state)
{
    const double spread_ms = 4.0 * (MANY - 1);
    double least = spread_ms;
    assert_true(last_end_ms(NULL) >= spread_ms);
    for (int i = 0; i < 20 && least >= spread_ms; i++) {
        double ms = last_end_ms(*state);
        least = ms < least ? ms : least;
    }
    assert_true(least < spread_ms);
}

static void turns_subscribers_away(void **state)
{
    struct process p;
    fault_start_with(&p, *state, 0, 1500);
    assert_non_null(strstr(ask(p.port, ONCE("HEAD", "/api/events")), "HTTP/1.1 200"));
    terminate(&p);
    assert_non_null(strstr(ask(p.port, ONCE("GET", "/api/events")), "HTTP/1.1 503"));
    assert_exit(&p, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAULT_TEST("end-streams-early", ends_streams_early),
        FAULT_TEST("close-storm", ends_them_at_once),
        FAULT_TEST("shed-subscriptions", turns_subscribers_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
