#include "base/decimal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char digits[] = "0123456789";

const char *decimal_parse(const char *s, double *value)
{
    size_t len = strspn(s, digits);
    if (len == 0)
        return NULL;
    if (s[len] == '.')
        len += 1 + strspn(s + len + 1, digits);
    char *number = mem_strndup(s, len); /* alone: an exponent behind it is none of it */
    *value = strtod(number, NULL);
    free(number);
    return s + len;
}
