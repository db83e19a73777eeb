#include "output/same_file.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

static bool is_same_file(const char *a, const char *b)
{
    struct stat first, second;
    return a && b && stat(a, &first) == 0 && stat(b, &second) == 0 && S_ISREG(first.st_mode) &&
           first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

int places_differ(const char *what, const char *file, const char *of, const char *other,
                  struct error *err)
{
    if (!is_same_file(file, other))
        return 0;
    error_set(err, ERROR_USAGE, "the %s '%s' would be written over %s", what, file, of);
    return error_hint(err, "give the %s a file of its own", what);
}

int places_hint(const char *file, int errnum, struct error *err)
{
    const char *slash = strrchr(file, '/');
    if (errnum == ENOENT && slash && slash > file)
        return error_hint(err, "make its folder first: mkdir -p '%.*s'", (int)(slash - file), file);
    return -1;
}
