#include "cmd/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fds.h"
#include "base/mem.h"

char *new_file_beside(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/');
    return mem_printf("%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, name);
}

static int there_already(const char *path, struct error *err)
{
    error_set(err, ERROR_USAGE, "'%s' is there already", path);
    return error_hint(err, "give another name with --output, or --force to write over it");
}

int new_file_try(const char *path, bool force, struct error *err)
{
    struct stat st;
    int found = lstat(path, &st) == 0;
    if (found && !force)
        return there_already(path, err);
    if (found && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return error_set(err, ERROR_USAGE, "'%s' is a folder", path);
    char *folder = new_file_beside(path, ".");
    int failed = access(folder, W_OK | X_OK) < 0 ? errno : 0;
    free(folder);
    return failed ? error_set_errno(err, ERROR_RUN, failed, "cannot write '%s'", path) : 0;
}

static int write_and_close(int fd, const char *data, size_t len)
{
    int rc = fds_write_all(fd, data, len);
    if (close(fd) < 0 && rc == 0)
        rc = -errno;
    return rc;
}

/* What is not a plain file is not replaced by one. */
static bool is_special(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

/* Returns 0 or -errno. */
static int write_moved(const char *path, const char *data, size_t len, bool force)
{
    char *name = mem_printf(".%ld.tmp", (long)getpid());
    char *draft = mem_printf("%s%s", path, name);
    int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    int rc = fd < 0 ? -errno : write_and_close(fd, data, len);
    if (rc == 0 && force)
        rc = rename(draft, path) < 0 ? -errno : 0;
    else if (rc == 0)
        rc = link(draft, path) < 0 ? -errno : 0; /* which fails when somebody was faster */
    if (fd >= 0 && (rc < 0 || !force))
        unlink(draft);
    free(draft);
    free(name);
    return rc;
}

int new_file_write(const char *path, const char *data, size_t len, bool force, struct error *err)
{
    int rc;
    if (force && is_special(path)) {
        int fd = open(path, O_WRONLY | O_CLOEXEC);
        rc = fd < 0 ? -errno : write_and_close(fd, data, len);
    } else {
        rc = write_moved(path, data, len, force);
    }
    if (rc == -EEXIST && !force)
        return there_already(path, err);
    return rc < 0 ? error_set_errno(err, ERROR_RUN, -rc, "cannot write '%s'", path) : 0;
}
