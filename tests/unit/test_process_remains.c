/* What the kernel shows of a check's target: its processes, what they do on the signal, who is left
 * after the exit, and being PID 1. */
#include "target_fixture.h"

#include <sched.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

/* A master with a UNIX socket, a pid file, and, when asked, a worker that outlives it; it cleans up
 * behind itself only when told to. Waits for a byte on SIGUSR1 before it forks once more. */
#define PY_MASTER                                                                                  \
    "import os, signal, socket, sys, threading\n"                                                  \
    "import http.server as h\n"                                                                    \
    "class H(h.BaseHTTPRequestHandler):\n"                                                         \
    "    def do_GET(self):\n"                                                                      \
    "        self.send_response(200)\n"                                                            \
    "        self.send_header('Content-Length', '2')\n"                                            \
    "        self.end_headers()\n"                                                                 \
    "        self.wfile.write(b'ok')\n"                                                            \
    "    def log_message(self, *a): pass\n"                                                        \
    "mode = sys.argv[1]\n"                                                                         \
    "s = h.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), H)\n"                       \
    "u = socket.socket(socket.AF_UNIX)\n"                                                          \
    "u.bind('control.sock')\n"                                                                     \
    "u.listen()\n"                                                                                 \
    "open('server.pid', 'w').write(str(os.getpid()))\n"                                            \
    "def stop(*a):\n"                                                                              \
    "    if mode == 'clean':\n"                                                                    \
    "        os.unlink('control.sock')\n"                                                          \
    "        os.unlink('server.pid')\n"                                                            \
    "    os._exit(0)\n"                                                                            \
    "def fork(*a):\n"                                                                              \
    "    if os.fork() == 0:\n"                                                                     \
    "        signal.pause()\n"                                                                     \
    "signal.signal(signal.SIGTERM, stop)\n"                                                        \
    "signal.signal(signal.SIGUSR1, fork)\n"                                                        \
    "if mode in ('answers', 'listens') and os.fork() == 0:\n"                                      \
    "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"                                          \
    "    s.serve_forever(0.05) if mode == 'answers' else signal.pause()\n"                         \
    "if mode == 'closes' and os.fork() == 0:\n"                                                    \
    "    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"                                          \
    "    kept = s.socket.accept()\n"                                                               \
    "    s.socket.close()\n"                                                                       \
    "    signal.pause()\n"                                                                         \
    "print('up', flush=True)\n"                                                                    \
    "s.serve_forever(0.05)\n"

struct place {
    struct fixture f;
    char dir[64];
    const char *argv[6];
};

