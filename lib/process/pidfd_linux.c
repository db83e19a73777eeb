/* glibc 2.36 has wrappers for these; the system calls are older than that (Linux 5.1 and 5.3). */
#include "process/pidfd.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int pidfd_of(pid_t pid)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    return fd < 0 ? -errno : fd;
}

/* struct pidfd_info of <linux/pidfd.h>, which is younger than the systems we build on. */
struct info {
    uint64_t mask, cgroup;
    uint32_t pid, tgid, ppid, ids[8];
    int32_t exit_code;
    uint32_t coredump[2];
};

enum { INFO_EXIT = 1 << 3 };

int pidfd_exit_status(int pidfd, int *status)
{
    struct info info = {.mask = INFO_EXIT};
    if (ioctl(pidfd, _IOWR(0xFF, 11, struct info), &info) < 0) /* ESRCH: it is being reaped */
        return errno == ESRCH ? 0 : -errno;
    *status = info.exit_code;
    return (info.mask & INFO_EXIT) != 0;
}

int pidfd_signal(int pidfd, int signo)
{
    return syscall(SYS_pidfd_send_signal, pidfd, signo, NULL, 0) < 0 ? -errno : 0;
}
