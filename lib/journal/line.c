/* A hand-written scanner: a journal of 20,000 requests has 100,000 lines, and a tree for each would
 * cost more than everything that is then done with it. */
#include "journal/line.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct scan {
    const char *at, *end;
};

static void skip_space(struct scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\r' || *s->at == '\n'))
        s->at++;
}

static bool take(struct scan *s, char c)
{
    skip_space(s);
    if (s->at == s->end || *s->at != c)
        return false;
    s->at++;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Behind a backslash: the length of the rest of the escape, 0 when it is none. */
static size_t escape_length(const char *at, const char *end)
{
    if (at == end)
        return 0;
    if (*at != 'u')
        return *at && strchr("\"\\/bfnrt", *at) ? 1 : 0;
    if (end - at < 5)
        return 0;
    for (int i = 1; i < 5; i++)
        if (hex_digit(at[i]) < 0)
            return 0;
    return 5;
}

/* At an opening quote: step behind the closing one; the bytes between go to *from and *len. */
static int scan_string(struct scan *s, const char **from, size_t *len)
{
    if (!take(s, '"'))
        return -1;
    *from = s->at;
    while (s->at < s->end && *s->at != '"') {
        if ((unsigned char)*s->at < 0x20)
            return -1;
        size_t more = 0;
        if (*s->at == '\\' && !(more = escape_length(s->at + 1, s->end)))
            return -1;
        s->at += 1 + more;
    }
    *len = (size_t)(s->at - *from);
    return take(s, '"') ? 0 : -1;
}

/* An object or array, whatever is in it: strings whole, brackets in pairs. */
static int scan_nested(struct scan *s)
{
    char closers[LINE_MAX_DEPTH];
    size_t depth = 0;
    do {
        skip_space(s);
        if (s->at == s->end)
            return -1;
        const char *from;
        size_t len;
        char c = *s->at;
        if (c == '"') {
            if (scan_string(s, &from, &len) < 0)
                return -1;
            continue;
        }
        if (c == '{' || c == '[') {
            if (depth == LINE_MAX_DEPTH)
                return -1;
            closers[depth++] = c == '{' ? '}' : ']';
        } else if ((c == '}' || c == ']') && closers[--depth] != c) {
            return -1;
        }
        s->at++;
    } while (depth);
    return 0;
}

static int scan_word(struct scan *s)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < 3; i++) {
        size_t len = strlen(words[i]);
        if ((size_t)(s->end - s->at) >= len && memcmp(s->at, words[i], len) == 0) {
            s->at += len;
            return 0;
        }
    }
    return -1;
}

static bool in_number(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static int scan_number(struct scan *s)
{
    const char *from = s->at;
    while (s->at < s->end && in_number(*s->at))
        s->at++;
    bool sign = from < s->end && *from == '-';
    const char *digit = from + sign;
    return digit < s->at && *digit >= '0' && *digit <= '9' ? 0 : -1;
}

static int scan_value(struct scan *s, struct line_value *v)
{
    skip_space(s);
    if (s->at == s->end)
        return -1;
    const char *from = s->at;
    int rc;
    if (*s->at == '"') {
        v->type = LINE_STRING;
        return scan_string(s, &v->s, &v->len);
    }
    if (*s->at == '{' || *s->at == '[') {
        v->type = LINE_NESTED;
        rc = scan_nested(s);
    } else if (in_number(*s->at)) {
        v->type = LINE_NUMBER;
        rc = scan_number(s);
    } else {
        v->type = LINE_WORD;
        rc = scan_word(s);
    }
    v->s = from;
    v->len = (size_t)(s->at - from);
    return rc;
}

int line_parse(struct line *line, const char *s, size_t len)
{
    struct scan scan = {s, s + len};
    line->count = 0;
    if (!take(&scan, '{'))
        return -1;
    if (!take(&scan, '}')) {
        do {
            struct line_value spare = {0};
            bool room = line->count < LINE_MAX_VALUES;
            struct line_value *v = room ? &line->values[line->count++] : &spare;
            if (scan_string(&scan, &v->key, &v->key_len) < 0 || !take(&scan, ':') ||
                scan_value(&scan, v) < 0)
                return -1;
        } while (take(&scan, ','));
        if (!take(&scan, '}'))
            return -1;
    }
    skip_space(&scan);
    return scan.at == scan.end ? 0 : -1;
}

const struct line_value *line_find(const struct line *line, const char *key)
{
    size_t len = strlen(key);
    for (size_t i = 0; i < line->count; i++)
        if (line->values[i].key_len == len && memcmp(line->values[i].key, key, len) == 0)
            return &line->values[i];
    return NULL;
}

/* 1.5e9 and the like: nothing that drainctl writes, but JSON all the same. */
static int64_t fraction(const struct line_value *v)
{
    char text[64];
    size_t len = v->len < sizeof text - 1 ? v->len : sizeof text - 1;
    memcpy(text, v->s, len);
    text[len] = '\0';
    double d = strtod(text, NULL);
    if (!(d > (double)-LINE_INT_MOST))
        return -LINE_INT_MOST;
    return d < (double)LINE_INT_MOST ? (int64_t)d : LINE_INT_MOST;
}

int64_t line_int(const struct line_value *v)
{
    if (v->type == LINE_WORD)
        return v->len == 4 && v->s[0] == 't';
    if (v->type != LINE_NUMBER)
        return 0;
    bool negative = v->s[0] == '-';
    int64_t n = 0;
    for (size_t i = negative; i < v->len; i++) {
        if (v->s[i] < '0' || v->s[i] > '9')
            return fraction(v);
        int digit = v->s[i] - '0';
        n = n > (LINE_INT_MOST - digit) / 10 ? LINE_INT_MOST : n * 10 + digit;
    }
    return negative ? -n : n;
}

static unsigned hex4(const char *s)
{
    unsigned n = 0;
    for (int i = 0; i < 4; i++)
        n = n << 4 | (unsigned)hex_digit(s[i]);
    return n;
}

static char *put_utf8(char *out, unsigned c)
{
    if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3f));
    } else {
        if (c < 0x10000) {
            *out++ = (char)(0xe0 | c >> 12);
        } else {
            *out++ = (char)(0xf0 | c >> 18);
            *out++ = (char)(0x80 | (c >> 12 & 0x3f));
        }
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    }
    return out;
}

/* At the 'u' of \uXXXX: the character, a pair of surrogates taken together; *used of its bytes. */
static unsigned unescape_u(const char *at, const char *end, size_t *used)
{
    unsigned c = hex4(at + 1);
    *used = 5;
    if (c >= 0xd800 && c < 0xdc00 && end - at >= 11 && at[5] == '\\' && at[6] == 'u') {
        unsigned low = hex4(at + 7);
        if (low >= 0xdc00 && low < 0xe000) {
            *used = 11;
            return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    return c == 0 || (c >= 0xd800 && c < 0xe000) ? 0xfffd : c;
}

size_t line_string(const struct line_value *v, char *out)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    char *start = out;
    const char *end = v->s + v->len;
    for (const char *at = v->s; at < end;) {
        if (*at != '\\') {
            *out++ = *at++;
            continue;
        }
        size_t used = 1;
        at++;
        const char *simple = strchr(from, *at);
        if (*at == 'u')
            out = put_utf8(out, unescape_u(at, end, &used));
        else
            *out++ = simple ? to[simple - from] : *at;
        at += used;
    }
    *out++ = '\0';
    return (size_t)(out - start);
}
