/* --registry file:FOLDER: one file an instance, ID.json. It is written under another name and moved
 * (rename(2)), so that a reader finds the old entry or the new one, and never half of one. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fds.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/registry/registry.h"

/* An entry outlives two renewals that fail. */
enum { ENTRY_MAX = 4096, RENEWALS = 3 };

struct file {
    struct registry *registry;
    struct timer renew;
};

static int write_and_move(int folder, const char *name, const char *text, size_t len)
{
    char temporary[NAME_MAX + 1];
    snprintf(temporary, sizeof temporary, ".%s.new", name);
    int fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return -errno;
    int rc = fds_write_all(fd, text, len);
    if (close(fd) < 0 && rc == 0)
        rc = -errno;
    if (rc == 0 && renameat(folder, temporary, folder, name) < 0)
        rc = -errno;
    if (rc < 0)
        unlinkat(folder, temporary, 0);
    return rc;
}

static int open_folder(const char *where)
{
    int fd = open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static int put(struct registry *r, struct error *err)
{
    char name[160];
    struct buf text;
    int64_t expires_ns = clock_unix_ns() + r->server->options->registry.ttl_ns;
    snprintf(name, sizeof name, "%s.json", r->entry.id);
    buf_init(&text, ENTRY_MAX);
    registry_write_entry(&r->entry, expires_ns / NS_PER_MS, &text);
    buf_addc(&text, '\n');
    int folder = open_folder(r->where);
    int rc = folder < 0 ? folder : write_and_move(folder, name, text.data, text.len);
    if (folder >= 0)
        close(folder);
    buf_free(&text);
    if (rc == 0)
        return 0;
    error_set_errno(err, ERROR_RUN, -rc, "cannot write the registry's folder '%s'", r->where);
    return error_hint(err, "it must exist, and be writable for this user");
}

/* When this file, if it is an entry, expires; INT64_MAX: it is none. */
static int64_t expiry_of(int folder, const char *name)
{
    char text[ENTRY_MAX];
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    cJSON *json = n > 0 ? cJSON_ParseWithLength(text, (size_t)n) : NULL;
    const cJSON *expires = cJSON_GetObjectItemCaseSensitive(json, "expires_unix_ms");
    bool ours =
        cJSON_IsNumber(expires) && cJSON_IsString(cJSON_GetObjectItemCaseSensitive(json, "state"));
    int64_t at = ours ? (int64_t)expires->valuedouble : INT64_MAX;
    cJSON_Delete(json);
    return at;
}

/* Take out entries of others that have expired. */
static void sweep(const char *where, int64_t before_unix_ms)
{
    int folder = open_folder(where);
    DIR *dir = folder < 0 ? NULL : fdopendir(folder);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        const char *dot = strrchr(e->d_name, '.');
        if (e->d_name[0] != '.' && dot && strcmp(dot, ".json") == 0 &&
            expiry_of(folder, e->d_name) < before_unix_ms)
            unlinkat(folder, e->d_name, 0);
    }
    if (dir)
        closedir(dir);
    else if (folder >= 0)
        close(folder);
}

/* --- in the server's life --- */

static int open_file(struct registry *r, struct error *err)
{
    struct file *f = MEM_NEW(struct file);
    (void)err;
    f->registry = r;
    r->state = f;
    return 0;
}

static void renew(struct file *f)
{
    struct registry *r = f->registry;
    struct error err = {0};
    registry_tell(r, put(r, &err) < 0 ? err.text : NULL);
    timers_set(&r->server->timers, &f->renew,
               clock_ns() + r->server->options->registry.ttl_ns / RENEWALS);
}

static void on_renew(struct timer *t)
{
    struct file *f = CONTAINER_OF(t, struct file, renew);
    renew(f);
    sweep(f->registry->where, clock_unix_ns() / NS_PER_MS);
}

static int enter(struct registry *r, struct error *err)
{
    struct file *f = r->state;
    if (put(r, err) < 0)
        return -1;
    f->renew.fire = on_renew;
    timers_set(&r->server->timers, &f->renew,
               clock_ns() + r->server->options->registry.ttl_ns / RENEWALS);
    server_log(r->server, "registry: entered in '%s' as %s", r->server->options->registry.where,
               r->entry.id);
    return 0;
}

static void changed(struct registry *r)
{
    renew(r->state);
}

static void leave(struct registry *r)
{
    struct file *f = r->state;
    struct error err = {0};
    char path[PATH_MAX];
    timers_clear(&r->server->timers, &f->renew);
    snprintf(path, sizeof path, "%s/%s.json", r->where, r->entry.id);
    if (unlink(path) < 0 && errno != ENOENT)
        error_set_errno(&err, ERROR_RUN, errno, "cannot remove '%s'", path);
    registry_left(r, err.kind ? err.text : NULL);
}

static void stop(struct registry *r)
{
    if (r->entered)
        leave(r);
    r->entered = false;
}

static void release(struct registry *r)
{
    free(r->state);
}

const struct registry_driver registry_file = {.prefix = "file:",
                                              .open = open_file,
                                              .enter = enter,
                                              .changed = changed,
                                              .leave = leave,
                                              .stop = stop,
                                              .release = release};
