#include "report/tap/tap.h"

#include <string.h>

#include "base/escape.h"
#include "base/json_out.h"

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

static const char *on_one_line(const char *c, size_t n)
{
    return *c == '\n' || *c == '\t' || line_end(c, n) ? " " : escape_control(c);
}

/* In a description '#' would begin a directive and '\' escapes. */
static const char *in_description(const char *c, size_t n)
{
    return *c == '#' ? "\\#" : *c == '\\' ? "\\\\" : on_one_line(c, n);
}

void tap_line(struct buf *out, const char *s)
{
    escape_add(out, s, on_one_line);
}

void tap_text(struct buf *out, const char *s)
{
    escape_add(out, s, in_description);
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
    escape_add(out, text.data, line_end);
    buf_addc(out, '\n');
    buf_free(&text);
}
