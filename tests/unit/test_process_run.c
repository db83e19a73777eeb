/* A running target: signals, its exit, its listener, its output, its health. */
#include "target_fixture.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void start_server(struct fixture *f)
{
    static const char *argv[] = {"python3", "-c", PY_SERVER, NULL};
    fixture_init(f, argv);
    fixture_start(f);
    fixture_until(f, &f->ready);
}

static void exit_code_after_signal(void **state)
{
    (void)state;
    struct fixture f;
    start_server(&f);
    assert_int_equal(target_signal(f.target, 0, SIGTERM, TO_PROCESS), 0);
    fixture_until(&f, &f.exited);
    assert_int_equal(f.code, 0);
    assert_int_equal(f.signo, 0);
    assert_true(f.listener_closed);
    assert_journal_has(&f, "\"e\":\"signal\",\"i\":0,\"signal\":15,\"to\":0");
    assert_journal_has(&f, "\"code\":0,\"signal\":0");
    assert_journal_has(&f, "\"e\":\"listener\",\"sockets\":0");
    assert_int_equal(target_queue_depth(f.target), -1);
    fixture_close_target(&f);
    assert_int_equal(fixture_count(&f, "\"orphan\""), 0);
    assert_int_equal(fixture_count(&f, "\"note\""), 0);
    fixture_end(&f);
}

static void dies_of_signal(void **state)
{
    (void)state;
    struct fixture f;
    start_server(&f);
    assert_int_equal(target_signal(f.target, 3, SIGHUP, TO_PROCESS), 0);
    fixture_until(&f, &f.exited);
    assert_int_equal(f.code, -1);
    assert_int_equal(f.signo, SIGHUP);
    assert_journal_has(&f, "\"what\":\"signal-unhandled\"");
    assert_int_equal(target_signal(f.target, 4, SIGTERM, TO_PROCESS), -ESRCH);
    assert_int_equal(target_signal(f.target, 5, SIGTERM, TO_GROUP), -ESRCH);
    assert_int_equal(target_signal(f.target, 6, SIGTERM, TO_TREE), -ESRCH);
    fixture_end(&f);
}

static void ignored_signal_is_noted(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", "trap '' TERM; echo up; while :; do sleep 100; done", NULL};
    struct fixture f;
    fixture_init(&f, argv);
    f.plan.ready.log = (char *)"up";
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    assert_int_equal(target_signal(f.target, 0, SIGTERM, TO_PROCESS), 0);
    assert_int_equal(target_signal(f.target, 1, SIGTERM, TO_PROCESS), 0);
    assert_int_equal(fixture_count(&f, "\"what\":\"signal-ignored\""), 1);
    assert_int_equal(target_signal(f.target, 2, SIGURG, TO_PROCESS), 0);
    assert_int_equal(fixture_count(&f, "\"signal\":15,\"is\":\"ignored\",\"role\":\"main\""), 1);
    /* a shell that forks just now blocks it for a moment */
    assert_int_equal(fixture_count(&f, "\"signal\":23,\"is\":"), 1);
    assert_true(target_running(f.target));
    fixture_end(&f);
}

/* A shell that stays in front of the server, the classic. */
static void start_wrapped(struct fixture *f)
{
    static const char *argv[] = {"sh", "-c", "python3 -c \"$SERVER\"; echo over $?", NULL};
    static struct plan_pair env = {(char *)"SERVER", (char *)PY_SERVER};
    fixture_init(f, argv);
    f->plan.env = &env;
    f->plan.n_env = 1;
    fixture_start(f);
    fixture_until(f, &f->ready);
}