static void place_prepare(struct place *p, const char *mode)
{
    snprintf(p->dir, sizeof p->dir, "/tmp/drainctl-test-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    const char *argv[] = {"python3", "-c", PY_MASTER, mode, NULL};
    memcpy(p->argv, argv, sizeof argv);
    fixture_init(&p->f, p->argv);
    p->f.plan.cwd = p->dir;
    p->f.plan.health_early = true;
    p->f.plan.ready.log = (char *)"^up$";
}

static void place_begin(struct place *p)
{
    fixture_start(&p->f);
    fixture_until(&p->f, &p->f.ready);
}

static void place_start(struct place *p, const char *mode)
{
    place_prepare(p, mode);
    place_begin(p);
}

static void place_end(struct place *p)
{
    char path[128];
    if (p->f.target)
        fixture_close_target(&p->f);
    fixture_end(&p->f);
    snprintf(path, sizeof path, "%s/control.sock", p->dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/server.pid", p->dir);
    unlink(path);
    assert_int_equal(rmdir(p->dir), 0);
}

/* Turn the loop until this stands in the journal. */
static void until_journal(struct fixture *f, const char *needle)
{
    int64_t until = clock_ns() + GUARD_S * NS_PER_S;
    while (!strstr(fixture_journal(f), needle)) {
        if (clock_ns() > until)
            fail_msg("never in the journal: %s\n%.8000s", needle, f->journal_text);
        uv_run(&f->loop, UV_RUN_ONCE);
    }
}

static void stop(struct place *p)
{
    assert_int_equal(target_signal(p->f.target, 0, SIGTERM, TO_PROCESS), 0);
    fixture_until(&p->f, &p->f.exited);
    fixture_close_target(&p->f);
}

static void clean_exit_leaves_nothing(void **state)
{
    struct place p;
    char want[128];
    (void)state;
    place_start(&p, "clean");
    until_journal(&p.f, "\"e\":\"process\"");
    snprintf(want, sizeof want, "\"e\":\"process\",\"pid\":%d", (int)target_pid(p.f.target));
    assert_journal_has(&p.f, want);
    snprintf(want, sizeof want, "\"pid\":%d,\"signal\":15,\"is\":\"caught\",\"role\":\"main\"",
             (int)target_pid(p.f.target));
    stop(&p);
    assert_journal_has(&p.f, want);
    assert_journal_has(&p.f, "\"is\":\"caught\",\"role\":\"listener\"");
    assert_journal_has(&p.f, "\"e\":\"survivor\",\"pid\":0,");
    assert_int_equal(fixture_count(&p.f, "\"leftover\""), 0);
    assert_int_equal(fixture_count(&p.f, "\"survivor\""), 1);
    place_end(&p);
}

static void left_files_are_found(void **state)
{
    struct place p;
    char want[200];
    (void)state;
    place_start(&p, "leaves");
    stop(&p);
    snprintf(want, sizeof want, "\"path\":\"%s/control.sock\",\"kind\":\"socket\"", p.dir);
    assert_journal_has(&p.f, want);
    snprintf(want, sizeof want, "\"path\":\"%s/server.pid\",\"kind\":\"pid-file\"", p.dir);
    assert_journal_has(&p.f, want);
    assert_int_equal(fixture_count(&p.f, "\"leftover\""), 2);
    place_end(&p);
}

/* Write a file in the place's folder. */
static void put(const struct place *p, const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", p->dir, name);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void take_away(const struct place *p, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", p->dir, name);
    assert_int_equal(unlink(path), 0);
}

/* Another run's target, or whatever it was: the pid in it is not of this one. Without any pid in
 * it, what was there before is not blamed, and what is new is. */
static void pid_files_of_others_are_not_blamed(void **state)
{
    struct place p;
    (void)state;
    place_start(&p, "clean");
    put(&p, "beside.pid", "1\n");
    put(&p, "empty.pid", "");
    stop(&p);
    assert_int_equal(fixture_count(&p.f, "\"leftover\""), 1);
    assert_journal_has(&p.f, "/empty.pid\"");
    take_away(&p, "beside.pid");
    take_away(&p, "empty.pid");
    place_end(&p);
}

static void pid_files_from_before_are_not_blamed(void **state)
{
    struct place p;
    (void)state;
    place_prepare(&p, "clean");
    put(&p, "old.pid", "");
    place_begin(&p);
    stop(&p);
    assert_int_equal(fixture_count(&p.f, "\"leftover\""), 0);
    take_away(&p, "old.pid");
    place_end(&p);
}

static int listen_at(const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    unlink(path);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 1), 0);
    return fd;
}

static void socket_of_another_is_not_blamed(void **state)
{
    struct place p;
    char path[100];
    (void)state;
    place_start(&p, "leaves");
    snprintf(path, sizeof path, "%s/control.sock", p.dir);
    int fd = listen_at(path); /* the target of a run beside this one makes it anew */
    stop(&p);
    assert_int_equal(fixture_count(&p.f, "\"kind\":\"socket\""), 0);
    close(fd);
    place_end(&p);
}

static void survivor_that_answers(void **state)
{
    struct place p;
    (void)state;
    place_start(&p, "answers");
    stop(&p);
    assert_int_equal(fixture_count(&p.f, "\"survivor\""), 1);
    assert_int_equal(fixture_count(&p.f, "\"survivor\",\"pid\":0"), 0);
    assert_journal_has(&p.f, "answers\",\"status\":200}");
    assert_int_equal(fixture_count(&p.f, "\"orphan\""), 1);
    place_end(&p);
}

/* It takes the probe's connection, says nothing, and listens no more. */
static void survivor_that_has_closed_its_listener(void **state)
{
    struct place p;
    (void)state;
    place_start(&p, "closes");
    stop(&p);
    assert_int_equal(fixture_count(&p.f, "\"survivor\""), 1);
    assert_journal_has(&p.f, "\"survivor\",\"pid\":0");
    assert_journal_has(&p.f, "\"status\":0}");
    place_end(&p);
}

