/* drainctl stop: stop what `drainctl serve --background` has started. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/signame.h"
#include "cli/command.h"
#include "session/pidfile.h"
#include "process/pidfd.h"

static const char *pid_path = PIDFILE_DEFAULT;
static int signo = SIGTERM;
static int64_t timeout_ns = 30 * NS_PER_S;
static bool quiet;

static const struct option options[] = {
    OPT_FILE(0, "pid-file", &pid_path, "FILE",
             "the pid file that it was started with (" PIDFILE_DEFAULT ")"),
    OPT_SIGNAL('s', "signal", &signo, "what to send (SIGTERM)"),
    OPT_DURATION('t', "timeout", &timeout_ns, "how long to wait for its end (30s)"),
    OPT_FLAG('q', "quiet", &quiet, "print nothing"),
    {0},
};

static int find(pid_t *pid, struct error *err)
{
    *pid = pidfile_holder(pid_path, err);
    if (*pid > 0)
        return 0;
    if (*pid < 0)
        return -1;
    bool there = access(pid_path, F_OK) == 0;
    error_set(err, ERROR_RUN,
              there ? "no process holds the pid file '%s': it has ended already"
                    : "there is no pid file '%s'",
              pid_path);
    return error_hint(err,
                      "'drainctl serve --background' makes one; --pid-file FILE names another");
}

/* Wait until the process has exited: a pidfd is readable then. 0: it has not, within the time. */
static int wait_exit(int fd, int64_t until_ns)
{
    struct pollfd exited = {.fd = fd, .events = POLLIN};
    int n;
    do {
        int64_t left = until_ns - clock_ns();
        n = poll(&exited, 1, left > 0 ? (int)((left + NS_PER_MS - 1) / NS_PER_MS) : 0);
    } while (n < 0 && errno == EINTR);
    return n > 0;
}

static int stop(pid_t pid, struct error *err)
{
    int fd = pidfd_of(pid);
    int64_t from = clock_ns();
    int rc = fd < 0 ? fd : pidfd_signal(fd, signo);
    if (rc == -ESRCH) {
        error_set(err, ERROR_RUN, "process %d has ended already", (int)pid);
    } else if (rc < 0) {
        error_set_errno(err, ERROR_RUN, -rc, "cannot signal process %d", (int)pid);
    } else if (!wait_exit(fd, from + timeout_ns)) {
        error_set(err, ERROR_RUN, "process %d still runs %s after %s", (int)pid,
                  DURATION_WORDS(timeout_ns), signame_name(signo));
        error_hint(err, "'drainctl stop --signal KILL' ends it at once");
    } else if (!quiet) {
        printf("process %d stopped after %s\n", (int)pid, DURATION_HUMAN(clock_ns() - from));
    }
    if (fd >= 0)
        close(fd);
    return err->kind ? -1 : 0;
}

static int run(int argc, char **argv, struct error *err)
{
    pid_t pid;
    (void)argc;
    (void)argv;
    return find(&pid, err) < 0 || stop(pid, err) < 0 ? EXIT_INCONCLUSIVE : EXIT_PASSED;
}

extern const struct command cmd_stop;
const struct command cmd_stop = {
    .name = "stop",
    .args = "[OPTIONS]",
    .summary = "stop a server that was started with 'serve --background'",
    .about = "Signals the process that holds the pid file and waits until it has exited. A stale "
             "file, or a pid that another process has got since, is never mistaken for it. The "
             "exit status is 0 when it has stopped, 3 when nothing runs there or it still runs.",
    .examples = "  port=$(drainctl serve --background -q)\n"
                "  curl \"http://127.0.0.1:$port/ready\"\n"
                "  drainctl stop\n",
    .options = options,
    .exits = EXITS_STOP,
    .run = run,
};
