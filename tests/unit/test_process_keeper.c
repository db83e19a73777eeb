/* Nothing is left behind, and what is frozen is counted. */
#include "target_fixture.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "process/proc_tree.h"

enum { CONNECTIONS = 20 };

static struct proc_tree tree;

/* Living processes whose environment holds `marker`. */
static int marked(const char *marker)
{
    static char env[65536];
    int count = 0;
    proc_tree_read(&tree, 0, false);
    for (int i = 0; i < tree.count; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/environ", tree.procs[i].pid);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        ssize_t n = fd < 0 ? 0 : read(fd, env, sizeof env);
        count += n > 0 && memmem(env, (size_t)n, marker, strlen(marker)) != NULL;
        if (fd >= 0)
            close(fd);
    }
    return count;
}

/* Children that make sessions of their own, ignore all they can and forget their environment. */
#define HYDRA                                                                                      \
    "trap '' TERM HUP INT; "                                                                       \
    "sleep 1000 & setsid sleep 1000 & (setsid sh -c 'trap \"\" TERM; sleep 1000; sleep 1000' &) "  \
    "; "                                                                                           \
    "env -i setsid sleep 1000 & "                                                                  \
    "echo up; "

static struct plan_pair mark_env(char *text, size_t size)
{
    struct plan_pair env = {(char *)"TEST_MARK", text};
    snprintf(text, size, "%d-%lld", getpid(), (long long)clock_ns());
    return env;
}

static void close_kills_everything(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", HYDRA "wait", NULL};
    struct fixture f;
    char mark[64];
    struct plan_pair env = mark_env(mark, sizeof mark);
    fixture_init(&f, argv);
    f.plan.ready.log = (char *)"up";
    f.plan.env = &env;
    f.plan.n_env = 1;
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    assert_true(marked(mark) >= 3);
    fixture_close_target(&f);
    assert_int_equal(marked(mark), 0);
    assert_int_equal(fixture_count(&f, "\"orphan\""), 0); /* its end was ours, not its own */
    fixture_end(&f);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no child is left to us either */
}

static void orphans_are_listed(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c",
                          "setsid sleep 1001 & env -i sleep 1002 & echo up; read x; exit 0", NULL};
    struct fixture f;
    fixture_init(&f, argv);
    f.plan.ready.log = (char *)"up";
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    fixture_until(&f, &f.exited);
    fixture_close_target(&f);
    assert_int_equal(fixture_count(&f, "\"e\":\"orphan\""), 2);
    assert_journal_has(&f, "\"command\":\"sleep 1001\"");
    assert_journal_has(&f, "\"command\":\"sleep 1002\"");
    fixture_end(&f);
}

/* In a forked child: start a target, say so on `fd`, and wait to be killed. */
static void start_and_die(const char **argv, struct plan_pair *env, int fd)
{
    struct fixture f;
    fixture_init(&f, argv);
    f.plan.ready.log = (char *)"up";
    f.plan.env = env;
    f.plan.n_env = 1;
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    if (write(fd, "r", 1) != 1)
        _exit(1);
    kill(getpid(), SIGKILL);
}

static void killed_drainctl_takes_all_along(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", HYDRA "wait", NULL};
    char mark[64], byte;
    struct plan_pair env = mark_env(mark, sizeof mark);
    int ready[2], status;
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t pid = fork();
    if (pid == 0)
        start_and_die(argv, &env, ready[1]);
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    /* the keeper held no end of the pipe: a shell that waits for it is not kept waiting */
    assert_int_equal(read(ready[0], &byte, 1), 0);
    close(ready[0]);
    /* Whatever outlives the keeper would become our child now, and be waited for in vain. */
    int reaped = 0;
    alarm(GUARD_S);
    while (waitpid(-1, NULL, 0) > 0)
        reaped++;
    alarm(0);
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    assert_int_equal(reaped, 1); /* the keeper, and it alone */
    assert_int_equal(marked(mark), 0);
}

/* Should the keeper itself be killed, the target goes with it, and we notice. */
static void killed_keeper(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", "echo up; echo keeper $PPID; exec sleep 1000", NULL};
    struct fixture f;
    fixture_init(&f, argv);
    f.plan.ready.log = (char *)"up";
    fixture_start(&f);
    fixture_until_line(&f, "keeper ");
    kill((pid_t)strtol(f.found + strlen("keeper "), NULL, 10), SIGKILL);
    fixture_until(&f, &f.exited);
    assert_journal_has(&f, "\"what\":\"keeper-killed\"");
    fixture_end(&f);
}

static void forks_for_ever(void **state)
{
    (void)state;
    const char *argv[] = {"python3", "-c",
                          "import os, signal\n"
                          "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                          "print('up', flush=True)\n"
                          "while True:\n"
                          "    if os.fork(): os._exit(0)\n",
                          NULL};
    struct fixture f;
    char mark[64];
    struct plan_pair env = mark_env(mark, sizeof mark);
    fixture_init(&f, argv);
    f.plan.ready.log = (char *)"up";
    f.plan.env = &env;
    f.plan.n_env = 1;
    fixture_start(&f);
    fixture_until(&f, &f.exited);
    fixture_close_target(&f);
    assert_int_equal(marked(mark), 0);
    assert_int_equal(fixture_count(&f, "could not be killed"), 0);
    fixture_end(&f);
}

