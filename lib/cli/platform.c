#include "cli/platform.h"

#include "base/words.h"

const struct profile *platform_find(const char *name, struct error *err)
{
    const struct profile *p = profile_find(name);
    if (p)
        return p;
    error_set(err, ERROR_USAGE, "there is no platform '%s'", name);
    words_hint(name, profile_names(), "'drainctl profiles' lists them", err);
    return NULL;
}
