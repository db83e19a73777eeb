/* Starting a target: what it inherits, how readiness is seen, and what is said when it is not to
 * be. */
#include "target_fixture.h"

static void start_fails(const char **argv, const char *text)
{
    struct fixture f;
    fixture_init(&f, argv);
    assert_null(target_start(&f.options, &f.err));
    assert_int_equal(f.err.kind, ERROR_RUN);
    if (!strstr(f.err.text, text))
        fail_msg("'%s' is not in '%s'", text, f.err.text);
    fixture_end(&f);
}

static void unknown_command(void **state)
{
    (void)state;
    const char *argv[] = {"no-such-command-here", NULL};
    start_fails(argv, "cannot start 'no-such-command-here': No such file or directory");
}

static void not_executable(void **state)
{
    (void)state;
    const char *argv[] = {"/etc/passwd", NULL};
    start_fails(argv, "cannot start '/etc/passwd': Permission denied");
}

static void empty_command(void **state)
{
    (void)state;
    const char *argv[] = {NULL};
    start_fails(argv, "command is empty");
}

static void unknown_folder(void **state)
{
    (void)state;
    const char *argv[] = {"true", NULL};
    struct fixture f;
    fixture_init(&f, argv);
    f.plan.cwd = (char *)"/no/such/folder";
    assert_null(target_start(&f.options, &f.err));
    assert_string_equal(f.err.text,
                        "cannot start 'true' in '/no/such/folder': No such file or directory");
    fixture_end(&f);
}

static void dies_before_ready(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", "echo one; echo cannot open the database >&2; exit 3", NULL};
    struct fixture f;
    fixture_init(&f, argv);
    fixture_start(&f);
    fixture_until(&f, &f.failed);
    assert_string_equal(f.err.text, "target 'sh' exited with code 3 before it was ready");
    assert_non_null(strstr(f.err.hint, "| one"));
    assert_non_null(strstr(f.err.hint, "| cannot open the database"));
    assert_false(f.exited);
    assert_false(target_running(f.target));
    fixture_end(&f);
}

/* It puts itself into the background, as daemons do by default. */
static void daemonises(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", "setsid sleep 1000 & exit 0", NULL};
    struct fixture f;
    fixture_init(&f, argv);
    fixture_start(&f);
    fixture_until(&f, &f.failed);
    assert_string_equal(f.err.text, "target 'sh' exited with code 0 before it was ready");
    assert_non_null(strstr(f.err.hint, "stay in the foreground"));
    fixture_end(&f);
}

static void killed_before_ready(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", "kill -SEGV $$", NULL};
    struct fixture f;
    fixture_init(&f, argv);
    fixture_start(&f);
    fixture_until(&f, &f.failed);
    assert_string_equal(f.err.text, "target 'sh' died of SIGSEGV before it was ready");
    fixture_end(&f);
}

static void ready_by_port(void **state)
{
    (void)state;
    const char *argv[] = {"python3", "-c", PY_SERVER, NULL};
    struct fixture f;
    fixture_init(&f, argv);
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    assert_journal_has(&f, "\"e\":\"target-listen\"");
    assert_journal_has(&f, "\"e\":\"target-ready\"");
    char owner[64];
    snprintf(owner, sizeof owner, "\"owner\":%d,\"command\":\"python3\"", target_pid(f.target));
    assert_journal_has(&f, owner);
    fixture_end(&f);
}

static void ready_by_log(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", "echo booting; echo up on port ${port}; exec sleep 100",
                          NULL};
    struct fixture f;
    fixture_init(&f, argv);
    f.plan.ready.log = (char *)"^up on port [0-9]+$";
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    assert_journal_has(&f, "a line matched");
    fixture_end(&f);
}

static void ready_by_http(void **state)
{
    (void)state;
    const char *argv[] = {"python3", "-c", PY_SERVER, NULL};
    struct fixture f;
    fixture_init(&f, argv);
    f.plan.ready.path = (char *)"/health";
    f.plan.ready.status = 200;
    f.plan.url = (char *)"http://localhost:${port}/";
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    assert_journal_has(&f, "GET /health answered 200");
    fixture_end(&f);
}

static void not_ready_in_time(void **state)
{
    (void)state;
    const char *argv[] = {"python3", "-c", PY_SERVER, NULL};
    struct fixture f;
    fixture_init(&f, argv);
    f.plan.ready.path = (char *)"/elsewhere";
    f.plan.ready.within_ns = 2500 * NS_PER_MS;
    fixture_start(&f);
    fixture_until(&f, &f.failed);
    assert_non_null(strstr(f.err.text, "was not ready within 2.5 s: GET /elsewhere answered 404"));
    fixture_end(&f);
}

