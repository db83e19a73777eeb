/* A PID namespace for the target (pid_namespaces(7), user_namespaces(7)). The keeper itself stays
 * where it is: only its next child begins the new namespace. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fds.h"
#include "process/keeper.h"

static int write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int rc = fds_write_all(fd, text, strlen(text)) < 0 ? -errno : 0;
    close(fd);
    return rc;
}

/* The one user it has keeps its number; the kernel wants setgroups(2) given up for that. */
static int map_user(uid_t uid, gid_t gid)
{
    char line[64];
    snprintf(line, sizeof line, "%u %u 1", uid, uid);
    int rc = write_file("/proc/self/uid_map", line);
    if (rc == 0)
        rc = write_file("/proc/self/setgroups", "deny");
    snprintf(line, sizeof line, "%u %u 1", gid, gid);
    return rc < 0 ? rc : write_file("/proc/self/gid_map", line);
}

int namespace_for_child(void)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();
    if (unshare(CLONE_NEWPID) == 0)
        return 0;
    if (errno != EPERM || unshare(CLONE_NEWUSER | CLONE_NEWPID) < 0)
        return -errno;
    return map_user(uid, gid);
}