static void wrapper_is_named_and_leaves_an_orphan(void **state)
{
    (void)state;
    struct fixture f;
    start_wrapped(&f);
    assert_int_equal(target_signal(f.target, 0, SIGTERM, TO_PROCESS), 0);
    assert_journal_has(&f, "\"what\":\"other-owner\"");
    fixture_until(&f, &f.exited);
    assert_int_equal(f.signo, SIGTERM);
    assert_false(f.listener_closed);
    assert_journal_has(&f, "\"what\":\"still-listens\"");
    fixture_close_target(&f);
    assert_int_equal(fixture_count(&f, "\"e\":\"orphan\""), 1);
    assert_journal_has(&f, "python3 -c import");
    /* and it is dead: its port is free */
    struct error err;
    f.target = NULL;
    f.exited = f.ready = f.closed = false;
    f.target = target_start(&f.options, &err);
    assert_non_null(f.target);
    fixture_end(&f);
}

static void to_group(void **state)
{
    (void)state;
    struct fixture f;
    start_wrapped(&f);
    assert_int_equal(target_signal(f.target, 0, SIGTERM, TO_GROUP), 0);
    fixture_until(&f, &f.exited);
    fixture_until(&f, &f.listener_closed);
    fixture_close_target(&f);
    assert_int_equal(fixture_count(&f, "\"orphan\""), 0);
    fixture_end(&f);
}

static void to_tree(void **state)
{
    (void)state;
    struct fixture f;
    start_wrapped(&f);
    assert_int_equal(target_signal(f.target, 0, SIGTERM, TO_TREE), 0);
    fixture_until(&f, &f.exited);
    fixture_until(&f, &f.listener_closed);
    fixture_end(&f);
}

static void to_listener(void **state)
{
    (void)state;
    struct fixture f;
    start_wrapped(&f);
    assert_int_equal(target_signal(f.target, 0, SIGTERM, TO_LISTENER), 0);
    fixture_until(&f, &f.exited);
    assert_int_equal(f.code, 0); /* of the shell, which went on */
    assert_journal_has(&f, "over 0");
    fixture_end(&f);
}

static void health_turns(void **state)
{
    (void)state;
    const char *argv[] = {
        "python3", "-c",
        "import http.server as h, signal, os\n"
        "status = 200\n"
        "def turn(*a):\n"
        "    global status\n"
        "    status = 503\n"
        "signal.signal(signal.SIGUSR1, turn)\n"
        "class H(h.BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n"
        "        self.send_response(200 if self.path == '/live' else status)\n"
        "        self.send_header('Content-Length', '0')\n"
        "        self.end_headers()\n"
        "    def log_message(self, *a): pass\n"
        "h.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), H).serve_forever(0.05)\n",
        NULL};
    struct fixture f;
    fixture_init(&f, argv);
    f.plan.health_ready = (char *)"/ready";
    f.plan.health_live = (char *)"/live";
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    target_watch_health(f.target);
    target_watch_status(f.target, "/live", 200, on_status, &f);
    fixture_until(&f, &f.status_seen);
    f.status_seen = false;
    target_watch_status(f.target, "/ready", 503, on_status, &f);
    while (!fixture_count(&f, "\"path\":\"/ready\",\"status\":200"))
        uv_run(&f.loop, UV_RUN_ONCE);
    assert_false(f.status_seen);
    assert_int_equal(target_signal(f.target, 0, SIGUSR1, TO_PROCESS), 0);
    fixture_until(&f, &f.status_seen);
    while (!fixture_count(&f, "\"path\":\"/ready\",\"status\":503"))
        uv_run(&f.loop, UV_RUN_ONCE);
    assert_int_equal(fixture_count(&f, "\"path\":\"/ready\""), 2);
    assert_int_equal(fixture_count(&f, "\"path\":\"/live\",\"status\":200"), 1);
    target_kill(f.target);
    fixture_until(&f, &f.exited);
    while (!fixture_count(&f, "\"path\":\"/live\",\"status\":0"))
        uv_run(&f.loop, UV_RUN_ONCE);
    fixture_end(&f);
}

