#include "base/utc.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

enum { MINUTE_S = 60, HOUR_S = 3600, MAX_OFFSET_H = 23, MAX_MINUTE = 59 };

/* What nanoseconds in 64 bits can hold, about: the year 2255. */
static const int64_t latest_s = INT64_C(9000000000);

/* "Z", "+02:00", "-0530" into seconds east of Greenwich. */
static int parse_offset(const char *s, int *seconds)
{
    int hours, minutes, used = 0;
    *seconds = 0;
    if (strcmp(s, "Z") == 0 || strcmp(s, "z") == 0)
        return 0;
    if ((*s != '+' && *s != '-') || s[1 + strspn(s + 1, "0123456789:")] != '\0')
        return -1;
    if (sscanf(s + 1, "%2d:%2d%n", &hours, &minutes, &used) != 2)
        used = 0;
    if (used == 0 && sscanf(s + 1, "%2d%2d%n", &hours, &minutes, &used) != 2)
        return -1;
    if (s[1 + used] != '\0' || hours > MAX_OFFSET_H || minutes > MAX_MINUTE)
        return -1;
    *seconds = (hours * HOUR_S + minutes * MINUTE_S) * (*s == '-' ? -1 : 1);
    return 0;
}

/* timegm(3) would take the 31st of April for the first of May. */
static bool same_day(const struct tm *a, const struct tm *b)
{
    return a->tm_year == b->tm_year && a->tm_mon == b->tm_mon && a->tm_mday == b->tm_mday &&
           a->tm_hour == b->tm_hour && a->tm_min == b->tm_min;
}

int utc_parse(const char *s, int64_t *unix_ns)
{
    struct tm tm = {0};
    int offset;
    const char *end = strptime(s, "%Y-%m-%d", &tm);
    if (!end || strchr("Tt ", *end) == NULL || *end == '\0')
        return -1;
    const char *clock = end + 1;
    end = strptime(clock, "%H:%M:%S", &tm);
    if (!end) {
        tm.tm_sec = 0;
        end = strptime(clock, "%H:%M", &tm);
    }
    if (!end || parse_offset(end, &offset) < 0)
        return -1;
    struct tm want = tm;
    time_t at = timegm(&tm);
    if (!same_day(&want, &tm))
        return -1;
    int64_t seconds = (int64_t)at - offset;
    *unix_ns = (seconds > latest_s    ? latest_s
                : seconds < -latest_s ? -latest_s
                                      : seconds) *
               NS_PER_S;
    return 0;
}

const char *utc_format(int64_t unix_ns, char *out, size_t size)
{
    time_t at = (time_t)((unix_ns + NS_PER_S / 2) / NS_PER_S);
    struct tm tm;
    gmtime_r(&at, &tm);
    strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return out;
}
