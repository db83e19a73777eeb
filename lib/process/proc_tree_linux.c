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

enum { DIRECTORY_BYTES = 16384, STAT_BYTES = 512, NAME_BYTES = 64, CHILDREN_BYTES = 4096 };
enum { DESCENT_MAX = 512 }; /* a larger tree is read by a scan: each step looks through all of it */

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

/* --- every process of the machine --- */

static int open_proc(void)
{
    return open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
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

static void scan(struct proc_tree *t, int proc, pid_t root, bool with_root)
{
    uint8_t in[PROC_TREE_MAX];
    t->count = 0;
    each_number(proc, add_process, t);

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

/* --- the children of each, from one down --- */

struct descent {
    struct proc_tree *t;
    int proc;
    bool unknown; /* a list of children could not be read to its end */
};

static void add_child(struct descent *d, pid_t pid)
{
    struct proc_tree *t = d->t;
    if (proc_tree_has(t, pid))
        return;
    if (t->count == PROC_TREE_MAX)
        d->unknown = true;
    else if (read_stat(d->proc, pid, &t->procs[t->count]) && !dead(t->procs[t->count].state))
        t->count++;
}

/* "PID PID PID " of one thread: children belong to the thread that forked them. */
static bool add_children(int tasks, pid_t tid, void *arg)
{
    struct descent *d = arg;
    char text[CHILDREN_BYTES];
    int fd = open_below(tasks, tid, "children", 0);
    if (fd < 0)
        return true; /* the thread has just ended, and its children are another's now */
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    d->unknown |= n == sizeof text - 1;
    for (const char *s = text; *s && *s != '\n';) {
        pid_t pid;
        s = read_number(s, &pid);
        if (pid > 0)
            add_child(d, pid);
        while (*s == ' ')
            s++;
    }
    return true;
}

static void add_children_of(struct descent *d, pid_t pid)
{
    int tasks = open_below(d->proc, pid, "task", O_DIRECTORY);
    if (tasks < 0)
        return;
    each_number(tasks, add_children, d);
    close(tasks);
}

static void sort(struct proc_tree *t)
{
    for (int i = 1; i < t->count; i++) {
        struct proc p = t->procs[i];
        int k = i;
        for (; k > 0 && t->procs[k - 1].pid > p.pid; k--)
            t->procs[k] = t->procs[k - 1];
        t->procs[k] = p;
    }
}

/* Reading the lists of children (CONFIG_PROC_CHILDREN) costs as much as the tree is large, a scan
 * as much as the machine is busy. But a list may lack a child while another child exits (proc(5)).
 * So a process that was there before, lives, and is in no list now asks for a scan. */
static bool descend(struct proc_tree *t, int proc, pid_t root, bool with_root)
{
    struct descent d = {.t = t, .proc = proc};
    struct proc before[DESCENT_MAX], now;
    int n_before = t->count;
    if (n_before > DESCENT_MAX)
        return false;
    memcpy(before, t->procs, (size_t)n_before * sizeof *before);
    t->count = 0;
    if (with_root)
        add_child(&d, root);
    else
        add_children_of(&d, root);
    for (int i = 0; i < t->count && !d.unknown; i++)
        add_children_of(&d, t->procs[i].pid);
    for (int i = 0; i < n_before && !d.unknown; i++)
        d.unknown = !proc_tree_has(t, before[i].pid) && read_stat(proc, before[i].pid, &now) &&
                    !dead(now.state);
    sort(t);
    return !d.unknown && t->count <= DESCENT_MAX;
}

/* Was the kernel built with lists of children? */
static bool has_lists(int proc)
{
    int tasks = open_below(proc, getpid(), "task", O_DIRECTORY);
    int list = open_below(tasks, (pid_t)syscall(SYS_gettid), "children", 0);
    close(tasks);
    close(list);
    return list >= 0;
}

void proc_tree_read(struct proc_tree *t, pid_t root, bool with_root)
{
    int proc = open_proc();
    if (proc < 0) {
        t->count = 0;
        return;
    }
    if (!root || !has_lists(proc) || !descend(t, proc, root, with_root))
        scan(t, proc, root, with_root);
    close(proc);
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
    int proc = open_proc();
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
