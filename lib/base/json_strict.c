#include "base/json_strict.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static const char digits[] = "0123456789";

static size_t take_digits(const char *s)
{
    return strspn(s, digits);
}

/* number = [ "-" ] int [ frac ] [ exp ] (section 6), and all of the `len` bytes that could be one
 */
static bool is_number(const char *s, size_t len)
{
    const char *p = s + (*s == '-');
    size_t n = take_digits(p);
    if (n == 0 || (n > 1 && *p == '0'))
        return false;
    p += n;
    if (*p == '.') {
        n = take_digits(p + 1);
        if (n == 0)
            return false;
        p += 1 + n;
    }
    if (*p == 'e' || *p == 'E') {
        p += 1 + (p[1] == '+' || p[1] == '-');
        n = take_digits(p);
        if (n == 0)
            return false;
        p += n;
    }
    return p == s + len;
}

size_t json_strict_check(const char *text, size_t len)
{
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (quoted && c == '\\') {
            i++;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (isdigit(c) || c == '-')) {
            size_t n = strspn(text + i, "0123456789+-.eE");
            if (!is_number(text + i, n))
                return i;
            i += n - 1;
        } else if (!quoted && c < ' ' && c != '\t' && c != '\n' && c != '\r') {
            return i;
        }
    }
    return len;
}
