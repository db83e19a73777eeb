/* Planted faults, second half: what the server says of itself, signals, the exit, what stays. */
#include "server_fault_kit.h"

#include <poll.h>
#include <sys/stat.h>

/* --- health --- */

static void readiness_stays(void **state)
{
    struct process p;
    fault_start_with(&p, *state, 0, 1500);
    terminate(&p);
    assert_non_null(strstr(ask(p.port, ONCE("GET", "/ready")), "HTTP/1.1 200"));
    assert_exit(&p, 0);
}

static void readiness_turns_late(void **state)
{
    struct process p;
    fault_start_with(&p, *state, 0, 3000);
    terminate(&p);
    assert_non_null(strstr(ask(p.port, ONCE("GET", "/ready")), "HTTP/1.1 200"));
    while (strstr(ask(p.port, ONCE("GET", "/ready")), "HTTP/1.1 200"))
        ;
    assert_non_null(strstr(ask(p.port, ONCE("GET", "/ready")), "HTTP/1.1 503"));
    assert_exit(&p, 0);
}

static void liveness_fails(void **state)
{
    struct process p;
    fault_start_with(&p, *state, 0, 1500);
    assert_non_null(strstr(ask(p.port, ONCE("GET", "/live")), "HTTP/1.1 200"));
    terminate(&p);
    assert_non_null(strstr(ask(p.port, ONCE("GET", "/live")), "HTTP/1.1 503"));
    assert_exit(&p, 0);
}

/* --- the exit --- */

static void exits_late(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int held = begin(&p, GET(HOLD_LATE));
    kill(p.pid, SIGTERM);
    assert_hears(held, NULL, "success\"}");
    close(held);
    int64_t begun = clock_ns();
    assert_exit(&p, 0);
    assert_true(clock_ns() - begun > 1500 * NS_PER_MS);
}

static void never_exits(void **state)
{
    struct process p;
    fault_start_with(&p, *state, 2000, 0);
    int held = begin(&p, GET(HOLD_LATE));
    kill(p.pid, SIGTERM);
    assert_hears(held, NULL, "success\"}");
    close(held);
    assert_stays(&p, 2500);
}

static void exits_with_another_status(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int held = begin(&p, GET(HOLD_LATE));
    kill(p.pid, SIGTERM);
    assert_hears(held, NULL, "success\"}");
    close(held);
    assert_exit(&p, 3);
}

static void ignores_the_deadline(void **state)
{
    struct process p;
    fault_start_with(&p, *state, 200, 0);
    int held = begin(&p, GET(HOLD_NEVER));
    terminate(&p);
    assert_stays(&p, 1000);
    close(held);
}

static void hides_the_deadline(void **state)
{
    struct process p;
    fault_start_with(&p, *state, 200, 0);
    int held = begin(&p, GET(HOLD_NEVER));
    kill(p.pid, SIGTERM);
    assert_dropped(held);
    assert_int_equal(process_wait(&p), 0);
    assert_null(strstr(p.log_text, "cut"));
    assert_null(strstr(p.log_text, "timeout"));
    process_free(&p);
}

/* --- signals --- */

static void ignores_the_signal(void **state)
{
    struct process p;
    fault_start(&p, *state);
    kill(p.pid, SIGTERM);
    for (int i = 0; i < 3; i++)
        assert_non_null(strstr(ask(p.port, ONCE("GET", "/ready")), "HTTP/1.1 200"));
    assert_non_null(strstr(ask(p.control, ONCE("GET", "/gauge")), "\"state\":\"running\""));
    assert_stays(&p, 0);
}

