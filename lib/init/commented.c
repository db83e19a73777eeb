#include "init/commented.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/json_out.h"
#include "base/wrap.h"

enum { NOTE_MAX = 2048 };

void commented_note(struct buf *b, int at, const char *fmt, ...)
{
    char text[NOTE_MAX], indent[32];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    snprintf(indent, sizeof indent, "%*s// ", at, "");
    buf_adds(b, indent);
    wrap_add(b, text, at + 3, indent, COMMENTED_WIDTH);
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
