/* Foreign text in Markdown. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "report/markdown/md.h"
#include "report/text/text.h"

enum { SAFE_MAX = 16 * 1024 * 1024 };

const char *md_mark(enum verdict_value v)
{
    static const char *const marks[] = {"✅", "❌", "❓"};
    return marks[v];
}

static void reference(struct buf *out, char c)
{
    buf_addf(out, "&#%d;", c);
}

/* GitHub makes links of "@name" and "#123" after it has read the Markdown, in the text of each
 * element by itself: so the sign goes into an element of its own. */
static void lonely(struct buf *out, char c)
{
    buf_adds(out, "<span>");
    reference(out, c);
    buf_adds(out, "</span>");
}

/* Where a bare address would become a link: "http://", "www.". */
static bool begins_link(const char *text, const char *at)
{
    if (*at == ':')
        return at[1] == '/';
    return *at == '.' && at - text >= 3 && strncasecmp(at - 3, "www", 3) == 0;
}

static void escape(struct buf *out, const char *text)
{
    for (const char *s = text; *s; s++) {
        if (strchr("@#", *s) && isalnum((unsigned char)s[1]))
            lonely(out, *s);
        else if (strchr("\\`*_[]<>&|~$@#", *s) || begins_link(text, s))
            reference(out, *s);
        else
            buf_addc(out, *s);
    }
}

/* The lines of `s`, joined by `joint`. */
static void safe_lines(struct buf *safe, const char *s, const char *joint)
{
    for (size_t len; *s; s += len + (s[len] == '\n')) {
        struct buf line;
        len = strcspn(s, "\n");
        buf_init(&line, SAFE_MAX);
        buf_add(&line, s, len);
        text_safe(safe, line.data ? line.data : "");
        if (s[len])
            buf_adds(safe, joint);
        buf_free(&line);
    }
}

void md_text(struct buf *out, const char *s)
{
    struct buf safe;
    buf_init(&safe, SAFE_MAX);
    safe_lines(&safe, s ? s : "", " ");
    escape(out, safe.data ? safe.data : "");
    buf_free(&safe);
}

void md_code(struct buf *out, const char *s)
{
    buf_adds(out, "<code>");
    md_text(out, s);
    buf_adds(out, "</code>");
}

void md_pre(struct buf *out, const char *s)
{
    struct buf safe;
    buf_init(&safe, SAFE_MAX);
    safe_lines(&safe, s ? s : "", "\n");
    for (const char *c = safe.data ? safe.data : ""; *c; c++) {
        if (strchr("<>&", *c))
            reference(out, *c);
        else
            buf_addc(out, *c);
    }
    buf_free(&safe);
}
