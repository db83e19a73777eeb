#include "demo/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fds.h"
#include "base/mem.h"
#include "process/pidfd.h"

/* Descriptors are made well above the numbers that they get in the child. */
enum { LEDGER_FD = 3, FIRST_UNUSED = 4, HIGH = 16, MAX_LINE = 64 << 10 };

/* --- lines --- */

static void on_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *out)
{
    static char scratch[16 << 10];
    (void)handle;
    (void)wanted;
    *out = uv_buf_init(scratch, sizeof scratch);
}

static void give_lines(struct child_pipe *p)
{
    char *end;
    struct child *c = p->child;
    while (p->text.len > 0 && (end = memchr(p->text.data, '\n', p->text.len))) {
        *end = '\0';
        c->events->line(c, (enum child_stream)(p - c->pipes), p->text.data);
        buf_consume(&p->text, (size_t)(end - p->text.data) + 1);
    }
    if (p->text.overflow)
        buf_reset(&p->text); /* a line of 64 KiB is none of ours */
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *b)
{
    struct child_pipe *p = stream->data;
    if (n < 0) {
        uv_close((uv_handle_t *)stream, NULL);
        return;
    }
    buf_add(&p->text, b->base, (size_t)n);
    give_lines(p);
}

/* What it has written and what is not read yet: its last words come before its end. */
static void read_rest(struct child_pipe *p)
{
    char text[4 << 10];
    uv_os_fd_t fd;
    ssize_t n;
    if (uv_is_closing((uv_handle_t *)&p->pipe) || uv_fileno((uv_handle_t *)&p->pipe, &fd) < 0)
        return;
    while ((n = read(fd, text, sizeof text)) > 0) {
        buf_add(&p->text, text, (size_t)n);
        give_lines(p);
    }
}

/* --- its end --- */

static void on_exit_seen(uv_poll_t *poll, int status, int events)
{
    struct child *c = poll->data;
    int how;
    (void)status;
    (void)events;
    if (waitpid(c->pid, &how, WNOHANG) != c->pid)
        return;
    c->running = false;
    uv_close((uv_handle_t *)poll, NULL);
    for (int i = 0; i < CHILD_STREAMS; i++)
        read_rest(&c->pipes[i]);
    if (WIFSIGNALED(how))
        c->events->exited(c, -1, WTERMSIG(how));
    else
        c->events->exited(c, WEXITSTATUS(how), 0);
}

/* --- its beginning --- */

static int high_pipe(int ends[2])
{
    int low[2];
    if (pipe2(low, O_CLOEXEC) < 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, HIGH);
        close(low[i]);
    }
    return ends[0] < 0 || ends[1] < 0 ? -1 : 0;
}

/* Between fork and exec: system calls only. */
static void become(const char *program, char *const *argv, const int write_ends[CHILD_STREAMS],
                   pid_t parent)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_FAILURE);
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    dup2(null, STDIN_FILENO);
    dup2(write_ends[CHILD_OUT], STDOUT_FILENO);
    dup2(write_ends[CHILD_LOG], STDERR_FILENO);
    dup2(write_ends[CHILD_LEDGER], LEDGER_FD);
    fds_cloexec_from(FIRST_UNUSED);
    execv(program, argv);
    _exit(EXIT_FAILURE);
}

static void begin_reading(uv_loop_t *loop, struct child *c, const int read_ends[CHILD_STREAMS])
{
    for (int i = 0; i < CHILD_STREAMS; i++) {
        struct child_pipe *p = &c->pipes[i];
        p->child = c;
        buf_init(&p->text, MAX_LINE);
        uv_pipe_init(loop, &p->pipe, 0);
        p->pipe.data = p;
        uv_pipe_open(&p->pipe, read_ends[i]);
        uv_read_start((uv_stream_t *)&p->pipe, on_alloc, on_read);
    }
    c->exit_poll.data = c;
    uv_poll_init(loop, &c->exit_poll, c->pidfd);
    uv_poll_start(&c->exit_poll, UV_READABLE, on_exit_seen);
}

static struct child *started(uv_loop_t *loop, pid_t pid, const int read_ends[CHILD_STREAMS],
                             const struct child_events *events, struct error *err)
{
    int pidfd = pidfd_of(pid);
    if (pidfd < 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        error_set_errno(err, ERROR_RUN, -pidfd, "the server cannot be watched");
        return NULL;
    }
    struct child *c = MEM_NEW(struct child);
    c->events = events;
    c->pid = pid;
    c->pidfd = pidfd;
    c->running = true;
    begin_reading(loop, c, read_ends);
    return c;
}

static void close_all(const int *fds)
{
    for (int i = 0; i < CHILD_STREAMS; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

struct child *child_start(uv_loop_t *loop, const char *program, char *const *argv,
                          const struct child_events *events, struct error *err)
{
    int read_ends[CHILD_STREAMS] = {-1, -1, -1}, write_ends[CHILD_STREAMS] = {-1, -1, -1};
    struct child *c = NULL;
    bool made = true;
    for (int i = 0, ends[2]; made && i < CHILD_STREAMS; i++) {
        made = high_pipe(ends) == 0;
        read_ends[i] = made ? ends[0] : -1;
        write_ends[i] = made ? ends[1] : -1;
    }
    pid_t parent = getpid(), pid = made ? _Fork() : -1; /* not fork(): see keeper_main_linux.c */
    if (pid == 0)
        become(program, argv, write_ends, parent);
    if (pid < 0)
        error_set_errno(err, ERROR_RUN, errno, "the server could not be started");
    else
        c = started(loop, pid, read_ends, events, err);
    close_all(write_ends);
    if (!c)
        close_all(read_ends);
    return c;
}

void child_signal(struct child *c, int signo)
{
    if (c->running)
        pidfd_signal(c->pidfd, signo);
}

void child_free(struct child *c)
{
    if (c->running) {
        child_signal(c, SIGKILL);
        waitpid(c->pid, NULL, 0);
    }
    close(c->pidfd);
    for (int i = 0; i < CHILD_STREAMS; i++)
        buf_free(&c->pipes[i].text);
    free(c);
}
