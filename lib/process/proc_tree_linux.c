/* Reading the process tree from /proc (proc(5)). readdir allocates, so the directory is read with
 * getdents64(2) itself. */
#include "process/proc_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DIRECTORY_BYTES = 16384, STAT_BYTES = 512, NAME_BYTES = 64 };

/* All digits, or -1. */
static pid_t number_of(const char *s)
{
    long n = 0;
    if (!*s)
        return -1;
    for (; *s; s++) {
        if (*s < '0' || *s > '9' || n > INT32_MAX / 10)
            return -1;
        n = n * 10 + (*s - '0');
    }
    return (pid_t)n;
}

/* Call `each` for every numeric name in a directory until it returns false. */
static void each_number(int dir, bool (*each)(int dir, pid_t n, void *arg), void *arg)
{
    _Alignas(struct dirent64) char names[DIRECTORY_BYTES];
    long n;
    while ((n = syscall(SYS_getdents64, dir, names, sizeof names)) > 0) {
        for (long at = 0; at < n;) {
            const struct dirent64 *d = (const void *)(names + at);
            at += d->d_reclen;
            pid_t number = number_of(d->d_name);
            if (number > 0 && !each(dir, number, arg))
                return;
        }
    }
}

static int append_number(char *out, long n)
{
    char digits[24];
    int len = 0, at = 0;
    do
        digits[len++] = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    while (len > 0)
        out[at++] = digits[--len];
    return at;
}

/* "N/stat" or "N/task" below the directory `dir`. */
static int open_below(int dir, pid_t n, const char *what, int flags)
{
    char name[NAME_BYTES];
    int len = append_number(name, n);
    name[len++] = '/';
    memcpy(name + len, what, strlen(what) + 1);
    return openat(dir, name, flags | O_RDONLY | O_CLOEXEC);
}

static const char *read_number(const char *s, pid_t *out)
{
    long n = 0;
    for (; *s == ' '; s++)
        ;
    bool negative = *s == '-';
    for (s += negative; *s >= '0' && *s <= '9'; s++)
        n = n * 10 + (*s - '0');
    *out = (pid_t)(negative ? -n : n);
    return s;
}

static bool read_stat(int dir, pid_t pid, struct proc *p)
{
    char text[STAT_BYTES];
    int fd = open_below(dir, pid, "stat", 0);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0)
        return false;
    text[n] = '\0';
    /* the name in brackets may hold anything, a bracket too: the last one ends it */
    const char *s = strrchr(text, ')');
    if (!s || strlen(s) < 4)
        return false;
    p->pid = pid;
    p->state = s[2];
    s = read_number(s + 3, &p->parent);
    read_number(s, &p->group);
    return true;
}

static bool add_process(int dir, pid_t pid, void *arg)
{
    struct proc_tree *t = arg;
    if (t->count == PROC_TREE_MAX)
        return false;
    if (read_stat(dir, pid, &t->procs[t->count]))
        t->count++;
    return true;
}

static bool dead(char state)
{
    return state == 'Z' || state == 'X' || state == 'x';
}

/* Pids count upwards and /proc is sorted, so most parents are met before their children. */
static int mark(const struct proc_tree *t, pid_t root, uint8_t *in)
{
    int added = 0;
    for (int i = 0; i < t->count; i++) {
        if (in[i])
            continue;
        bool child = t->procs[i].parent == root;
        for (int k = 0; k < t->count && !child; k++)
            child = in[k] && t->procs[k].pid == t->procs[i].parent;
        in[i] = child;
        added += child;
    }
    return added;
}

void proc_tree_read(struct proc_tree *t, pid_t root, bool with_root)
{
    uint8_t in[PROC_TREE_MAX];
    t->count = 0;
    int dir = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return;
    each_number(dir, add_process, t);
    close(dir);

    memset(in, root == 0, (size_t)t->count);
    for (int i = 0; i < t->count && with_root; i++)
        in[i] |= t->procs[i].pid == root;
    while (root && mark(t, root, in) > 0)
        ;
    int kept = 0;
    for (int i = 0; i < t->count; i++)
        if (in[i] && !dead(t->procs[i].state))
            t->procs[kept++] = t->procs[i];
    t->count = kept;
}

bool proc_tree_has(const struct proc_tree *t, pid_t pid)
{
    for (int i = 0; i < t->count; i++)
        if (t->procs[i].pid == pid)
            return true;
    return false;
}

void proc_tree_kill(const struct proc_tree *t, pid_t spare)
{
    for (int i = 0; i < t->count; i++) {
        const struct proc *p = &t->procs[i];
        if (p->group > 1 && p->group != spare)
            kill(-p->group, SIGKILL);
        kill(p->pid, SIGKILL);
    }
}

static bool still_stopped(int dir, pid_t tid, void *arg)
{
    struct proc p;
    bool *all = arg;
    if (read_stat(dir, tid, &p) && p.state != 'T' && p.state != 't' && !dead(p.state))
        *all = false;
    return *all;
}

bool proc_stopped(pid_t pid)
{
    bool all = true;
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0)
        return false;
    int dir = open_below(proc, pid, "task", O_DIRECTORY);
    close(proc);
    if (dir < 0)
        return true;
    each_number(dir, still_stopped, &all);
    close(dir);
    return all;
}
