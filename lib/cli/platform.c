#include "cli/platform.h"

#include "base/words.h"

const struct profile *platform_find(const char *name, struct error *err)
{
    const struct profile *p = profile_find(name);
    if (p)
        return p;
    error_set(err, ERROR_USAGE, "there is no platform '%s'", name);
    const char *near = words_nearest(name, profile_names());
    if (near)
        error_hint(err, "did you mean '%s'?", near);
    else
        error_hint(err, "'drainctl profiles' lists them");
    return NULL;
}