static void survivor_that_only_listens(void **state)
{
    struct place p;
    (void)state;
    place_start(&p, "listens");
    stop(&p);
    assert_int_equal(fixture_count(&p.f, "\"survivor\""), 1);
    assert_journal_has(&p.f, "listens\",\"status\":-1}");
    place_end(&p);
}

static void ordinary_run_is_not_probed(void **state)
{
    struct place p;
    (void)state;
    place_start(&p, "leaves");
    p.f.plan.health_early = false;
    stop(&p);
    assert_int_equal(fixture_count(&p.f, "\"survivor\""), 0);
    assert_int_equal(fixture_count(&p.f, "\"leftover\""), 0);
    place_end(&p);
}

static void rest_begins_anew_with_a_process(void **state)
{
    struct place p;
    (void)state;
    place_start(&p, "leaves");
    p.f.plan.health_early = false; /* nothing else looks */
    while (target_unchanged_ns(p.f.target) < 100 * NS_PER_MS)
        uv_run(&p.f.loop, UV_RUN_ONCE);
    kill(target_pid(p.f.target), SIGUSR1);
    while (target_unchanged_ns(p.f.target) >= 100 * NS_PER_MS)
        uv_run(&p.f.loop, UV_RUN_ONCE);
    assert_true(fixture_count(&p.f, "\"e\":\"process\"") >= 2);
    place_end(&p);
}

static bool namespaces_allowed(void)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0)
        _exit(unshare(CLONE_NEWPID) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWPID) < 0);
    return waitpid(pid, &status, 0) == pid && status == 0;
}

static const char *const PID1[] = {"python3", "-c",
                                   "import os, signal\n"
                                   "print('up', os.getpid(), os.getuid(), flush=True)\n"
                                   "while True:\n"
                                   "    signal.pause()\n",
                                   NULL};

static void pid1_ignores_what_it_does_not_handle(void **state)
{
    struct fixture f;
    char want[32];
    (void)state;
    if (!namespaces_allowed())
        skip();
    fixture_init(&f, (const char **)PID1);
    f.plan.pid1 = true;
    f.plan.ready.log = (char *)"^up";
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    snprintf(want, sizeof want, "\"up 1 %d\"", (int)getuid());
    assert_journal_has(&f, want);
    assert_true(target_pid(f.target) > 1);
    assert_int_equal(target_signal(f.target, 0, SIGTERM, TO_PROCESS), 0);
    assert_journal_has(&f, "\"what\":\"signal-unhandled\"");
    assert_true(target_running(f.target));
    assert_int_equal(target_signal(f.target, 1, SIGKILL, TO_PROCESS), 0);
    fixture_until(&f, &f.exited);
    assert_int_equal(f.signo, SIGKILL);
    fixture_close_target(&f);
    assert_int_equal(fixture_count(&f, "\"orphan\""), 0);
    fixture_end(&f);
}

static void pid1_that_cannot_start(void **state)
{
    static const char *const argv[] = {"./no-such-server", NULL};
    struct fixture f;
    (void)state;
    if (!namespaces_allowed())
        skip();
    fixture_init(&f, (const char **)argv);
    f.plan.pid1 = true;
    assert_null(target_start(&f.options, &f.err));
    assert_non_null(strstr(f.err.text, "cannot start './no-such-server'"));
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clean_exit_leaves_nothing),
        cmocka_unit_test(left_files_are_found),
        cmocka_unit_test(pid_files_of_others_are_not_blamed),
        cmocka_unit_test(pid_files_from_before_are_not_blamed),
        cmocka_unit_test(socket_of_another_is_not_blamed),
        cmocka_unit_test(survivor_that_answers),
        cmocka_unit_test(survivor_that_has_closed_its_listener),
        cmocka_unit_test(survivor_that_only_listens),
        cmocka_unit_test(ordinary_run_is_not_probed),
        cmocka_unit_test(rest_begins_anew_with_a_process),
        cmocka_unit_test(pid1_ignores_what_it_does_not_handle),
        cmocka_unit_test(pid1_that_cannot_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