/* yes(1) writes as fast as it is read: 100,000 lines go by, and neither loop nor memory suffers. */
static void flood(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", "yes | head -n 100000; echo; yes 'after the flood'", NULL};
    struct fixture f;
    struct rusage before, after;
    fixture_init(&f, argv);
    f.plan.ready.log = (char *)"^$";
    getrusage(RUSAGE_SELF, &before);
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    fixture_until_line(&f, "after the flood");
    assert_true(f.lines > 100000);
    assert_int_equal(target_signal(f.target, 0, SIGTERM, TO_GROUP), 0);
    fixture_until(&f, &f.exited);
    fixture_close_target(&f);
    getrusage(RUSAGE_SELF, &after);
    assert_in_range(fixture_count(&f, "target-output"), 2000, 4000);
    assert_journal_has(&f, "\"what\":\"lines-left-out\"");
    assert_journal_has(&f, "after the flood"); /* there was room again from the signal on */
    assert_true(after.ru_maxrss - before.ru_maxrss < 16 * 1024);
    fixture_end(&f);
}

static void long_and_odd_lines(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c",
                          "head -c 100000 /dev/zero | tr '\\0' x; echo; printf 'a\\0b\\r\\n'; "
                          "printf 'no newline'",
                          NULL};
    struct fixture f;
    fixture_init(&f, argv);
    fixture_start(&f);
    fixture_until(&f, &f.failed);
    fixture_close_target(&f);
    assert_int_equal(f.lines, 3);
    assert_journal_has(&f, "\"line\":\"a?b\"}");
    assert_journal_has(&f, "\"line\":\"no newline\"}");
    assert_true(strlen(f.journal_text) < 20000);
    fixture_end(&f);
}

static void last_lines(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", "seq 1 120; exec sleep 100", NULL};
    struct fixture f;
    fixture_init(&f, argv);
    f.plan.ready.log = (char *)"^120$";
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    char *two = target_last_lines(f.target, 2), *all = target_last_lines(f.target, 1000);
    assert_string_equal(two, "| 119\n| 120\n");
    assert_true(strncmp(all, "| 71\n", 5) == 0);
    free(two);
    free(all);
    fixture_end(&f);
}

static void attach(void **state)
{
    (void)state;
    struct fixture f;
    int ready[2];
    char byte;
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    const char *none[] = {NULL};
    fixture_init(&f, none);
    char port[16], url[] = "http://127.0.0.1:${port}";
    snprintf(port, sizeof port, "%d", f.options.port);
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* should an assertion end the test */
        setenv("PORT", port, 1);
        dup2(ready[1], 1);
        execlp("python3", "python3", "-c", PY_SERVER, NULL);
        _exit(127);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    f.plan.kind = TARGET_ATTACH;
    f.plan.pid = pid;
    f.plan.url = url;
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    assert_int_equal(target_pid(f.target), pid);
    assert_journal_has(&f, "python3\",\"-c\",\"import http.server");
    target_kill(f.target); /* not ours to kill */
    assert_int_equal(kill(pid, 0), 0);
    assert_int_equal(target_freeze(f.target), 0);
    target_thaw(f.target);
    assert_int_equal(target_signal(f.target, 0, SIGTERM, TO_PROCESS), 0);
    fixture_until(&f, &f.exited);
    assert_int_equal(f.code, 0); /* as a zombie it can be asked, though it is not our child */
    assert_int_equal(f.signo, 0);
    assert_true(f.listener_closed);
    fixture_end(&f);
    close(ready[0]);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void attach_to_nobody(void **state)
{
    (void)state;
    const char *none[] = {NULL};
    struct fixture f;
    fixture_init(&f, none);
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    f.plan.kind = TARGET_ATTACH;
    f.plan.pid = pid;
    assert_null(target_start(&f.options, &f.err));
    assert_non_null(strstr(f.err.text, "No such process"));
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exit_code_after_signal),
        cmocka_unit_test(dies_of_signal),
        cmocka_unit_test(ignored_signal_is_noted),
        cmocka_unit_test(wrapper_is_named_and_leaves_an_orphan),
        cmocka_unit_test(to_group),
        cmocka_unit_test(to_tree),
        cmocka_unit_test(to_listener),
        cmocka_unit_test(health_turns),
        cmocka_unit_test(flood),
        cmocka_unit_test(long_and_odd_lines),
        cmocka_unit_test(last_lines),
        cmocka_unit_test(attach),
        cmocka_unit_test(attach_to_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
