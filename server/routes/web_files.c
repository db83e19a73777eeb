/* Finding the page's files, and what to say of them. */
#include "server/routes/web_files.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"

static bool ends(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n >= m && strcmp(name + n - m, end) == 0;
}

const struct embedded *web_file(const struct embedded *files, const char *name, size_t len)
{
    for (; files->name; files++)
        if (strlen(files->name) == len && memcmp(files->name, name, len) == 0)
            return ends(files->name, ".gz") ? NULL : files;
    return NULL;
}

const struct embedded *web_compressed(const struct embedded *files, const struct embedded *plain)
{
    size_t len = strlen(plain->name);
    for (; files->name; files++)
        if (strncmp(files->name, plain->name, len) == 0 && strcmp(files->name + len, ".gz") == 0)
            return files;
    return NULL;
}

const char *web_type(const char *name)
{
    static const struct {
        const char *end, *type;
    } types[] = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"}, /* RFC 9239 */
        {".css", "text/css; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".json", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".txt", "text/plain; charset=utf-8"},
    };
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (ends(name, types[i].end))
            return types[i].type;
    return "application/octet-stream";
}

/* FNV-1a, 64 bits: the files are our own, so collisions are not made on purpose. */
const char *web_etag(const struct embedded *file, char *out, size_t size)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < file->len; i++)
        hash = (hash ^ (unsigned char)file->text[i]) * UINT64_C(1099511628211);
    snprintf(out, size, "\"%016" PRIx64 "\"", hash);
    return out;
}
