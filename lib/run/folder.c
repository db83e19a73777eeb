#include "run/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fds.h"
#include "base/mem.h"

enum { OPEN_FOLDERS = 8 };

char *folder_make(struct error *err)
{
    const char *where = getenv("TMPDIR");
    char *path = mem_printf("%s/drainctl-run-XXXXXX", where && *where ? where : "/tmp");
    if (mkdtemp(path))
        return path;
    error_set_errno(err, ERROR_RUN, errno, "cannot make the run's folder '%s'", path);
    error_hint(err, "TMPDIR names the place for it");
    free(path);
    return NULL;
}

static int write_file(const char *path, const char *text, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int rc = fd < 0 ? -errno : fds_write_all(fd, text, strlen(text));
    if (fd >= 0 && close(fd) < 0 && rc == 0)
        rc = -errno;
    return rc == 0 ? 0 : error_set_errno(err, ERROR_RUN, -rc, "cannot write '%s'", path);
}

/* ${port} in a file is the port of the process that it belongs to. */
static int write_files(const struct plan *plan, size_t index, const char *folder, const int *ports,
                       struct error *err)
{
    const struct plan_process *p = &plan->others.at[index - 1];
    int rc = 0;
    for (size_t i = 0; i < p->n_files && rc == 0; i++) {
        char *path = mem_printf("%s/%s", folder, p->files[i].name);
        char *named = plan_expand_names(plan, p->files[i].value, folder, ports);
        char *text = plan_expand(named, ports[index]);
        rc = write_file(path, text, err);
        free(path);
        free(named);
        free(text);
    }
    return rc;
}

static int make_registry(const struct plan *plan, const char *folder, const int *ports,
                         struct error *err)
{
    if (!plan->registry || strncmp(plan->registry, "file:", 5) != 0)
        return 0;
    char *spec = plan_expand_names(plan, plan->registry, folder, ports);
    const char *path = spec + strlen("file:");
    int rc = 0;
    if (strncmp(path, folder, strlen(folder)) == 0 && mkdir(path, 0700) < 0 && errno != EEXIST)
        rc = error_set_errno(err, ERROR_RUN, errno, "cannot make the registry's folder '%s'", path);
    free(spec);
    return rc;
}

int folder_fill(const struct plan *plan, const char *folder, const int *ports, struct error *err)
{
    for (size_t i = 1; i < plan_process_count(plan); i++)
        if (write_files(plan, i, folder, ports, err) < 0)
            return -1;
    return make_registry(plan, folder, ports, err);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st, (void)type, (void)where;
    remove(path);
    return 0;
}

void folder_remove(const char *folder)
{
    if (folder)
        nftw(folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}
