/* What the keeper does. It is a forked copy of a program that may have threads: only plain system
 * calls here, no allocation, no stdio. */
#include "process/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fds.h"
#include "process/proc_tree.h"

enum { LOWEST_KEPT = 16, KILL_S = 10, KILL_PAUSE_MS = 2 };

struct keeping {
    int fd;      /* to drainctl */
    int signals; /* signalfd for SIGCHLD */
    pid_t root;  /* the target */
    struct keeper_spawn spawn;
};

/* Used after the fork only; ours to fill without allocating. */
static struct proc_tree tree;

static void tell(const struct keeping *k, enum keeper_what what, int stage, int value)
{
    struct keeper_message m = {what, stage, value};
    send(k->fd, &m, sizeof m, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Move a descriptor out of the way of those that the target gets as 0 to 3. */
static void lift(int *fd)
{
    if (*fd < 0)
        return;
    int higher = fcntl(*fd, F_DUPFD_CLOEXEC, LOWEST_KEPT);
    close(*fd);
    *fd = higher;
}

/* Close every descriptor but these. */
static void close_others(int *keep, int count)
{
    for (int i = 1; i < count; i++)
        for (int k = i; k > 0 && keep[k - 1] > keep[k]; k--) {
            int swap = keep[k];
            keep[k] = keep[k - 1];
            keep[k - 1] = swap;
        }
    unsigned from = 0;
    for (int i = 0; i < count; i++) {
        if (keep[i] < 0)
            continue;
        if ((unsigned)keep[i] > from)
            close_range(from, (unsigned)keep[i] - 1, 0);
        from = (unsigned)keep[i] + 1;
    }
    close_range(from, ~0U, 0);
}

enum { KERNEL_SIGSET = 8 }; /* bytes of a signal set, as the kernel has it */

static void keep_own_descriptors(struct keeping *k)
{
    lift(&k->fd);
    lift(&k->spawn.out_fd);
    lift(&k->spawn.err_fd);
    int keep[3 + KEEPER_EXTRA] = {k->fd, k->spawn.out_fd, k->spawn.err_fd};
    for (int i = 0; i < KEEPER_EXTRA; i++) {
        lift(&k->spawn.extra[i]);
        keep[3 + i] = k->spawn.extra[i];
    }
    close_others(keep, 3 + KEEPER_EXTRA);
    fds_fill_stdio();
}

/* glibc's signal(3) refuses the two real-time signals that it keeps for itself, but what started
 * us may have ignored those, too; so this asks the kernel (rt_sigaction(2)). */
static void default_signals(void)
{
    static const struct {
        void *handler; /* SIG_DFL */
        unsigned long flags;
        void *restorer;
        unsigned char mask[KERNEL_SIGSET];
    } by_default;
    sigset_t none;
    for (int signo = 1; signo < NSIG; signo++)
        syscall(SYS_rt_sigaction, signo, &by_default, NULL, KERNEL_SIGSET);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void fail_to_start(int report, enum keeper_stage stage)
{
    int words[2] = {stage, errno};
    fds_write_all(report, words, sizeof words);
    _exit(127);
}

/* Into its environment, as it is known only here (sd_listen_fds(3)). Without zeros in front: with
 * them strtol(3) may read it as octal. */
static void write_listen_pid(char *digits)
{
    int count = 1;
    pid_t pid = getpid();
    if (!digits)
        return;
    for (pid_t rest = pid; rest >= 10; rest /= 10)
        count++;
    digits[count] = '\0';
    for (; count > 0; pid /= 10)
        digits[--count] = (char)('0' + pid % 10);
}

/* From 3 on, and nothing behind them. */
static void pass_descriptors(const struct keeper_spawn *s)
{
    int next = 3;
    dup2(s->out_fd, STDOUT_FILENO);
    dup2(s->err_fd, STDERR_FILENO);
    for (int i = 0; i < KEEPER_EXTRA; i++)
        if (s->extra[i] >= 0)
            dup2(s->extra[i], next++);
    close_range((unsigned)next, ~0U, CLOSE_RANGE_CLOEXEC);
}

/* In the forked child: become the target. */
static void become_target(const struct keeper_spawn *s, int report, pid_t keeper)
{
    struct rlimit files;
    /* from inside a PID namespace the keeper cannot be named, but its end of the pipe is to be seen
     */
    struct pollfd pipe_end = {.fd = report};
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (s->pid1 ? poll(&pipe_end, 1, 0) > 0 : getppid() != keeper)
        _exit(127); /* it died before the line above could see to that */
    pass_descriptors(s);
    write_listen_pid(s->listen_pid);
    fds_first_limit(&files);
    setrlimit(RLIMIT_NOFILE, &files);
    if (s->cwd && chdir(s->cwd) < 0)
        fail_to_start(report, KEEPER_STAGE_CWD);
    default_signals();
    environ = (char **)s->envp;
    execvp(s->argv[0], s->argv);
    fail_to_start(report, KEEPER_STAGE_EXEC);
}

/* The pid, or 0 after drainctl was told why not. */
static pid_t start_target(const struct keeping *k)
{
    int report[2], words[2];
    pid_t keeper = getpid();
    if (pipe2(report, O_CLOEXEC) < 0) {
        tell(k, KEEPER_FAILED, KEEPER_STAGE_FORK, errno);
        return 0;
    }
    int rc = k->spawn.pid1 ? namespace_for_child() : 0;
    if (rc < 0) {
        tell(k, KEEPER_FAILED, KEEPER_STAGE_NAMESPACE, -rc);
        return 0;
    }
    lift(&report[1]);
    /* not fork(): libuv's handler of it closes the descriptors of a pipe that libuv had before
     * close_others, and by now these numbers can be the ones above */
    pid_t pid = _Fork();
    if (pid == 0)
        become_target(&k->spawn, report[1], keeper);
    if (pid < 0) {
        tell(k, KEEPER_FAILED, KEEPER_STAGE_FORK, errno);
        return 0;
    }
    /* the pipe ends without a word when the exec has closed it */
    close(report[1]);
    ssize_t n;
    do
        n = read(report[0], words, sizeof words);
    while (n < 0 && errno == EINTR);
    close(report[0]);
    if (n != (ssize_t)sizeof words)
        return pid;
    waitpid(pid, NULL, 0);
    tell(k, KEEPER_FAILED, words[0], words[1]);
    return 0;
}

/* Collect what has exited. False when there is no child left at all. */
static bool reap(const struct keeping *k)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        if (pid == k->root)
            tell(k, KEEPER_EXITED, 0, status);
    return pid == 0;
}

static void drain_signals(const struct keeping *k)
{
    struct signalfd_siginfo info;
    while (read(k->signals, &info, sizeof info) > 0)
        ;
}

/* Whatever dies leaves its children to us, so no child means that nothing is left. */
static void kill_all(const struct keeping *k)
{
    int64_t until = clock_ns() + KILL_S * NS_PER_S;
    struct pollfd wake = {.fd = k->signals, .events = POLLIN};
    while (reap(k)) {
        proc_tree_read(&tree, getpid(), false);
        proc_tree_kill(&tree, getpid());
        poll(&wake, 1, KILL_PAUSE_MS);
        drain_signals(k);
        if (clock_ns() > until)
            _exit(1);
    }
}

static void watch(const struct keeping *k)
{
    struct pollfd fds[] = {{.fd = k->fd, .events = POLLIN}, {.fd = k->signals, .events = POLLIN}};
    while (fds[0].revents == 0) {
        poll(fds, 2, -1);
        drain_signals(k);
        reap(k);
    }
}

void keeper_main(int fd, const struct keeper_spawn *spawn)
{
    struct keeping k = {.fd = fd, .signals = -1, .spawn = *spawn};
    char go;
    prctl(PR_SET_NAME, "drainctl-keeper");
    setsid();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    keep_own_descriptors(&k);

    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    signal(SIGCHLD, SIG_DFL); /* ignored, it would take the exit status away */
    k.signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    lift(&k.signals);

    k.root = start_target(&k);
    if (k.root == 0)
        _exit(0);
    close(k.spawn.out_fd);
    close(k.spawn.err_fd);
    for (int i = 0; i < KEEPER_EXTRA; i++)
        if (k.spawn.extra[i] >= 0)
            close(k.spawn.extra[i]);
    tell(&k, KEEPER_STARTED, 0, k.root);
    if (recv(k.fd, &go, 1, 0) == 1 && go == 'g')
        watch(&k);
    kill_all(&k);
    _exit(0);
}
