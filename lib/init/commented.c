#include "init/commented.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/json_out.h"

enum { NOTE_MAX = 2048 };

static void begin_line(struct buf *b, int at, bool first)
{
    buf_adds(b, first ? "" : "\n");
    for (int i = 0; i < at; i++)
        buf_addc(b, ' ');
    buf_adds(b, "//");
}

/* The length of a word, with its unit when it is a number: "10 s" stays on one line. */
static int word_length(const char *word)
{
    size_t len = strcspn(word, " ");
    const char *next = word + len + strspn(word + len, " ");
    bool unit = strncmp(next, "s", strcspn(next, " .,;)")) == 0 ||
                strncmp(next, "ms", strcspn(next, " .,;)")) == 0;
    if (len && isdigit((unsigned char)word[len - 1]) && *next && unit)
        len = (size_t)(next - word) + strcspn(next, " ");
    return (int)len;
}

void commented_note(struct buf *b, int at, const char *fmt, ...)
{
    char text[NOTE_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    int column = COMMENTED_WIDTH;
    bool first = true;
    for (const char *word = text; *(word += strspn(word, " "));) {
        int len = word_length(word);
        if (column + 1 + len > COMMENTED_WIDTH) {
            begin_line(b, at, first);
            column = at + 2;
            first = false;
        }
        buf_addf(b, " %.*s", len, word);
        column += 1 + len;
        word += len;
    }
    buf_addc(b, '\n');
}

void commented_string(struct buf *b, const char *s)
{
    json_escape(b, s, strlen(s));
}

void commented_key(struct buf *b, const char *key, const char *value)
{
    buf_addf(b, "\"%s\": ", key);
    commented_string(b, value);
}

void commented_duration(struct buf *b, const char *key, int64_t ns)
{
    char text[32];
    commented_key(b, key, duration_format(ns, text, sizeof text));
}
