/* Where the program of a proxy is. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "run/internal.h"

/* Servers are often where only the administrator's PATH leads. */
static const char more[] = "/usr/local/sbin:/usr/sbin:/sbin";

static char *find_in(const char *path, const char *name)
{
    for (const char *at = path; at && *at; at += *at == ':') {
        size_t len = strcspn(at, ":");
        char *file = mem_printf("%.*s/%s", (int)len, at, name);
        if (len && access(file, X_OK) == 0)
            return file;
        free(file);
        at += len;
    }
    return NULL;
}

char *program_find(const char *name)
{
    if (strchr(name, '/'))
        return access(name, X_OK) == 0 ? mem_strdup(name) : NULL;
    char *found = find_in(getenv("PATH"), name);
    return found ? found : find_in(more, name);
}
