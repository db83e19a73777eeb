#include "base/escape.h"

#include <string.h>

#include "base/utf8.h"

const char *escape_control(const char *c)
{
    return (unsigned char)*c < 0x20 || *c == 0x7f ? ESCAPE_UNKNOWN : NULL;
}

void escape_add(struct buf *out, const char *s, escape_instead *instead)
{
    for (size_t len = s ? strlen(s) : 0, n; len; s += n, len -= n) {
        n = utf8_length(s, len);
        const char *other = n ? instead(s, n) : ESCAPE_UNKNOWN;
        n = n ? n : 1;
        if (other)
            buf_adds(out, other);
        else
            buf_add(out, s, n);
    }
}
