#include "journal/wall.h"

#include <time.h>

#include "base/clock.h"

/* "2026-11-24T01:50:52Z"; 0 when it is none, or none that counts in an int64_t. */
static int64_t parse(const char *wall)
{
    struct tm tm = {0};
    const char *end = wall ? strptime(wall, "%Y-%m-%dT%H:%M:%SZ", &tm) : NULL;
    int64_t s = end && *end == '\0' ? (int64_t)timegm(&tm) : 0;
    return s > 0 && s <= INT64_MAX / NS_PER_S ? s * NS_PER_S : 0;
}

int64_t wall_unix_ns(const struct event *plan, int64_t t_ns)
{
    int64_t base = plan->unix_ns > 0 ? plan->unix_ns : parse(plan->wall);
    int64_t after = t_ns - plan->t_ns; /* neither is negative */
    if (after > INT64_MAX - base)
        return INT64_MAX;
    return base + after > 0 ? base + after : 0;
}
