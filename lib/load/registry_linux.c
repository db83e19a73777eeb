/* The folder is watched by inotify(7). What it has to tell is asked before each choice, so that no
 * request goes to a server whose mark was there already. */
#include "load/registry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <uv.h>

#include <cjson/cJSON.h>

#include "base/clock.h"
#include "base/mem.h"
#include "journal/journal.h"

enum { ENTRY_MAX = 4096, URL_MAX = 200, ENTRIES_MOST = 1000 };

struct entry_seen {
    char *id, *url;
    enum entry is;
    int64_t expires_unix_ms;
    bool kept; /* by the look that goes on */
};

struct registry {
    uv_poll_t poll;
    struct journal *journal;
    char *folder;
    int fd;
    struct entry_seen *entries;
    size_t count, cap, turn;
    char last[URL_MAX];
    void (*closed)(void *arg);
    void *closed_arg;
};

static void tell(struct registry *r, struct entry_seen *e, enum entry is)
{
    if (e->is == is)
        return;
    e->is = is;
    journal_add(r->journal,
                &(struct event){.kind = EVENT_REGISTRY, .text = e->id, .how = e->url, .entry = is});
}

static struct entry_seen *find(struct registry *r, const char *id, const char *url)
{
    for (size_t i = 0; i < r->count; i++)
        if (strcmp(r->entries[i].id, id) == 0)
            return &r->entries[i];
    if (r->count == ENTRIES_MOST)
        return NULL;
    MEM_GROW(r->entries, r->count, r->cap);
    struct entry_seen *e = &r->entries[r->count++];
    *e = (struct entry_seen){.id = mem_strdup(id), .url = mem_strdup(url)};
    return e;
}

static const char *text_of(const cJSON *root, const char *key)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(root, key);
    return cJSON_IsString(node) ? node->valuestring : NULL;
}

/* What is no entry is passed over: others may have files there, too. */
static void read_entry(struct registry *r, const cJSON *root)
{
    const char *id = text_of(root, "id"), *url = text_of(root, "url");
    const char *state = text_of(root, "state");
    const cJSON *expires = cJSON_GetObjectItemCaseSensitive(root, "expires_unix_ms");
    if (!id || !url || !state || !cJSON_IsNumber(expires) || strlen(url) >= URL_MAX ||
        strncmp(url, "http://", 7) != 0)
        return;
    struct entry_seen *e = find(r, id, url);
    if (!e)
        return;
    e->kept = true;
    e->expires_unix_ms = (int64_t)expires->valuedouble;
    tell(r, e, strcmp(state, "up") == 0 ? ENTRY_UP : ENTRY_DRAINING);
}

static void read_file(struct registry *r, int folder, const char *name)
{
    char text[ENTRY_MAX];
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    if (fd >= 0)
        close(fd);
    cJSON *root = n > 0 ? cJSON_ParseWithLength(text, (size_t)n) : NULL;
    if (root)
        read_entry(r, root);
    cJSON_Delete(root);
}

static void look(struct registry *r)
{
    DIR *dir = opendir(r->folder);
    for (size_t i = 0; i < r->count; i++)
        r->entries[i].kept = false;
    for (struct dirent *d; dir && (d = readdir(dir));) {
        const char *dot = strrchr(d->d_name, '.');
        if (d->d_name[0] != '.' && dot && strcmp(dot, ".json") == 0)
            read_file(r, dirfd(dir), d->d_name);
    }
    if (dir)
        closedir(dir);
    for (size_t i = 0; i < r->count; i++)
        if (!r->entries[i].kept)
            tell(r, &r->entries[i], ENTRY_GONE);
}

static bool has_changed(struct registry *r)
{
    char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    bool any = false;
    while (read(r->fd, events, sizeof events) > 0)
        any = true;
    return any;
}

static void on_change(uv_poll_t *poll, int status, int events)
{
    struct registry *r = poll->data;
    (void)status, (void)events;
    if (has_changed(r))
        look(r);
}

/* The next entry of this kind, in turn. */
static const struct entry_seen *next_of(struct registry *r, enum entry is)
{
    int64_t now_ms = clock_unix_ns() / NS_PER_MS;
    for (size_t i = 0; i < r->count; i++) {
        struct entry_seen *e = &r->entries[(r->turn + i) % r->count];
        if (e->is != is || e->expires_unix_ms < now_ms)
            continue;
        r->turn = (r->turn + i + 1) % r->count;
        return e;
    }
    return NULL;
}

const char *registry_next(struct registry *r)
{
    if (has_changed(r))
        look(r);
    const struct entry_seen *e = next_of(r, ENTRY_UP);
    if (!e)
        e = next_of(r, ENTRY_DRAINING);
    if (e)
        snprintf(r->last, sizeof r->last, "%s", e->url);
    return r->last;
}

struct registry *registry_watch(uv_loop_t *loop, const char *folder, struct journal *journal,
                                struct error *err)
{
    static const uint32_t changes = IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_DELETE;
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0 || inotify_add_watch(fd, folder, changes | IN_ONLYDIR) < 0) {
        error_set_errno(err, ERROR_RUN, errno, "cannot watch the registry's folder '%s'", folder);
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    struct registry *r = MEM_NEW(struct registry);
    r->journal = journal;
    r->folder = mem_strdup(folder);
    r->fd = fd;
    uv_poll_init(loop, &r->poll, fd);
    r->poll.data = r;
    uv_poll_start(&r->poll, UV_READABLE, on_change);
    look(r);
    return r;
}

static void on_closed(uv_handle_t *handle)
{
    struct registry *r = handle->data;
    void (*closed)(void *) = r->closed;
    void *arg = r->closed_arg;
    close(r->fd);
    for (size_t i = 0; i < r->count; i++) {
        free(r->entries[i].id);
        free(r->entries[i].url);
    }
    free(r->entries);
    free(r->folder);
    free(r);
    closed(arg);
}

void registry_close(struct registry *r, void (*closed)(void *arg), void *arg)
{
    if (!r) {
        closed(arg);
        return;
    }
    if (has_changed(r))
        look(r);
    r->closed = closed;
    r->closed_arg = arg;
    uv_close((uv_handle_t *)&r->poll, on_closed);
}
