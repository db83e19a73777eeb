/* The descendants of a process: children of all its threads, and of those that have left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process/proc_tree.h"

static struct proc_tree tree;

static void wait_for_the_end(int fd)
{
    char byte;
    while (read(fd, &byte, 1) > 0)
        ;
    _exit(0);
}

struct pipes {
    int said[2], end[2]; /* pids come by `said`; who is left exits when `end` is closed */
};

static pid_t told(const struct pipes *p)
{
    pid_t pid;
    assert_int_equal(read(p->said[0], &pid, sizeof pid), sizeof pid);
    return pid;
}

static void *fork_one(void *arg)
{
    struct pipes *p = arg;
    pid_t pid = fork();
    if (pid == 0) {
        close(p->end[1]);
        wait_for_the_end(p->end[0]);
    }
    (void)!write(p->said[1], &pid, sizeof pid);
    wait_for_the_end(p->end[0]);
    return NULL;
}

/* A child that forks one itself, in a second thread. */
static pid_t start(struct pipes *p)
{
    pthread_t thread;
    assert_int_equal(pipe(p->said) | pipe(p->end), 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(p->end[1]);
        pthread_create(&thread, NULL, fork_one, p);
        wait_for_the_end(p->end[0]);
    }
    close(p->end[0]);
    return pid;
}

static void finish(struct pipes *p)
{
    close(p->end[1]);
    while (wait(NULL) > 0)
        ;
    close(p->said[0]);
    close(p->said[1]);
}

static void children_of_threads(void **state)
{
    (void)state;
    struct pipes p;
    pid_t child = start(&p), grandchild = told(&p);

    proc_tree_read(&tree, getpid(), false);
    assert_int_equal(tree.count, 2);
    assert_true(proc_tree_has(&tree, child) && proc_tree_has(&tree, grandchild));
    assert_true(tree.procs[0].pid < tree.procs[1].pid);

    proc_tree_read(&tree, child, true);
    assert_int_equal(tree.count, 2);
    proc_tree_read(&tree, child, false);
    assert_int_equal(tree.count, 1);
    assert_int_equal(tree.procs[0].pid, grandchild);
    assert_int_equal(tree.procs[0].parent, child);

    proc_tree_read(&tree, 0, false);
    assert_true(proc_tree_has(&tree, getpid()) && proc_tree_has(&tree, grandchild));
    finish(&p);
}

static void orphans_stay(void **state)
{
    (void)state;
    struct pipes p;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t child = start(&p), grandchild = told(&p);
    proc_tree_read(&tree, getpid(), false);
    kill(child, SIGKILL);
    siginfo_t info;
    assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);

    proc_tree_read(&tree, getpid(), false); /* the child is a zombie, and does not count */
    assert_int_equal(tree.count, 1);
    assert_int_equal(tree.procs[0].pid, grandchild);
    finish(&p);
    proc_tree_read(&tree, getpid(), false);
    assert_int_equal(tree.count, 0);
}

/* While children come and go, one that stays is in each reading. */
static void what_stays_is_never_missing(void **state)
{
    (void)state;
    struct pipes p;
    pid_t child = start(&p), grandchild = told(&p);
    pid_t churn = fork();
    if (churn == 0)
        for (;;) {
            pid_t pid = fork();
            if (pid == 0)
                _exit(0);
            waitpid(pid, NULL, 0);
        }
    tree.count = 0;
    proc_tree_read(&tree, getpid(), false);
    for (int i = 0; i < 300; i++) {
        proc_tree_read(&tree, getpid(), false);
        assert_true(proc_tree_has(&tree, child) && proc_tree_has(&tree, grandchild));
    }
    kill(churn, SIGKILL);
    finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(children_of_threads),
        cmocka_unit_test(orphans_stay),
        cmocka_unit_test(what_stays_is_never_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
