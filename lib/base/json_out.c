#include "base/json_out.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/escape.h"
#include "base/utf8.h"

void json_out_init(struct json_out *j, struct buf *b, int indent)
{
    *j = (struct json_out){.b = b, .indent = indent};
}

void json_escape(struct buf *b, const char *s, size_t len)
{
    static const char hex[] = "0123456789abcdef";
    buf_addc(b, '"');
    for (size_t i = 0; i < len;) {
        unsigned char c = (unsigned char)s[i];
        size_t n = utf8_length(s + i, len - i);
        if (n == 0) {
            buf_adds(b, ESCAPE_UNKNOWN);
            i++;
            continue;
        }
        if (c == '"' || c == '\\') {
            buf_addc(b, '\\');
            buf_addc(b, (char)c);
        } else if (c == '\n') {
            buf_adds(b, "\\n");
        } else if (c == '\t') {
            buf_adds(b, "\\t");
        } else if (c < 0x20 || c == 0x7f) {
            char u[] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
            buf_add(b, u, sizeof u);
        } else {
            buf_add(b, s + i, n);
        }
        i += n;
    }
    buf_addc(b, '"');
}

static void new_line(struct json_out *j)
{
    if (!j->indent)
        return;
    buf_addc(j->b, '\n');
    for (int i = 0; i < j->depth * j->indent; i++)
        buf_addc(j->b, ' ');
}

static void begin(struct json_out *j, const char *key)
{
    if (j->depth > 0) {
        if (j->began[j->depth])
            buf_addc(j->b, ',');
        j->began[j->depth] = true;
        new_line(j);
    }
    if (key) {
        json_escape(j->b, key, strlen(key));
        buf_adds(j->b, j->indent ? ": " : ":");
    }
}

static void open_level(struct json_out *j, const char *key, char bracket)
{
    begin(j, key);
    buf_addc(j->b, bracket);
    j->depth++;
    assert(j->depth < JSON_OUT_DEPTH);
    j->began[j->depth] = false;
}

static void close_level(struct json_out *j, char bracket)
{
    assert(j->depth > 0);
    bool had_members = j->began[j->depth];
    j->depth--;
    if (had_members)
        new_line(j);
    buf_addc(j->b, bracket);
}

void json_out_object(struct json_out *j, const char *key)
{
    open_level(j, key, '{');
}

void json_out_end_object(struct json_out *j)
{
    close_level(j, '}');
}

void json_out_array(struct json_out *j, const char *key)
{
    open_level(j, key, '[');
}

void json_out_end_array(struct json_out *j)
{
    close_level(j, ']');
}

void json_out_string(struct json_out *j, const char *key, const char *value)
{
    begin(j, key);
    if (value)
        json_escape(j->b, value, strlen(value));
    else
        buf_adds(j->b, "null");
}

void json_out_int(struct json_out *j, const char *key, int64_t value)
{
    begin(j, key);
    buf_add_int(j->b, value);
}

void json_out_number(struct json_out *j, const char *key, double value, int digits)
{
    begin(j, key);
    if (isfinite(value))
        buf_addf(j->b, "%.*f", digits, value);
    else
        buf_adds(j->b, "null");
}

void json_out_bool(struct json_out *j, const char *key, bool value)
{
    begin(j, key);
    buf_adds(j->b, value ? "true" : "false");
}

void json_out_null(struct json_out *j, const char *key)
{
    begin(j, key);
    buf_adds(j->b, "null");
}

void json_out_raw(struct json_out *j, const char *key, const char *json)
{
    begin(j, key);
    buf_adds(j->b, json);
}
