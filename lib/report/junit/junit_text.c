#include "report/junit/junit.h"

#include <string.h>

#include "base/escape.h"

/* U+FFFE and U+FFFF are UTF-8 like any other, and still no characters of XML 1.0 (section 2.2). */
static bool is_noncharacter(const char *s, size_t n)
{
    return n == 3 && memcmp(s, "\xef\xbf", 2) == 0 && (unsigned char)s[2] >= 0xbe;
}

/* Whatever XML 1.0 cannot hold becomes U+FFFD. */
static const char *in_xml(const char *c, size_t n)
{
    static const char special[] = "&<>\"'\n\t";
    static const char *const entities[] = {"&amp;",  "&lt;",  "&gt;", "&quot;",
                                           "&apos;", "&#10;", "&#9;"};
    const char *found = strchr(special, *c);
    if (found)
        return entities[found - special];
    return (unsigned char)*c < 0x20 || is_noncharacter(c, n) ? ESCAPE_UNKNOWN : NULL;
}

/* Text for an attribute or an element. */
void junit_text(struct buf *out, const char *s)
{
    escape_add(out, s, in_xml);
}
