/* Our half of the keeper: start it, talk to it, reap it. */
#include "process/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "process/pidfd.h"

static int start_error(struct error *err, const struct keeper_spawn *spawn,
                       const struct keeper_message *m)
{
    static const struct {
        int errnum;
        const char *hint;
    } hints[] = {
        {ENOENT, "it is neither a file nor a command in PATH, or its interpreter is missing"},
        {EACCES, "it is not executable: chmod +x, or name its interpreter first"},
        {ENOEXEC, "it is not a program: has the script a '#!' line"},
        {EMFILE, "raise the limit on open files: ulimit -n"},
        {EAGAIN, "the limit on processes is reached: ulimit -u"},
    };
    if (m->stage == KEEPER_STAGE_CWD)
        return error_set_errno(err, ERROR_RUN, m->value, "cannot start '%s' in '%s'",
                               spawn->argv[0], spawn->cwd);
    if (m->stage == KEEPER_STAGE_NAMESPACE) {
        error_set_errno(err, ERROR_RUN, m->value, "this machine does not allow a PID namespace");
        return error_hint(err, "run it as root, allow user namespaces, or leave 'pid1' out");
    }
    error_set_errno(err, ERROR_RUN, m->value, "cannot start '%s'", spawn->argv[0]);
    for (size_t i = 0; i < ARRAY_LEN(hints); i++)
        if (hints[i].errnum == m->value)
            error_hint(err, "%s", hints[i].hint);
    return -1;
}

/* A signal between fork and the keeper's own set-up would run our handlers in it, and those write
 * to a pipe that both share: keep them all back. */
static pid_t fork_quietly(int theirs, const struct keeper_spawn *spawn)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0)
        keeper_main(theirs, spawn);
    int saved = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = saved;
    return pid;
}

static int fail(struct keeper *k, const struct keeper_spawn *spawn, struct error *err, int errnum)
{
    struct keeper_message m = {KEEPER_FAILED, KEEPER_STAGE_FORK, errnum};
    keeper_finish(k);
    keeper_reap(k);
    return start_error(err, spawn, &m);
}

int keeper_start(struct keeper *k, const struct keeper_spawn *spawn, pid_t *pid, int *pidfd,
                 struct error *err)
{
    int ends[2];
    *k = (struct keeper){.fd = -1};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return fail(k, spawn, err, errno);
    k->pid = fork_quietly(ends[1], spawn);
    int failed = k->pid < 0 ? errno : 0;
    close(ends[1]);
    k->fd = ends[0];
    if (failed) {
        k->pid = 0;
        return fail(k, spawn, err, failed);
    }

    struct keeper_message m;
    if (keeper_read(k, &m) != 1)
        return fail(k, spawn, err, ECHILD);
    if (m.what == KEEPER_FAILED) {
        keeper_reap(k);
        return start_error(err, spawn, &m);
    }
    *pid = m.value;
    /* it reaps nothing until we say "go", so this pid is still the target's */
    *pidfd = pidfd_of(*pid);
    /* without pidfds (valgrind, old seccomp filters) it goes by pid and the keeper's word */
    if (*pidfd < 0 && *pidfd != -ENOSYS && *pidfd != -EPERM)
        return fail(k, spawn, err, -*pidfd);
    send(k->fd, "g", 1, MSG_NOSIGNAL);
    fcntl(k->fd, F_SETFL, fcntl(k->fd, F_GETFL) | O_NONBLOCK);
    return 0;
}

int keeper_read(struct keeper *k, struct keeper_message *message)
{
    ssize_t n;
    do
        n = recv(k->fd, message, sizeof *message, 0);
    /* it exits without having read our last word: the kernel tells that first, and then what it
     * said
     */
    while (n < 0 && (errno == EINTR || errno == ECONNRESET));
    if (n == (ssize_t)sizeof *message)
        return 1;
    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? -EAGAIN : 0;
}

void keeper_finish(struct keeper *k)
{
    if (k->fd >= 0)
        send(k->fd, "k", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int keeper_reap(struct keeper *k)
{
    int status = 0;
    if (k->fd >= 0)
        close(k->fd);
    k->fd = -1;
    if (k->pid > 0)
        while (waitpid(k->pid, &status, 0) < 0 && errno == EINTR)
            ;
    k->pid = 0;
    return WIFEXITED(status) && WEXITSTATUS(status) == 1;
}
