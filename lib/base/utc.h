/* Points in time as people and programs write them (RFC 3339): "2026-04-05T10:00:00Z". */
#ifndef BASE_UTC_H
#define BASE_UTC_H

#include <stddef.h>
#include <stdint.h>

/* Date, "T" or a space, time to the minute or the second, and "Z" or an offset ("+02:00"), all of
 * `s`. Returns 0 and Unix nanoseconds, or -1: it is no such time, or there is no such day. A time
 * beyond the year 2255 (or as far before 1970) is taken for that end. */
int utc_parse(const char *s, int64_t *unix_ns);

/* To the nearest second, into out (21 bytes are enough until the year 9999); returns it. */
const char *utc_format(int64_t unix_ns, char *out, size_t size);

#endif
