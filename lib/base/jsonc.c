#include "base/jsonc.h"

#include <stdbool.h>
#include <string.h>

static size_t skip_string(const char *text, size_t len, size_t i)
{
    for (i++; i < len && text[i] != '"' && text[i] != '\n'; i++)
        if (text[i] == '\\' && i + 1 < len)
            i++;
    return i;
}

static void blank(char *text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (text[i] != '\n' && text[i] != '\r')
            text[i] = ' ';
}

/* The offset behind the comment that starts at i, or len + 1 when it is never closed. */
static size_t comment_end(const char *text, size_t len, size_t i)
{
    if (text[i + 1] == '/') {
        const char *nl = memchr(text + i, '\n', len - i);
        return nl ? (size_t)(nl - text) : len;
    }
    for (size_t j = i + 2; j + 1 < len; j++)
        if (text[j] == '*' && text[j + 1] == '/')
            return j + 2;
    return len + 1;
}

size_t jsonc_blank(char *text, size_t len)
{
    size_t comma = len; /* the last comma, while only white space has followed it */
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == '/' && i + 1 < len && (text[i + 1] == '/' || text[i + 1] == '*')) {
            size_t end = comment_end(text, len, i);
            if (end > len)
                return i;
            blank(text, i, end);
            i = end - 1;
        } else if (c == ',') {
            comma = i;
        } else if ((c == '}' || c == ']') && comma < len) {
            text[comma] = ' ';
            comma = len;
        } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
            comma = len;
            if (c == '"')
                i = skip_string(text, len, i);
        }
    }
    return (size_t)-1;
}
