/* What processes hold, counted through /proc (proc(5)). */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "process/proc_info.h"

int64_t proc_descriptors(pid_t pid)
{
    char path[64];
    int64_t n = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *dir = opendir(path);
    if (!dir)
        return -1;
    for (struct dirent *d; (d = readdir(dir));)
        n += d->d_name[0] != '.';
    closedir(dir);
    return n;
}

/* The text behind `key` in /proc/PID/NAME; false when there is none. */
static bool find_line(pid_t pid, const char *name, const char *key, char *out, size_t size)
{
    char path[64], line[512];
    bool found = false;
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    while (!found && fgets(line, sizeof line, f)) {
        found = strncmp(line, key, strlen(key)) == 0;
        if (found)
            snprintf(out, size, "%s", line + strlen(key));
    }
    fclose(f);
    return found;
}

int64_t proc_threads(pid_t pid)
{
    char text[512];
    long long n;
    bool known = find_line(pid, "status", "Threads:", text, sizeof text);
    return known && sscanf(text, "%lld", &n) == 1 ? n : -1;
}

/* exit_group(2) kills the other threads, one after the other, before the descriptors go; the kernel
 * does that, not the program. Flags are field 9 of /proc/PID/stat, two behind the name's ")". */
bool proc_is_ending(pid_t pid)
{
    enum { PF_EXITING = 4 };
    char text[512];
    unsigned long flags;
    unsigned long long pending;
    if (!find_line(pid, "status", "SigPnd:", text, sizeof text) ||
        sscanf(text, "%llx", &pending) != 1 || pending >> (SIGKILL - 1) & 1)
        return true;
    const char *end = find_line(pid, "stat", "", text, sizeof text) ? strrchr(text, ')') : NULL;
    return !end || sscanf(end, ") %*c %*d %*d %*d %*d %*d %lu", &flags) != 1 || flags & PF_EXITING;
}

unsigned long long proc_pending_signals(pid_t pid)
{
    char text[64];
    unsigned long long pending = 0;
    bool known = find_line(pid, "status", "ShdPnd:", text, sizeof text);
    return known && sscanf(text, "%llx", &pending) == 1 ? pending : 0;
}

static bool is_one_of(const pid_t *pids, size_t n, int pid)
{
    for (size_t i = 0; i < n; i++)
        if (pids[i] == pid)
            return true;
    return false;
}

int64_t proc_locks(const pid_t *pids, size_t n)
{
    char line[512];
    int64_t locks = 0;
    FILE *f = fopen("/proc/locks", "re");
    if (!f)
        return -1;
    while (fgets(line, sizeof line, f)) {
        int pid;
        /* "1: POSIX  ADVISORY  WRITE 4711 00:1f:123 0 EOF"; one that waits has "->" behind the
         * colon */
        if (sscanf(line, "%*d: %*s %*s %*s %d", &pid) == 1 && !strstr(line, "->") &&
            is_one_of(pids, n, pid))
            locks++;
    }
    fclose(f);
    return locks;
}
