#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK = 64 * 1024, MIB = 1024 * 1024 };

const char *file_title(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

int file_read(const char *path, struct buf *b, struct error *err)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    if (!f)
        return error_set_errno(err, ERROR_USAGE, errno, "cannot open '%s'", path);
    char chunk[CHUNK];
    size_t n;
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0 && buf_add(b, chunk, n) == 0)
        ;
    int failed = ferror(f) ? errno : 0;
    if (f != stdin)
        fclose(f);
    if (failed)
        return error_set_errno(err, ERROR_USAGE, failed, "cannot read '%s'", file_title(path));
    if (b->overflow)
        return error_set(err, ERROR_USAGE, "'%s' is larger than %zu MiB", file_title(path),
                         b->max / MIB);
    return 0;
}
