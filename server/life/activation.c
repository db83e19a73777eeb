#include "server/life/activation.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/whole.h"
#include "server/internal.h"

enum { FIRST_FD = 3 }; /* SD_LISTEN_FDS_START */

static int number(const char *name)
{
    int64_t n = 0;
    whole_parse(getenv(name), 1, (1 << 22) - 1, &n);
    return (int)n;
}

static int option_of(int fd, int option)
{
    int value = 0;
    socklen_t size = sizeof value;
    return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

static bool is_listening_tcp(int fd)
{
    int family = option_of(fd, SO_DOMAIN);
    return (family == AF_INET || family == AF_INET6) && option_of(fd, SO_TYPE) == SOCK_STREAM &&
           option_of(fd, SO_ACCEPTCONN) == 1;
}

static int take(struct server *s, int fd, bool control, struct error *err)
{
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    if (!is_listening_tcp(fd)) {
        error_set(err, ERROR_RUN, "descriptor %d of LISTEN_FDS is no listening TCP socket", fd);
        return error_hint(err, "the socket unit needs 'ListenStream=ADDRESS:PORT' and 'Accept=no'");
    }
    if (control && s->options->at.control_port < 0) {
        error_set(err, ERROR_RUN, "LISTEN_FDS has a control socket, and there is no control port");
        return error_hint(err, "add '--control 0'");
    }
    if (s->sockets.given.fd[control] >= 0) {
        error_set(err, ERROR_RUN, "LISTEN_FDS has two sockets for one port");
        return error_hint(err,
                          "one is served; 'FileDescriptorName=control' names the control port");
    }
    s->sockets.given.fd[control] = fd;
    return 0;
}

/* The next of the names between colons; an empty one when there are no more. */
static bool next_is_control(const char **names)
{
    size_t len = strcspn(*names, ":");
    bool control = len == strlen("control") && strncmp(*names, "control", len) == 0;
    *names += len + ((*names)[len] == ':');
    return control;
}

int activation_take(struct server *s, struct error *err)
{
    int n = number("LISTEN_FDS"), rc = 0;
    const char *names = getenv("LISTEN_FDNAMES");
    if (n == 0 || number("LISTEN_PID") != (int)getpid())
        return 0;
    names = names ? names : "";
    for (int i = 0; i < n && rc == 0; i++)
        rc = take(s, FIRST_FD + i, next_is_control(&names), err);
    s->sockets.given.kept = s->sockets.given.fd[0] >= 0;
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDNAMES");
    return rc;
}
