#include "base/whole.h"

#include <string.h>

bool whole_read(const char *text, size_t len, int64_t min, int64_t max, int64_t *out)
{
    bool minus = len > 0 && *text == '-' && min < 0;
    int64_t n = 0;
    if (len == (size_t)minus)
        return false;
    for (size_t i = minus; i < len; i++) {
        int digit = text[i] - '0';
        /* kept below zero: there is one more number there (INT64_MIN) than above */
        if (digit < 0 || digit > 9 || n < (INT64_MIN + digit) / 10)
            return false;
        n = n * 10 - digit;
    }
    if (!minus && n == INT64_MIN)
        return false;
    n = minus ? n : -n;
    if (n < min || n > max)
        return false;
    *out = n;
    return true;
}

bool whole_parse(const char *text, int64_t min, int64_t max, int64_t *out)
{
    return text && whole_read(text, strlen(text), min, max, out);
}
