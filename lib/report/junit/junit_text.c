#include "report/junit/junit.h"

#include <string.h>

#include "base/utf8.h"

/* U+FFFE and U+FFFF are UTF-8 like any other, and still no characters of XML 1.0 (section 2.2). */
static bool is_noncharacter(const char *s, size_t n)
{
    return n == 3 && memcmp(s, "\xef\xbf", 2) == 0 && (unsigned char)s[2] >= 0xbe;
}

/* Text for an attribute or an element: whatever XML 1.0 cannot hold becomes U+FFFD. */
void junit_text(struct buf *out, const char *s)
{
    static const char special[] = "&<>\"'\n\t";
    static const char *const entities[] = {"&amp;",  "&lt;",  "&gt;", "&quot;",
                                           "&apos;", "&#10;", "&#9;"};
    for (size_t len = s ? strlen(s) : 0, n; len; s += n, len -= n) {
        n = utf8_length(s, len);
        const char *found = strchr(special, *s);
        if (found) {
            buf_adds(out, entities[found - special]);
        } else if (n == 0 || (unsigned char)*s < 0x20 || is_noncharacter(s, n)) {
            buf_adds(out, "\xef\xbf\xbd");
            n = n ? n : 1;
        } else {
            buf_add(out, s, n);
        }
    }
}
