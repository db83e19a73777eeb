/* The sockets that a process holds (proc(5), /proc/PID/fd). */
#include "process/dependencies_int.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

void held_add(struct held_sockets *all, pid_t pid)
{
    char path[64], link[64];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *dir = opendir(path);
    if (!dir)
        return;
    for (struct dirent *d; (d = readdir(dir));) {
        unsigned inode;
        ssize_t n = readlinkat(dirfd(dir), d->d_name, link, sizeof link - 1);
        link[n > 0 ? n : 0] = '\0';
        if (sscanf(link, "socket:[%u]", &inode) == 1 && all->count < SOCKETS_MOST)
            all->sockets[all->count++] = (struct held_socket){inode, pid};
    }
    closedir(dir);
}

pid_t held_by(const struct held_sockets *held, uint32_t inode)
{
    for (int i = 0; i < held->count; i++)
        if (held->sockets[i].inode == inode)
            return held->sockets[i].pid;
    return 0;
}