static void other_port(void **state)
{
    (void)state;
    const char *argv[] = {"python3", "-c",
                          "import socket, time\n"
                          "s = socket.create_server(('127.0.0.1', 0))\n"
                          "print('port', s.getsockname()[1], flush=True)\n"
                          "time.sleep(100)",
                          NULL};
    struct fixture f;
    char want[320];
    fixture_init(&f, argv);
    f.plan.ready.within_ns = 2500 * NS_PER_MS;
    fixture_start(&f);
    fixture_until_line(&f, "port ");
    fixture_until(&f, &f.failed);
    snprintf(want, sizeof want, "it listens on %s, not on port %d", f.found, f.options.port);
    if (!strstr(f.err.hint, want))
        fail_msg("'%s' is not in '%s'", want, f.err.hint);
    fixture_end(&f);
}

static void port_taken(void **state)
{
    (void)state;
    const char *argv[] = {"true", NULL};
    struct fixture f;
    char want[96];
    fixture_init(&f, argv);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    f.options.port = ntohs(at.sin_port);
    assert_null(target_start(&f.options, &f.err));
    snprintf(want, sizeof want, "port %d is taken by pid %d (test_process_st)", f.options.port,
             getpid());
    assert_string_equal(f.err.text, want);
    close(fd);
    fixture_end(&f);
}

/* Descriptors, signal dispositions, group, session and environment as a shell would give them. */
static void what_it_inherits(void **state)
{
    (void)state;
    const char *argv[] = {"python3", "-c",
                          "import os, signal\n"
                          "fds = [f for f in os.listdir('/proc/self/fd') if int(f) > 2]\n"
                          "fds = [f for f in fds if os.path.exists('/proc/self/fd/' + f)]\n"
                          "print('fds', fds)\n"
                          "print('stdin', os.readlink('/proc/self/fd/0'))\n"
                          "print('mask', signal.pthread_sigmask(signal.SIG_BLOCK, []))\n"
                          "print('usr1', signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL)\n"
                          "print('group', os.getpgid(0) == os.getpid())\n"
                          "print('env', os.environ['PORT'], os.environ['MINE'], "
                          "len(os.environ['DRAINCTL_RUN']))\n"
                          "print('end', flush=True)\n",
                          NULL};
    struct fixture f;
    char env[64];
    fixture_init(&f, argv);
    int leaked = dup(f.journal_fd); /* without close-on-exec */
    signal(SIGUSR1, SIG_IGN);
    struct plan_pair mine = {(char *)"MINE", (char *)"port-${port}"};
    f.plan.env = &mine;
    f.plan.n_env = 1;
    f.plan.ready.log = (char *)"^end$";
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    signal(SIGUSR1, SIG_DFL);
    assert_journal_has(&f, "fds []");
    assert_journal_has(&f, "stdin /dev/null");
    assert_journal_has(&f, "mask set()");
    assert_journal_has(&f, "usr1 True");
    assert_journal_has(&f, "group True");
    snprintf(env, sizeof env, "env %d port-%d 16", f.options.port, f.options.port);
    assert_journal_has(&f, env);
    close(leaked);
    fixture_end(&f);
}

/* The reference server is the program itself; here a script stands in and shows its arguments. */
static void reference_arguments(void **state)
{
    (void)state;
    char script[] = "target-XXXXXX";
    int fd = mkstemp(script);
    assert_true(fd >= 0);
    const char *text = "#!/bin/sh\necho \"args $*\"\necho hello >&3\nexec sleep 100\n";
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fchmod(fd, 0700), 0);
    close(fd);

    int ledger[2];
    char want[96], byte[8], path[64];
    const char *argv[] = {"--drain-timeout", "10s", NULL};
    struct fixture f;
    snprintf(path, sizeof path, "./%s", script);
    fixture_init(&f, argv);
    assert_int_equal(pipe(ledger), 0);
    f.plan.kind = TARGET_REFERENCE;
    f.options.program = path;
    f.options.ledger_fd = ledger[1];
    f.plan.ready.log = (char *)"^args";
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    snprintf(want, sizeof want, "args serve --port %d --drain-timeout 10s --ledger fd:3",
             f.options.port);
    assert_journal_has(&f, want);
    assert_int_equal(read(ledger[0], byte, sizeof byte), 6);
    close(ledger[0]);
    close(ledger[1]);
    fixture_end(&f);
    unlink(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(daemonises),          cmocka_unit_test(unknown_command),
        cmocka_unit_test(not_executable),      cmocka_unit_test(empty_command),
        cmocka_unit_test(unknown_folder),      cmocka_unit_test(dies_before_ready),
        cmocka_unit_test(killed_before_ready), cmocka_unit_test(ready_by_port),
        cmocka_unit_test(ready_by_log),        cmocka_unit_test(ready_by_http),
        cmocka_unit_test(not_ready_in_time),   cmocka_unit_test(other_port),
        cmocka_unit_test(port_taken),          cmocka_unit_test(what_it_inherits),
        cmocka_unit_test(reference_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
