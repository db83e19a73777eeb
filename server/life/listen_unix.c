/* Listening at a Unix socket (unix(7)). Its file is what clients go by: without it no client
 * connects any more, and who has connected stays in the queue. So it goes first. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/unix_address.h"
#include "server/internal.h"

static int socket_fd(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd < 0 ? -errno : fd;
}

/* A socket file outlives its server: connect(2) is refused then. */
static bool is_stale(const char *path, const struct resolved *at)
{
    struct stat st;
    int fd = socket_fd();
    bool refused = fd >= 0 && connect(fd, (const struct sockaddr *)&at->at, at->len) < 0 &&
                   errno == ECONNREFUSED;
    if (fd >= 0)
        close(fd);
    return refused && lstat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static int bind_to(const char *path, const struct resolved *at)
{
    int fd = socket_fd();
    if (fd < 0)
        return fd;
    int rc = bind(fd, (const struct sockaddr *)&at->at, at->len);
    if (rc < 0 && errno == EADDRINUSE && is_stale(path, at) && unlink(path) == 0)
        rc = bind(fd, (const struct sockaddr *)&at->at, at->len);
    if (rc == 0 && listen(fd, LISTENER_BACKLOG) == 0)
        return fd;
    int errnum = errno ? errno : EADDRINUSE;
    close(fd);
    return -errnum;
}

int listener_open_unix(struct listener *l, struct server *s, const char *path, struct error *err)
{
    struct unix_address a = {0};
    struct resolved at;
    struct stat st;
    if (strlen(path) >= sizeof a.path)
        return error_set(err, ERROR_RUN,
                         "the path '%.40s...' is longer than a Unix socket's may be", path);
    snprintf(a.path, sizeof a.path, "%s", path);
    unix_address_resolve(&a, &at);
    int fd = bind_to(path, &at);
    if (fd < 0) {
        error_set_errno(err, ERROR_RUN, -fd, "cannot listen on the Unix socket '%s'", path);
        return fd == -EADDRINUSE ? error_hint(err, "another process listens there") : -1;
    }
    listener_begin(l, s, fd, false);
    l->at.path = path;
    if (fstat(fd, &st) == 0)
        l->at.inode = (uint32_t)st.st_ino;
    if (lstat(path, &st) == 0) {
        l->at.file = st.st_ino;
        l->at.dev = st.st_dev;
        l->bound = true;
    }
    return 0;
}
