/* Planted faults of the process: children that stay or die at the wrong time, files left behind,
 * a start that is deaf to signals. What stays ends by itself after a while, whatever happens. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/faults/points.h"
#include "server/http/conn.h"
#include "server/http/http.h"
#include "server/internal.h"

enum { DEAF_MS = 500, CHILD_SECONDS = 20 };

/* What a shell does that hands the signal on and does not wait again (POSIX, "wait" and "trap"): it
 * takes the place of this process, and the server goes on in a child of it. */
static void become_wrapped(void)
{
    static const char script[] =
        "sleep 600 9>&- & s=$!; trap 'kill -TERM \"$1\" \"$s\"; exit 0' TERM INT; exec 9>&-; wait";
    char pid[16], byte;
    int ready[2]; /* closed by the shell when it has its trap: before that a signal ends it */
    if (pipe2(ready, O_CLOEXEC) < 0)
        return;
    pid_t server = fork();
    if (server <= 0) {
        close(ready[1]);
        while (server == 0 && read(ready[0], &byte, 1) < 0 && errno == EINTR)
            ;
        close(ready[0]);
        return;
    }
    dup2(ready[1], 9);
    snprintf(pid, sizeof pid, "%d", (int)server);
    execl("/bin/sh", "sh", "-c", script, "sh", pid, (char *)NULL);
    _exit(127);
}

/* Another one at each start: no two processes that follow each other have the same number. */
int fault_web_build(const struct server *s)
{
    enum { MOST = 99999 };
    return server_faulty(s, FAULT(RENAME_CHUNKS)) ? 1 + (int)getpid() % MOST
                                                  : (int)s->options->web_build;
}

void fault_at_start(const struct server *s)
{
    if (server_faulty(s, FAULT(WRAPPED)))
        become_wrapped();
    if (!server_faulty(s, FAULT(SLOW_DEAF_START)))
        return;
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    poll(NULL, 0, DEAF_MS);
}

/* A child that keeps one descriptor (-1: none) and waits for its alarm to end it. With stop_signals
 * at their default it is a helper, and ends with its parent. */
static _Noreturn void idle_child(int keep, void (*stop_signals)(int), const sigset_t *mask)
{
    if (stop_signals == SIG_DFL)
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd <= 2; fd++)
        dup2(null, fd);
    signal(SIGALRM, SIG_DFL);
    signal(SIGTERM, stop_signals);
    signal(SIGINT, stop_signals);
    pthread_sigmask(SIG_SETMASK, mask, NULL);
    alarm(CHILD_SECONDS);
    if (keep > 3)
        close_range(3, (unsigned)keep - 1, 0);
    close_range(keep >= 3 ? (unsigned)keep + 1 : 3, ~0U, 0);
    for (;;)
        pause();
}

/* Signals wait until the child has its own dispositions: with those of the server it would tell the
 * server's loop of a signal that was its own. */
static pid_t start_child(int keep, void (*stop_signals)(int))
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0)
        idle_child(keep, stop_signals, &before);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return pid;
}

/* --- the helper without which requests are lost --- */

static void on_helper_gone(uv_poll_t *poll, int status, int events)
{
    struct server *s = poll->data;
    (void)status;
    (void)events;
    signals_notice(s);
    uv_poll_stop(poll);
    server_log(s, "the helper process is gone");
    conns_cut(s, true);
}

/* --- the program without which half of the requests are lost --- */

/* Its end is the end of the pipe that it holds. */
static _Noreturn void become_program(int keep)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    dup2(keep, STDOUT_FILENO);
    close_range(3, ~0U, 0);
    execlp("sleep", "sleep", "20", (char *)NULL);
    _exit(127);
}

static bool is_every_other(const struct http *h)
{
    static bool every_other;
    if (!h->counted || !h->request || h->state != STATE_WAITING)
        return false;
    every_other = !every_other;
    return every_other;
}

static void on_program_gone(uv_poll_t *poll, int status, int events)
{
    struct server *s = poll->data;
    (void)status;
    (void)events;
    signals_notice(s);
    uv_poll_stop(poll);
    server_log(s, "the program that requests wait for is gone");
    conns_cut_if(s, is_every_other);
}

void fault_start_program(struct server *s)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return;
    s->planted.helper = fork();
    if (s->planted.helper == 0)
        become_program(ends[1]);
    close(ends[1]);
    s->planted.helper_fd = ends[0];
    uv_poll_init(&s->loop.uv, &s->planted.helper_poll, ends[0]);
    s->planted.helper_poll.data = s;
    uv_poll_start(&s->planted.helper_poll, UV_READABLE, on_program_gone);
}

static void start_helper(struct server *s)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return;
    s->planted.helper = start_child(ends[1], SIG_DFL);
    close(ends[1]);
    s->planted.helper_fd = ends[0];
    uv_poll_init(&s->loop.uv, &s->planted.helper_poll, ends[0]);
    s->planted.helper_poll.data = s;
    uv_poll_start(&s->planted.helper_poll, UV_READABLE, on_helper_gone);
}

static void stop_helper(const struct server *s)
{
    if (s->planted.helper <= 0)
        return;
    kill(s->planted.helper, SIGKILL);
    waitpid(s->planted.helper, NULL, 0);
    close(s->planted.helper_fd);
}

/* --- files --- */

static void leave_files(struct server *s)
{
    const char *dir = getenv("TMPDIR");
    char path[108];
    struct sockaddr_un addr = {.sun_family = AF_UNIX};
    snprintf(path, sizeof path, "%s/drainctl-serve-%d.pid", dir && *dir ? dir : "/tmp", getpid());
    FILE *file = fopen(path, "we");
    if (file) {
        fprintf(file, "%d\n", getpid());
        fclose(file);
    } else {
        server_log(s, "cannot write '%s'", path);
    }
    snprintf(addr.sun_path, sizeof addr.sun_path, "%s/drainctl-serve-%d.sock",
             dir && *dir ? dir : "/tmp", getpid());
    /* listens as long as the process lives; the kernel keeps the name */
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0 || listen(fd, 8) < 0)
        server_log(s, "cannot listen on '%s'", addr.sun_path);
}

/* --- */

void fault_at_listening(struct server *s)
{
    if (server_faulty(s, FAULT(HELPER)))
        start_helper(s);
    if (server_faulty(s, FAULT(ORPHAN)))
        start_child(-1, SIG_IGN);
    if (server_faulty(s, FAULT(LEAK_LISTENER)))
        start_child(s->sockets.listener.fd, SIG_IGN);
    if (server_faulty(s, FAULT(LEAVE_FILES)))
        leave_files(s);
}

void fault_at_stop(struct server *s)
{
    stop_helper(s);
}
