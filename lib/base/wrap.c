#include "base/wrap.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/attr.h"

static const char blanks[] = "                                        "
                             "                                        ";

const char *wrap_blanks(int columns)
{
    int most = (int)sizeof blanks - 1;
    return blanks + most - (columns < most ? columns : most);
}

static bool is_unit(const char *word)
{
    static const char *const units[] = {"%", "us", "ms", "s"};
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        size_t len = strlen(units[i]);
        if (strncmp(word, units[i], len) == 0 && (!word[len] || strchr(" \n.,:;)", word[len])))
            return true;
    }
    return false;
}

/* The length of the next piece that no line breaks. */
static size_t piece_length(const char *word)
{
    size_t len = strcspn(word, " \n");
    if (len && isdigit((unsigned char)word[len - 1]) && word[len] == ' ' && is_unit(word + len + 1))
        len += 1 + strcspn(word + len + 1, " \n");
    return len;
}

static int count_columns(const char *s, size_t len)
{
    int n = 0;
    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)s[i] & 0xc0) != 0x80;
    return n;
}

void wrap_add(struct buf *out, const char *text, int column, const char *indent, int width)
{
    bool fresh = true; /* no word on this line yet */
    for (const char *word = text; *(word += strspn(word, " "));) {
        size_t len = piece_length(word);
        int columns = count_columns(word, len);
        bool ends = *word == '\n';
        if (ends || (!fresh && column + 1 + columns > width)) {
            buf_addc(out, '\n');
            word += ends;
            if (*word && *word != '\n')
                buf_adds(out, indent);
            column = count_columns(indent, strlen(indent));
            fresh = true;
            if (ends)
                continue;
        }
        if (!fresh)
            buf_addc(out, ' ');
        buf_add(out, word, len);
        column += !fresh + columns;
        fresh = false;
        word += len;
    }
    buf_addc(out, '\n');
}
