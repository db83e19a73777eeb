#include "session/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fds.h"

static struct flock whole_file(void)
{
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

pid_t pidfile_holder(const char *path, struct error *err)
{
    struct flock lock = whole_file();
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return 0;
    int rc = fd < 0 ? -1 : fcntl(fd, F_GETLK, &lock);
    int errnum = errno;
    if (fd >= 0)
        close(fd);
    if (rc < 0)
        return error_set_errno(err, ERROR_RUN, errnum, "cannot read the pid file '%s'", path);
    return lock.l_type == F_UNLCK ? 0 : lock.l_pid;
}

/* 0: its holder has ended just now. */
static int held_by_another(const char *path, struct error *err)
{
    pid_t holder = pidfile_holder(path, err);
    if (holder <= 0)
        return (int)holder;
    error_set(err, ERROR_RUN, "the pid file '%s' belongs to process %d, which runs", path,
              (int)holder);
    return error_hint(err, "'drainctl stop' stops it; --pid-file FILE names another file");
}

/* Is the file behind fd still the one at path? It is not when its last holder has just removed it,
 * and a lock on it would then guard nothing. */
static bool is_current(int fd, const char *path)
{
    struct stat mine, there;
    return fstat(fd, &mine) == 0 && stat(path, &there) == 0 && mine.st_ino == there.st_ino &&
           mine.st_dev == there.st_dev;
}

/* A file of something else is not to be emptied and removed: it holds a number, or nothing. */
static int check_content(const struct pidfile *f, struct error *err)
{
    char text[32];
    ssize_t n = pread(f->fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    size_t digits = strspn(text, "0123456789");
    if (n >= 0 && text[digits + strspn(text + digits, "\n")] == '\0')
        return 0;
    error_set(err, ERROR_RUN, "'%s' is not a pid file", f->path);
    return error_hint(err, "give --pid-file a file of its own");
}

/* 1: locked; 0: try again, the file was removed meanwhile; -1: no. */
static int try_once(struct pidfile *f, struct error *err)
{
    struct flock lock = whole_file();
    f->fd = open(f->path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (f->fd < 0)
        return error_set_errno(err, ERROR_RUN, errno, "cannot write the pid file '%s'", f->path);
    int rc = fcntl(f->fd, F_SETLK, &lock) < 0 ? -errno : is_current(f->fd, f->path);
    if (rc > 0 && check_content(f, err) == 0)
        return rc;
    close(f->fd);
    f->fd = -1;
    if (rc == -EACCES || rc == -EAGAIN)
        return held_by_another(f->path, err);
    if (rc < 0)
        return error_set_errno(err, ERROR_RUN, -rc, "cannot lock the pid file '%s'", f->path);
    return rc ? -1 : 0;
}

int pidfile_take(struct pidfile *f, const char *path, struct error *err)
{
    char text[16];
    int rc = 0;
    *f = (struct pidfile){.path = path, .fd = -1};
    while (rc == 0)
        rc = try_once(f, err);
    if (rc < 0)
        return -1;
    int len = snprintf(text, sizeof text, "%d\n", (int)getpid());
    rc = ftruncate(f->fd, 0) < 0 ? -errno : fds_write_all(f->fd, text, (unsigned long)len);
    if (rc == 0)
        return 0;
    pidfile_drop(f);
    return error_set_errno(err, ERROR_RUN, -rc, "cannot write the pid file '%s'", path);
}

void pidfile_drop(struct pidfile *f)
{
    if (f->fd < 0)
        return;
    unlink(f->path); /* while the lock is held: no other can stand there */
    close(f->fd);
    f->fd = -1;
}
