/* One process through /proc (proc(5)). */
#include "process/proc_info.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/mem.h"

enum { CMDLINE_BYTES = 65536, STATUS_BYTES = 8192 };

/* Read /proc/PID/NAME, NUL-terminated; the length, or -1. */
static ssize_t read_file(pid_t pid, const char *name, char *out, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    size_t len = 0;
    ssize_t n;
    while (len < size - 1 && (n = read(fd, out + len, size - 1 - len)) > 0)
        len += (size_t)n;
    close(fd);
    out[len] = '\0';
    return (ssize_t)len;
}

const char *proc_name(pid_t pid, char *out, size_t size)
{
    if (read_file(pid, "comm", out, size) <= 0)
        snprintf(out, size, "?");
    out[strcspn(out, "\n")] = '\0';
    return out;
}

char *proc_arguments(pid_t pid, size_t *len)
{
    char *text = mem_zero(1, CMDLINE_BYTES);
    ssize_t n = read_file(pid, "cmdline", text, CMDLINE_BYTES);
    *len = n > 0 ? (size_t)n : 0;
    return text;
}

char *proc_command(pid_t pid)
{
    size_t len;
    char *text = proc_arguments(pid, &len);
    while (len > 0 && text[len - 1] == '\0')
        len--;
    for (size_t i = 0; i < len; i++)
        if (text[i] == '\0')
            text[i] = ' ';
    if (len > 0)
        return text;
    free(text);
    char name[32];
    return mem_printf("[%s]", proc_name(pid, name, sizeof name));
}

static bool is_ours(pid_t pid)
{
    char path[64];
    struct stat st;
    snprintf(path, sizeof path, "/proc/%d", (int)pid);
    return stat(path, &st) == 0 && st.st_uid == geteuid();
}

bool proc_zombie_status(pid_t pid, int *status)
{
    enum { EXIT_CODE = 52 - 3 }; /* blanks between the state, field 3, and it */
    char text[1024];
    if (read_file(pid, "stat", text, sizeof text) <= 0)
        return false;
    const char *p = strrchr(text, ')'); /* the name before it may hold anything */
    if (!p || p[1] != ' ' || p[2] != 'Z')
        return false;
    p += 2;
    for (int i = 0; p && i < EXIT_CODE; i++)
        p = strchr(p + 1, ' ');
    if (!p)
        return false;
    *status = (int)strtol(p, NULL, 10);
    return *status != 0 || is_ours(pid);
}

/* Does this link of a folder "fd" lead to the socket? */
static bool leads_to(int dir, const char *name, uint32_t inode)
{
    char want[64], link[64];
    snprintf(want, sizeof want, "socket:[%u]", inode);
    ssize_t n = readlinkat(dir, name, link, sizeof link - 1);
    if (n <= 0)
        return false;
    link[n] = '\0';
    return strcmp(link, want) == 0;
}

int proc_descriptor_of(pid_t pid, uint32_t inode)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *dir = opendir(path);
    if (!dir)
        return -1;
    int fd = -1;
    for (struct dirent *d; fd < 0 && (d = readdir(dir));)
        if (leads_to(dirfd(dir), d->d_name, inode))
            fd = (int)strtol(d->d_name, NULL, 10);
    closedir(dir);
    return fd;
}

bool proc_descriptor_is(pid_t pid, int fd, uint32_t inode)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
    return leads_to(AT_FDCWD, path, inode);
}

bool proc_holds_socket(pid_t pid, uint32_t inode)
{
    return proc_descriptor_of(pid, inode) >= 0;
}

pid_t proc_tree_socket_owner(const struct proc_tree *t, pid_t first, uint32_t inode)
{
    if (inode == 0)
        return 0;
    if (proc_tree_has(t, first) && proc_holds_socket(first, inode))
        return first;
    for (int i = 0; i < t->count; i++)
        if (proc_holds_socket(t->procs[i].pid, inode))
            return t->procs[i].pid;
    return 0;
}

/* Is signo in the mask on the line "SigXxx:\t0123456789abcdef"? */
static bool in_mask(const char *status, const char *line, int signo)
{
    const char *s = strstr(status, line);
    if (!s)
        return false;
    unsigned long long mask = strtoull(s + strlen(line), NULL, 16);
    return mask >> (signo - 1) & 1;
}

static enum disposition look_at_masks(pid_t pid, int signo)
{
    static const struct {
        const char *line;
        enum disposition is;
    } rows[] = {
        {"\nSigIgn:\t", DISPOSITION_IGNORED},
        {"\nSigCgt:\t", DISPOSITION_CAUGHT},
        {"\nSigBlk:\t", DISPOSITION_BLOCKED},
    };
    char status[STATUS_BYTES];
    if (signo < 1 || signo > 64 || read_file(pid, "status", status, sizeof status) <= 0)
        return DISPOSITION_UNKNOWN;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (in_mask(status, rows[i].line, signo))
            return rows[i].is;
    return DISPOSITION_DEFAULT;
}

/* While a thread is being made, glibc and Go block every signal for some ten microseconds: that
 * says nothing about the program, and a second look finds it gone. */
enum disposition proc_signal_disposition(pid_t pid, int signo)
{
    enum { LOOKS = 10 };
    enum disposition is = DISPOSITION_BLOCKED;
    for (int i = 0; i < LOOKS && is == DISPOSITION_BLOCKED; i++)
        is = look_at_masks(pid, signo);
    return is;
}
