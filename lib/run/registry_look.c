/* Whether the target stands in a registry of files (docs/serve.md): a folder with a JSON file for
 * each instance, {"url", "pid", "state", "expires_unix_ms"}. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/clock.h"
#include "run/looks.h"

enum { ENTRY_MAX = 8192 };

static int64_t unix_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / NS_PER_MS;
}

static bool is_at_port(const char *url, int port)
{
    char end[16];
    int n = snprintf(end, sizeof end, ":%d", port);
    const char *at = strrchr(url, ':');
    return at && strncmp(at, end, (size_t)n) == 0 && (at[n] == '\0' || at[n] == '/');
}

static bool is_mine(const cJSON *entry, int port, pid_t pid)
{
    const cJSON *url = cJSON_GetObjectItemCaseSensitive(entry, "url");
    const cJSON *its = cJSON_GetObjectItemCaseSensitive(entry, "pid");
    const cJSON *expires = cJSON_GetObjectItemCaseSensitive(entry, "expires_unix_ms");
    if (cJSON_IsNumber(expires) && expires->valuedouble < (double)unix_ms())
        return false; /* a reader takes it as gone */
    return (cJSON_IsNumber(its) && its->valuedouble == (double)pid) ||
           (cJSON_IsString(url) && is_at_port(url->valuestring, port));
}

bool registry_entry_is(const cJSON *entry, int port, pid_t pid, char *out, size_t size)
{
    const cJSON *state = cJSON_GetObjectItemCaseSensitive(entry, "state");
    if (!is_mine(entry, port, pid))
        return false;
    snprintf(out, size, "%s", cJSON_IsString(state) ? state->valuestring : "up");
    return true;
}

static bool read_entry(int folder, const char *name, int port, pid_t pid, char *out, size_t size)
{
    char text[ENTRY_MAX];
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
    if (fd >= 0)
        close(fd);
    cJSON *entry = n > 0 ? cJSON_ParseWithLength(text, (size_t)n) : NULL;
    bool mine = entry && registry_entry_is(entry, port, pid, out, size);
    cJSON_Delete(entry);
    return mine;
}

int64_t registry_entries(const char *where, int port, pid_t pid, char *state, size_t size)
{
    const char *folder = strchr(where, ':');
    DIR *dir = folder ? opendir(folder + 1) : NULL;
    int64_t n = 0;
    char one[32];
    state[0] = '\0';
    if (!dir) {
        snprintf(state, size, "%s", strerror(errno));
        return -1;
    }
    for (struct dirent *d; (d = readdir(dir));) {
        size_t len = strlen(d->d_name);
        if (d->d_name[0] == '.' || len < 5 || strcmp(d->d_name + len - 5, ".json") != 0 ||
            !read_entry(dirfd(dir), d->d_name, port, pid, one, sizeof one))
            continue;
        n++;
        if (strcmp(state, "up") != 0)
            snprintf(state, size, "%s", one);
    }
    closedir(dir);
    return n;
}
