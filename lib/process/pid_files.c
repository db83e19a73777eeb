/* Pid files in the target's folder, and whose they are. Others may write there as well (the target
 * of a run beside this one, an editor): a file is the target's when the pid in it is, or, when
 * there is no pid in it, when it was not there before the start. */
#include "process/private.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { PID_FILES_MOST = 64 };

struct pid_file {
    char *name;
    ino_t inode;
    int64_t changed_ns; /* its mtime */
};

static bool is_ours(const struct target *t, long pid)
{
    if (t->plan->pid1) /* it knows itself by the pid that it has in its namespace */
        return pid == 1;
    return pid == t->pid || processes_had(&t->seen.processes, pid);
}

static bool is_pid_name(const char *name)
{
    size_t len = strlen(name);
    return len > 4 && strcmp(name + len - 4, ".pid") == 0;
}

/* Call `each` for the first few. */
static void walk(struct target *t,
                 void (*each)(struct target *t, int dir, const struct pid_file *file))
{
    DIR *dir = opendir(t->plan->cwd ? t->plan->cwd : ".");
    struct stat st;
    int found = 0;
    if (!dir)
        return;
    for (struct dirent *d; found < PID_FILES_MOST && (d = readdir(dir));) {
        if (!is_pid_name(d->d_name) || fstatat(dirfd(dir), d->d_name, &st, AT_SYMLINK_NOFOLLOW) ||
            !S_ISREG(st.st_mode))
            continue;
        struct pid_file file = {d->d_name, st.st_ino,
                                st.st_mtim.tv_sec * NS_PER_S + st.st_mtim.tv_nsec};
        each(t, dirfd(dir), &file);
        found++;
    }
    closedir(dir);
}

static void remember(struct target *t, int dir, const struct pid_file *file)
{
    (void)dir;
    struct pid_files *f = &t->seen.remains.pid_files;
    MEM_GROW(f->before, f->n, f->cap);
    f->before[f->n++] = (struct pid_file){mem_strdup(file->name), file->inode, file->changed_ns};
}

static bool was_there(const struct pid_files *f, const struct pid_file *file)
{
    for (size_t i = 0; i < f->n; i++) {
        const struct pid_file *was = &f->before[i];
        if (strcmp(was->name, file->name) == 0)
            return was->inode == file->inode && was->changed_ns == file->changed_ns;
    }
    return false;
}

/* The number that it begins with; 0 when it does not begin with one. */
static long pid_in(int dir, const char *name)
{
    char text[32] = "";
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    return n > 0 ? strtol(text, NULL, 10) : 0;
}

static void judge(struct target *t, int dir, const struct pid_file *file)
{
    long pid = pid_in(dir, file->name);
    if (was_there(&t->seen.remains.pid_files, file) || (pid > 0 && !is_ours(t, pid)))
        return;
    char *path = target_full_path(t, file->name);
    journal_add(
        t->journal,
        &(struct event){.kind = EVENT_LEFTOVER, .text = path, .leftover = LEFTOVER_PID_FILE});
    free(path);
}

void pid_files_before(struct target *t)
{
    walk(t, remember);
}

void pid_files_left(struct target *t)
{
    walk(t, judge);
}

void pid_files_free(struct pid_files *f)
{
    for (size_t i = 0; i < f->n; i++)
        free(f->before[i].name);
    free(f->before);
}
