#include "output/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fds.h"
#include "base/mem.h"
#include "output/same_file.h"
#include "output/replace.h"

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
    if (!failed)
        return 0;
    error_set_errno(err, ERROR_RUN, failed, "cannot write '%s'", path);
    return places_hint(path, failed, err);
}

/* Returns 0 or -errno. */
static int put(const char *path, int fd, const char *data, size_t len)
{
    struct replacement place;
    int rc = replace_begin(&place, path, fd);
    if (rc < 0)
        return rc;
    rc = fds_write_all(place.fd, data, len);
    int placed = replace_end(&place, rc == 0);
    return rc < 0 ? rc : placed;
}

int new_file_write(const char *path, const char *data, size_t len, bool force, struct error *err)
{
    bool created = access(path, F_OK) < 0;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (force ? 0 : O_EXCL), 0666);
    if (fd < 0 && errno == EEXIST && !force) /* another process was faster */
        return there_already(path, err);
    if (fd < 0)
        return error_set_errno(err, ERROR_RUN, errno, "cannot write '%s'", path);
    int rc = put(path, fd, data, len);
    if (close(fd) < 0 && rc == 0)
        rc = -errno;
    if (rc < 0 && created)
        unlink(path);
    return rc < 0 ? error_set_errno(err, ERROR_RUN, -rc, "cannot write '%s'", path) : 0;
}
