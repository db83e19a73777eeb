#include "base/fds.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>
#include <linux/close_range.h>

void fds_cloexec_from(int lowest)
{
    if (close_range((unsigned)lowest, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
        return;
    /* kernels before 5.11 */
    long max = sysconf(_SC_OPEN_MAX);
    for (int fd = lowest; fd < max; fd++) {
        int flags = fcntl(fd, F_GETFD);
        if (flags >= 0)
            fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
    }
}

void fds_close_from(int lowest)
{
    if (close_range((unsigned)lowest, ~0U, 0) == 0)
        return;
    long max = sysconf(_SC_OPEN_MAX);
    for (int fd = lowest; fd < max; fd++)
        close(fd);
}

static struct rlimit first;

void fds_first_limit(struct rlimit *out)
{
    if (first.rlim_max == 0)
        getrlimit(RLIMIT_NOFILE, &first);
    *out = first;
}

long fds_raise_limit(void)
{
    struct rlimit limit;
    fds_first_limit(&limit);
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return 1024;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        getrlimit(RLIMIT_NOFILE, &limit);
    return (long)limit.rlim_cur;
}

void fds_fill_stdio(void)
{
    int fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = dup(fd);
    if (fd > STDERR_FILENO)
        close(fd);
}

int fds_write_all(int fd, const void *data, unsigned long len)
{
    const char *p = data;
    while (len > 0) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            struct pollfd pfd = {.fd = fd, .events = POLLOUT};
            poll(&pfd, 1, -1);
            continue;
        }
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        p += n;
        len -= (unsigned long)n;
    }
    return 0;
}
