#include "output/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static bool is_standard_stream(const struct stat *st)
{
    struct stat stream;
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fstat(fd, &stream) == 0 && stream.st_dev == st->st_dev && stream.st_ino == st->st_ino)
            return true;
    return false;
}

/* A name in the same folder: rename(2) does not cross file systems. The dot hides it from what
 * looks for "*.prom". */
static char *name_beside(const char *path)
{
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash - path) + 1 : 0;
    return mem_printf("%.*s.%s.XXXXXX", folder, path, path + folder);
}

static void forget(struct replacement *r)
{
    free(r->path);
    free(r->part);
    r->path = r->part = NULL;
}

/* Returns false when there can be no file beside it. */
static bool begin_beside(struct replacement *r, const char *file, const struct stat *st)
{
    r->path = realpath(file, NULL);
    if (!r->path)
        return false;
    r->part = name_beside(r->path);
    int fd = mkostemp(r->part, O_CLOEXEC);
    if (fd < 0) {
        forget(r);
        return false;
    }
    /* as the file was: who may read it, and (if we may) whose it is */
    if (fchown(fd, st->st_uid, st->st_gid) < 0 && st->st_uid != geteuid()) {
        close(fd);
        unlink(r->part);
        forget(r);
        return false;
    }
    fchmod(fd, st->st_mode & 07777);
    r->fd = fd;
    return true;
}

int replace_begin(struct replacement *r, const char *file, int fd)
{
    struct stat st;
    *r = (struct replacement){.fd = fd};
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return 0;
    if (st.st_nlink == 1 && !is_standard_stream(&st) && begin_beside(r, file, &st))
        return 0;
    return ftruncate(fd, 0) < 0 ? -errno : 0;
}

int replace_end(struct replacement *r, bool good)
{
    int rc = 0;
    if (!r->path)
        return 0;
    if (close(r->fd) < 0)
        rc = -errno;
    if (good && rc == 0 && rename(r->part, r->path) < 0)
        rc = -errno;
    if (!good || rc < 0)
        unlink(r->part);
    forget(r);
    return rc;
}
