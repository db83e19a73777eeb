/* Foreign bytes, colours and columns. */
#include "report/text/text.h"

#include <string.h>

#include "base/utf8.h"
#include "base/wrap.h"

static const char *const codes[] = {
    [STYLE_PLAIN] = "",        [STYLE_BOLD] = "\033[1m", [STYLE_DIM] = "\033[2m",
    [STYLE_GOOD] = "\033[32m", [STYLE_BAD] = "\033[31m", [STYLE_UNSURE] = "\033[33m",
};

static unsigned decode(const char *s, size_t n)
{
    unsigned c = (unsigned char)s[0];
    if (n > 1)
        c &= 0xffU >> (n + 1);
    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)s[i] & 0x3f);
    return c;
}

/* C0, DEL, C1, and what reorders or hides text (Unicode UAX #9, "Trojan Source"). */
static bool is_dangerous(unsigned c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

/* The runner of GitHub Actions takes a line of a log for a command that begins so, blanks aside, or
 * that has the older form anywhere in it (actions/runner, ActionCommand.cs). */
static bool begins_command(const char *s)
{
    return strncmp(s, "::", 2) == 0;
}

static bool is_old_command(const char *s)
{
    return strncmp(s, "##[", 3) == 0;
}

void text_safe(struct buf *out, const char *s)
{
    if (!s) /* what was too long for its buffer */
        return;
    if (begins_command(s)) /* it may come to stand at the start of a line */
        buf_addf(out, "\\x%02x", (unsigned char)*s++);
    for (size_t len = strlen(s), n; len; s += n, len -= n) {
        n = utf8_length(s, len);
        unsigned c = n ? decode(s, n) : (unsigned char)*s;
        if (n == 0) {
            buf_addf(out, "\\x%02x", c);
            n = 1;
        } else if (c == '\n' || c == '\t') {
            buf_adds(out, c == '\n' ? "\\n" : "\\t");
        } else if (is_dangerous(c) || is_old_command(s)) {
            buf_addf(out, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
        } else {
            buf_add(out, s, n);
        }
    }
}

/* Characters, which is columns for all but wide scripts. */
static int count_characters(const char *s, size_t len)
{
    int n = 0;
    for (size_t i = 0; i < len; i++)
        n += ((unsigned char)s[i] & 0xc0) != 0x80;
    return n;
}

int text_columns(const char *s)
{
    struct buf b;
    buf_init(&b, 1024 * 1024);
    text_safe(&b, s);
    int n = count_characters(b.data ? b.data : "", b.len);
    buf_free(&b);
    return n;
}

static void begin_style(struct text *t, enum style style)
{
    if (t->color)
        buf_adds(t->out, codes[style]);
}

static void end_style(struct text *t, enum style style)
{
    if (t->color && style != STYLE_PLAIN)
        buf_adds(t->out, "\033[0m");
}

void text_style(struct text *t, enum style style, const char *s)
{
    begin_style(t, style);
    text_safe(t->out, s);
    end_style(t, style);
}

void text_pad(struct text *t, int columns)
{
    for (int i = 0; i < columns; i++)
        buf_addc(t->out, ' ');
}

/* Whole lines of safe text; a word that would begin a command can have come to stand first. */
static void add_lines(struct text *t, const char *s)
{
    for (const char *end; *s; s = end) {
        const char *word = s + strspn(s, " ");
        end = strchrnul(s, '\n');
        end += *end == '\n';
        if (begins_command(word)) {
            text_pad(t, (int)(word - s));
            buf_addf(t->out, "\\x%02x", (unsigned char)*word);
            s = word + 1;
        }
        buf_add(t->out, s, (size_t)(end - s));
    }
}

void text_wrap(struct text *t, enum style style, int at, int indent, const char *s)
{
    struct buf safe, lines;
    buf_init(&safe, 1024 * 1024);
    buf_init(&lines, 128 * 1024 * 1024); /* each word on a line of its own, indented */
    text_safe(&safe, s);
    wrap_add(&lines, safe.data ? safe.data : "", at, wrap_blanks(indent), t->width);
    lines.data[--lines.len] = '\0'; /* the style ends before the line does */
    begin_style(t, style);
    add_lines(t, lines.data);
    end_style(t, style);
    buf_addc(t->out, '\n');
    buf_free(&lines);
    buf_free(&safe);
}

void text_undo_newline(struct text *t)
{
    if (t->out->len && t->out->data[t->out->len - 1] == '\n')
        t->out->data[--t->out->len] = '\0';
}

enum style verdict_style(enum verdict_value v)
{
    static const enum style styles[] = {STYLE_GOOD, STYLE_BAD, STYLE_UNSURE};
    return styles[v];
}
