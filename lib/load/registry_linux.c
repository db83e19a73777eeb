/* A registry in a folder: one file an entry, ID.json. The folder is watched by inotify(7). What it
 * has to tell is asked before each choice, so that no request goes to a server whose mark was there
 * already. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <uv.h>

#include "base/mem.h"
#include "load/registry_int.h"

enum { ENTRY_MAX = 4096 };

struct folder {
    uv_poll_t poll;
    char *path;
    int fd;
};

static void read_file(struct registry *r, int folder, const char *name)
{
    char text[ENTRY_MAX];
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    if (fd >= 0)
        close(fd);
    cJSON *root = n > 0 ? cJSON_ParseWithLength(text, (size_t)n) : NULL;
    if (root)
        registry_take(r, NULL, root);
    cJSON_Delete(root);
}

static void look(struct registry *r)
{
    const struct folder *f = r->state;
    DIR *dir = opendir(f->path);
    registry_look_begin(r);
    for (struct dirent *d; dir && (d = readdir(dir));) {
        const char *dot = strrchr(d->d_name, '.');
        if (d->d_name[0] != '.' && dot && strcmp(dot, ".json") == 0)
            read_file(r, dirfd(dir), d->d_name);
    }
    if (dir)
        closedir(dir);
    registry_look_end(r);
}

static bool has_changed(const struct folder *f)
{
    char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    bool any = false;
    while (read(f->fd, events, sizeof events) > 0)
        any = true;
    return any;
}

static void freshen(struct registry *r)
{
    if (has_changed(r->state))
        look(r);
}

static void on_change(uv_poll_t *poll, int status, int events)
{
    (void)status, (void)events;
    freshen(poll->data);
}

static int open_folder(struct registry *r, uv_loop_t *loop, const char *spec, struct error *err)
{
    static const uint32_t changes = IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_DELETE;
    const char *path = spec + strlen(registry_in_folder.prefix);
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0 || inotify_add_watch(fd, path, changes | IN_ONLYDIR) < 0) {
        error_set_errno(err, ERROR_RUN, errno, "cannot watch the registry's folder '%s'", path);
        if (fd >= 0)
            close(fd);
        return -1;
    }
    struct folder *f = MEM_NEW(struct folder);
    r->state = f;
    f->path = mem_strdup(path);
    f->fd = fd;
    uv_poll_init(loop, &f->poll, fd);
    f->poll.data = r;
    uv_poll_start(&f->poll, UV_READABLE, on_change);
    look(r);
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    struct registry *r = handle->data;
    struct folder *f = r->state;
    close(f->fd);
    free(f->path);
    free(f);
    registry_released(r);
}

static void close_folder(struct registry *r)
{
    struct folder *f = r->state;
    freshen(r);
    uv_close((uv_handle_t *)&f->poll, on_closed);
}

const struct registry_kind registry_in_folder = {
    .prefix = "file:", .open = open_folder, .freshen = freshen, .close = close_folder};