static void has_no_handler(void **state)
{
    struct process p;
    int status;
    fault_start(&p, *state);
    int held = begin(&p, GET(HOLD_LATE));
    kill(p.pid, SIGTERM);
    assert_dropped(held);
    assert_int_equal(waitpid(p.pid, &status, 0), p.pid);
    fclose(p.log);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

static void reloads(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int held = begin(&p, GET(HOLD_LATE));
    kill(p.pid, SIGTERM);
    assert_dropped(held);
    assert_non_null(strstr(ask(p.port, ONCE("GET", "/ready")), "HTTP/1.1 200"));
    assert_stays(&p, 0);
}

static void hangs_at_the_signal(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int held = begin(&p, GET(HOLD_LATE));
    kill(p.pid, SIGTERM);
    int fd = dial(p.port);
    say(fd, GET("/live"));
    struct pollfd ready[] = {{.fd = fd, .events = POLLIN}, {.fd = held, .events = POLLIN}};
    assert_int_equal(poll(ready, 2, 500), 0);
    assert_stays(&p, 0);
    close(fd);
    close(held);
}

static void a_second_signal_aborts(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int held = begin(&p, GET(HOLD_NEVER));
    terminate(&p);
    kill(p.pid, SIGTERM);
    assert_dropped(held);
    assert_exit(&p, 1);
}

static void sigint_aborts(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int held = begin(&p, GET(HOLD_LATE));
    kill(p.pid, SIGINT);
    assert_dropped(held);
    assert_exit(&p, 130);
}

/* The test's own group must be spared, so the two processes get the signal one by one. */
static void a_group_signal_aborts(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int held = begin(&p, GET(HOLD_NEVER));
    pid_t helper = child_of(&p);
    kill(p.pid, SIGTERM);
    kill(helper, SIGTERM);
    assert_dropped(held);
    assert_exit(&p, 0);
}

static void a_signal_without_the_group_does_not(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int held = begin(&p, GET(HOLD_LATE));
    pid_t helper = child_of(&p);
    kill(p.pid, SIGTERM);
    assert_hears(held, NULL, "success\"}");
    close(held);
    assert_exit(&p, 0);
    assert_int_equal(kill(helper, 0), -1); /* and no helper stays */
}

/* Which of the two is readable first; the other one is not yet. */
static int first_heard(const int fds[2])
{
    struct pollfd p[] = {{.fd = fds[0], .events = POLLIN}, {.fd = fds[1], .events = POLLIN}};
    assert_true(poll(p, 2, BOUND_MS) > 0);
    assert_true(!p[0].revents != !p[1].revents);
    return p[0].revents ? 0 : 1;
}

static void half_of_the_requests_go_with_a_program(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int held[] = {begin(&p, GET(HOLD_LATE)), begin(&p, GET(HOLD_LATE))};
    kill(child_of(&p), SIGTERM);
    int lost = first_heard(held);
    assert_dropped(held[lost]);
    kill(p.pid, SIGTERM);
    assert_hears(held[!lost], NULL, "success\"}");
    close(held[!lost]);
    assert_exit(&p, 0);
}

/* The shell ends with 0 at once; its server answers what it holds, and closes the rest. */
static void a_shell_leaves_before_its_server(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int held = begin(&p, GET(HOLD_NEVER)), late = begin(&p, GET(HOLD_LATE));
    char name[64] = "", path[64];
    snprintf(path, sizeof path, "/proc/%d/comm", p.pid);
    FILE *comm = fopen(path, "re");
    assert_non_null(comm);
    assert_non_null(fgets(name, sizeof name, comm));
    fclose(comm);
    assert_string_equal(name, "sh\n");
    kill(p.pid, SIGTERM);
    assert_exit(&p, 0);
    assert_hears(late, NULL, "success\"}");
    close(late);
    close(held);
}

static bool ignores_sigterm(pid_t pid)
{
    char path[64], line[256];
    unsigned long long set = 0;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        sscanf(line, "SigIgn: %llx", &set);
    fclose(file);
    return set & 1ULL << (SIGTERM - 1);
}

static void forgets_a_signal_of_the_start(void **state)
{
    struct process p;
    struct server_options o = process_defaults();
    o.fault = *state;
    int out = process_fork(&p, &o);
    while (!ignores_sigterm(p.pid))
        ;
    kill(p.pid, SIGTERM);
    process_await(&p, out, &o);
    assert_non_null(strstr(ask(p.control, ONCE("GET", "/gauge")), "\"state\":\"running\""));
    kill(p.pid, SIGTERM); /* and obeys one that comes later */
    assert_exit(&p, 0);
}

static void cuts_without_a_signal(void **state)
{
    struct process p;
    fault_start(&p, *state);
    int slow = begin(&p, GET("/api/data?ms=60000"));
    assert_dropped(slow);
    assert_non_null(strstr(ask(p.port, ONCE("GET", "/api/data?ms=200")), "success"));
    kill(p.pid, SIGTERM);
    assert_exit(&p, 0);
}

/* --- what stays --- */

static void leaves_a_child(void **state)
{
    struct process p;
    fault_start(&p, *state);
    pid_t child = child_of(&p);
    kill(p.pid, SIGTERM);
    assert_exit(&p, 0);
    assert_int_equal(dial(p.port), -ECONNREFUSED);
    assert_int_equal(kill(child, SIGKILL), 0);
}

static void leaks_the_listener(void **state)
{
    struct process p;
    fault_start(&p, *state);
    pid_t child = child_of(&p);
    kill(p.pid, SIGTERM);
    assert_exit(&p, 0);
    int fd = dial(p.port);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(kill(child, SIGKILL), 0);
    await_closed(p.port);
}

static void leaves_files(void **state)
{
    struct process p;
    struct stat st;
    char dir[] = "/tmp/faults-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    setenv("TMPDIR", dir, 1);
    fault_start(&p, *state);
    kill(p.pid, SIGTERM);
    assert_exit(&p, 0);
    snprintf(path, sizeof path, "%s/drainctl-serve-%d.pid", dir, p.pid);
    assert_int_equal(stat(path, &st), 0);
    unlink(path);
    snprintf(path, sizeof path, "%s/drainctl-serve-%d.sock", dir, p.pid);
    assert_int_equal(stat(path, &st), 0);
    assert_true(S_ISSOCK(st.st_mode));
    unlink(path);
    assert_int_equal(rmdir(dir), 0);
    unsetenv("TMPDIR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FAULT_TEST("readiness-stays", readiness_stays),
        FAULT_TEST("readiness-late", readiness_turns_late),
        FAULT_TEST("liveness-fails", liveness_fails),
        FAULT_TEST("exit-late", exits_late),
        FAULT_TEST("never-exit", never_exits),
        FAULT_TEST("exit-status-wrong", exits_with_another_status),
        FAULT_TEST("ignore-deadline", ignores_the_deadline),
        FAULT_TEST("hide-deadline", hides_the_deadline),
        FAULT_TEST("ignore-signal", ignores_the_signal),
        FAULT_TEST("no-handler", has_no_handler),
        FAULT_TEST("reload-on-signal", reloads),
        FAULT_TEST("hang-at-signal", hangs_at_the_signal),
        FAULT_TEST("second-signal-aborts", a_second_signal_aborts),
        FAULT_TEST("sigint-aborts", sigint_aborts),
        FAULT_TEST("group-signal-aborts", a_group_signal_aborts),
        FAULT_TEST("group-signal-aborts", a_signal_without_the_group_does_not),
        FAULT_TEST("group-signal-kills-programs", half_of_the_requests_go_with_a_program),
        FAULT_TEST("wrapper-leaves", a_shell_leaves_before_its_server),
        FAULT_TEST("forget-startup-signal", forgets_a_signal_of_the_start),
        FAULT_TEST("cut-without-signal", cuts_without_a_signal),
        FAULT_TEST("orphan-child", leaves_a_child),
        FAULT_TEST("leak-listener", leaks_the_listener),
        FAULT_TEST("leave-files", leaves_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
