#include "report/tap/tap.h"

#include <string.h>

#include "base/json_out.h"
#include "base/utf8.h"

/* What some readers take for the end of a line, though YAML 1.2 does not: NEL, LS and PS. */
static const char *line_end(const char *s, size_t n)
{
    static const struct {
        const char *bytes, *escaped;
    } ends[] = {{"\xc2\x85", "\\u0085"}, {"\xe2\x80\xa8", "\\u2028"}, {"\xe2\x80\xa9", "\\u2029"}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (n == strlen(ends[i].bytes) && memcmp(s, ends[i].bytes, n) == 0)
            return ends[i].escaped;
    return NULL;
}

/* One line, whatever is in it. */
void tap_line(struct buf *out, const char *s, const char *escaped)
{
    for (size_t len = s ? strlen(s) : 0, n; len; s += n, len -= n) {
        n = utf8_length(s, len);
        if (*s == '\n' || *s == '\t' || line_end(s, n)) {
            buf_addc(out, ' ');
        } else if (n == 0 || (unsigned char)*s < 0x20 || *s == 0x7f) {
            buf_adds(out, "\xef\xbf\xbd");
            n = n ? n : 1;
        } else {
            if (strchr(escaped, *s))
                buf_addc(out, '\\');
            buf_add(out, s, n);
        }
    }
}

/* In a description '#' would begin a directive and '\' escapes. */
void tap_text(struct buf *out, const char *s)
{
    tap_line(out, s, "#\\");
}

/* A JSON string is a YAML double-quoted scalar (YAML 1.2 section 1.3). */
void tap_yaml(struct buf *out, const char *key, const char *value)
{
    enum { VALUE_MAX = 16 * 1024 * 1024 };
    struct buf text;
    if (!value)
        return;
    buf_init(&text, VALUE_MAX);
    json_escape(&text, value, strlen(value));
    buf_addf(out, "  %s: ", key);
    const char *s = text.data ? text.data : "";
    for (size_t len = text.len, n; len; s += n, len -= n) {
        n = utf8_length(s, len);
        const char *escaped = line_end(s, n);
        if (escaped)
            buf_adds(out, escaped);
        else
            buf_add(out, s, n);
    }
    buf_addc(out, '\n');
    buf_free(&text);
}
