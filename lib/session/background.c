#include "session/background.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ending.h"
#include "base/fds.h"

enum { LINES_FD = 3, FAIL_FD = 4, FIRST_UNUSED = 5 };

/* Pipes are made with their numbers well above those that they get in the child. */
static int high_pipe(int ends[2])
{
    int low[2];
    if (pipe2(low, O_CLOEXEC) < 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, FIRST_UNUSED);
        close(low[i]);
    }
    return ends[0] < 0 || ends[1] < 0 ? -1 : 0;
}

/* Standard streams to where their end is not waited for, and no other descriptor left. */
static void let_go(struct background *b, int log_fd, const int lines[2], const int fail[2])
{
    int null = open("/dev/null", O_RDWR);
    setsid();
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(log_fd >= 0 ? log_fd : null, STDERR_FILENO);
    dup2(lines[1], LINES_FD);
    dup2(fail[1], FAIL_FD);
    fds_close_from(FIRST_UNUSED);
    fds_cloexec_from(LINES_FD);
    b->lines = fdopen(LINES_FD, "w");
    b->fail_fd = FAIL_FD;
}

static int open_log(const char *log, int *fd, struct error *err)
{
    *fd = -1;
    if (!log)
        return 0;
    *fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (*fd < 0)
        return error_set_errno(err, ERROR_RUN, errno, "cannot write the log '%s'", log);
    int high = fcntl(*fd, F_DUPFD_CLOEXEC, FIRST_UNUSED);
    close(*fd);
    *fd = high;
    return 0;
}

int background_fork(struct background *b, const char *log, struct error *err)
{
    int lines[2], fail[2], log_fd;
    *b = (struct background){.fail_fd = -1};
    if (open_log(log, &log_fd, err) < 0)
        return -1;
    if (high_pipe(lines) < 0 || high_pipe(fail) < 0)
        return error_set_errno(err, ERROR_RUN, errno, "cannot make a pipe");
    fflush(NULL);
    b->pid = fork();
    if (b->pid < 0)
        return error_set_errno(err, ERROR_RUN, errno, "cannot fork");
    if (b->pid == 0) {
        let_go(b, log_fd, lines, fail);
        return 0;
    }
    close(lines[1]);
    close(fail[1]);
    if (log_fd >= 0)
        close(log_fd);
    b->lines = fdopen(lines[0], "r");
    b->fail_fd = fail[0];
    return 0;
}

/* Both ends are the same program: the struct can travel as it is. */
void background_failed(struct background *b, const struct error *why)
{
    (void)fds_write_all(b->fail_fd, why, sizeof *why);
}

static int why_it_ended(struct background *b, struct error *err)
{
    int status = 0;
    ssize_t n = read(b->fail_fd, err, sizeof *err);
    while (waitpid(b->pid, &status, 0) < 0 && errno == EINTR)
        ;
    b->pid = -1;
    if (n == (ssize_t)sizeof *err)
        return -1;
    char how[ENDING_SIZE];
    return error_set(err, ERROR_RUN, "the server %s before it listened",
                     ending_say_status(how, sizeof how, status));
}

int background_line(struct background *b, char *line, size_t size, struct error *err)
{
    if (!fgets(line, (int)size, b->lines))
        return why_it_ended(b, err);
    line[strcspn(line, "\n")] = '\0';
    return 0;
}

void background_leave(struct background *b)
{
    fclose(b->lines);
    close(b->fail_fd);
}

void background_end(struct background *b)
{
    if (b->pid > 0 && kill(b->pid, SIGTERM) == 0)
        while (waitpid(b->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    background_leave(b);
}
