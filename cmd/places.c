#include "cmd/places.h"

#include <stdbool.h>
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
