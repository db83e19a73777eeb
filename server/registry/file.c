/* --registry file:FOLDER: one file an instance, ID.json. It is written under another name and moved
 * (rename(2)), so that a reader finds the old entry or the new one, and never half of one. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/fds.h"
#include "base/json_out.h"
#include "server/registry/registry.h"

enum { ENTRY_MAX = 4096 };

static void write_json(struct buf *out, const struct registry_entry *e)
{
    struct json_out j;
    buf_init(out, ENTRY_MAX);
    json_out_init(&j, out, 0);
    json_out_object(&j, NULL);
    json_out_string(&j, "id", e->id);
    json_out_string(&j, "url", e->url);
    json_out_int(&j, "pid", e->pid);
    json_out_string(&j, "state", e->draining ? "draining" : "up");
    json_out_int(&j, "expires_unix_ms", e->expires_unix_ms);
    json_out_end_object(&j);
    buf_addc(out, '\n');
}

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

static int put(const char *where, const struct registry_entry *e, struct error *err)
{
    char name[160];
    struct buf text;
    snprintf(name, sizeof name, "%s.json", e->id);
    write_json(&text, e);
    int folder = open_folder(where);
    int rc = folder < 0 ? folder : write_and_move(folder, name, text.data, text.len);
    if (folder >= 0)
        close(folder);
    buf_free(&text);
    if (rc == 0)
        return 0;
    error_set_errno(err, ERROR_RUN, -rc, "cannot write the registry's folder '%s'", where);
    return error_hint(err, "it must exist, and be writable for this user");
}

static int take_out(const char *where, const struct registry_entry *e, struct error *err)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s.json", where, e->id);
    if (unlink(path) == 0 || errno == ENOENT)
        return 0;
    return error_set_errno(err, ERROR_RUN, errno, "cannot remove '%s'", path);
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

const struct registry_driver registry_file = {
    .name = "file", .put = put, .remove = take_out, .sweep = sweep};