/* A server that accepts ten connections and reads none: the kernel's picture is then exact. */
#define ACCEPT_TEN                                                                                 \
    "import socket, os, time\n"                                                                    \
    "s = socket.create_server(('127.0.0.1', int(os.environ['PORT'])), backlog=64)\n"               \
    "kept = []\n"                                                                                  \
    "for i in range(10): kept.append(s.accept()); print('accepted', i, flush=True)\n"              \
    "import threading\n"                                                                           \
    "threading.Thread(target=lambda: kept.append(s.accept())).start()\n"                           \
    "for i in range(3): print('on', flush=True); time.sleep(0.01)\n"                               \
    "time.sleep(100)\n"

static void until_pending(struct fixture *f, int64_t queued, int64_t buffered)
{
    int64_t q = -1, b = -1, until = clock_ns() + GUARD_S * NS_PER_S;
    while (clock_ns() < until && (q != queued || b != buffered))
        assert_int_equal(target_pending(f->target, &q, &b), 0);
    assert_int_equal(q, queued);
    assert_int_equal(b, buffered);
}

static void freeze_and_count(void **state)
{
    (void)state;
    const char *argv[] = {"sh", "-c", "python3 -c \"$SERVER\"; :", NULL};
    struct plan_pair env = {(char *)"SERVER", (char *)ACCEPT_TEN};
    struct fixture f;
    int fds[2 * CONNECTIONS];
    fixture_init(&f, argv);
    f.plan.env = &env;
    f.plan.n_env = 1;
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    for (int i = 0; i < 10; i++)
        fds[i] = connect_to(f.options.port);
    fixture_until_line(&f, "on");

    assert_int_equal(target_freeze(f.target), 0);
    until_pending(&f, 0, 0);
    for (int i = 0; i < 10; i++)
        assert_int_equal(send(fds[i], "hello", 5, MSG_NOSIGNAL), 5);
    for (int i = 10; i < 2 * CONNECTIONS; i++) {
        fds[i] = connect_to(f.options.port);
        assert_int_equal(send(fds[i], "hello", 5, MSG_NOSIGNAL), 5);
    }
    until_pending(&f, 2 * CONNECTIONS - 10, 10);
    assert_int_equal(target_queue_depth(f.target), 2 * CONNECTIONS - 10);
    target_thaw(f.target);
    until_pending(&f, 2 * CONNECTIONS - 11, 11); /* it goes on: its thread accepts one more */
    for (int i = 0; i < 2 * CONNECTIONS; i++)
        close(fds[i]);
    fixture_end(&f);
}

/* A signal that is queued while it is frozen comes into effect with the thaw, not before. */
static void signal_while_frozen(void **state)
{
    (void)state;
    const char *argv[] = {"python3", "-c", PY_SERVER, NULL};
    struct fixture f;
    fixture_init(&f, argv);
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    assert_int_equal(target_freeze(f.target), 0);
    assert_int_equal(target_signal(f.target, 0, SIGTERM, TO_PROCESS), 0);
    for (int i = 0; i < 20; i++)
        uv_run(&f.loop, UV_RUN_ONCE); /* ticks of 1 ms */
    assert_true(target_running(f.target));
    target_thaw(f.target);
    fixture_until(&f, &f.exited);
    assert_int_equal(f.code, 0);
    fixture_end(&f);
}

/* The probes of readiness and health must not be counted as the load's connections. */
static void probes_pause_when_frozen(void **state)
{
    (void)state;
    const char *argv[] = {"python3", "-c", PY_SERVER, NULL};
    struct fixture f;
    int64_t queued, buffered;
    fixture_init(&f, argv);
    f.plan.health_ready = (char *)"/health";
    f.plan.health_live = (char *)"/health";
    fixture_start(&f);
    fixture_until(&f, &f.ready);
    target_watch_health(f.target);
    while (fixture_count(&f, "\"status\":200") < 2)
        uv_run(&f.loop, UV_RUN_ONCE);
    assert_int_equal(target_freeze(f.target), 0);
    for (int i = 0; i < 30; i++)
        uv_run(&f.loop, UV_RUN_ONCE);
    assert_int_equal(target_pending(f.target, &queued, &buffered), 0);
    assert_int_equal(queued, 0);
    target_thaw(f.target);
    assert_int_equal(fixture_count(&f, "\"e\":\"health\""), 2);
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(close_kills_everything),
        cmocka_unit_test(orphans_are_listed),
        cmocka_unit_test(killed_drainctl_takes_all_along),
        cmocka_unit_test(killed_keeper),
        cmocka_unit_test(forks_for_ever),
        cmocka_unit_test(freeze_and_count),
        cmocka_unit_test(signal_while_frozen),
        cmocka_unit_test(probes_pause_when_frozen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
