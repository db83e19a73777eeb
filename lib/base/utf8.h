/* UTF-8 (RFC 3629). */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

/* Length (1 to 4) of the well-formed sequence at the start of `s`; 0 when there is none. */
size_t utf8_length(const char *s, size_t len);

/* How many characters (code points) a well-formed text has. */
size_t utf8_count(const char *s);

#endif
