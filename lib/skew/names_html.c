/* The names of files in a page. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/mem.h"
#include "skew/names.h"

enum { MOST_ATTRIBUTES = 32 };

struct attribute {
    const char *name, *value;
    size_t name_len, value_len;
};

struct tag {
    struct attribute attributes[MOST_ATTRIBUTES];
    int n;
    const char *end; /* behind its ">" */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool begins(const char *at, const char *end, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(end - at) >= n && strncasecmp(at, word, n) == 0;
}

static const char *find_text(const char *at, const char *end, const char *word)
{
    while (at < end && !begins(at, end, word))
        at++;
    return at;
}

static const char *read_value(const char *at, const char *end, struct attribute *a)
{
    if (at < end && (*at == '"' || *at == '\'')) {
        const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
        a->value = at + 1;
        a->value_len = (size_t)((close ? close : end) - a->value);
        return close ? close + 1 : end;
    }
    a->value = at;
    while (at < end && !is_blank(*at) && *at != '>')
        at++;
    a->value_len = (size_t)(at - a->value);
    return at;
}

static const char *read_attribute(const char *at, const char *end, struct attribute *a)
{
    *a = (struct attribute){.name = at, .value = ""};
    while (at < end && !is_blank(*at) && *at != '=' && *at != '>' && *at != '/')
        at++;
    a->name_len = (size_t)(at - a->name);
    const char *value = at;
    while (value < end && is_blank(*value))
        value++;
    if (value == end || *value != '=')
        return at;
    for (value++; value < end && is_blank(*value);)
        value++;
    return read_value(value, end, a);
}

/* `at`: behind the tag's name. */
static void read_tag(const char *at, const char *end, struct tag *t)
{
    struct attribute spare = {0};
    t->n = 0;
    while (at < end && *at != '>') {
        if (is_blank(*at) || *at == '/' || *at == '=') {
            at++;
            continue;
        }
        struct attribute *a = t->n < MOST_ATTRIBUTES ? &t->attributes[t->n++] : &spare;
        at = read_attribute(at, end, a);
    }
    t->end = at < end ? at + 1 : end;
}

/* Addresses hold no entity but &amp; in practice; blanks around them do not count. */
static char *decoded(const char *s, size_t len)
{
    while (len && is_blank(*s))
        s++, len--;
    while (len && is_blank(s[len - 1]))
        len--;
    char *out = mem_strndup(s, len), *to = out;
    for (const char *from = out; *from; *to++ = *from++)
        if (strncmp(from, "&amp;", 5) == 0) {
            *to++ = '&';
            from += 5;
            if (!*from)
                break;
        }
    *to = '\0';
    return out;
}

/* NULL when the tag has no such attribute, or an empty one; the caller frees. */
static char *attribute_of(const struct tag *t, const char *name)
{
    for (int i = 0; i < t->n; i++)
        if (t->attributes[i].name_len == strlen(name) && t->attributes[i].value_len &&
            strncasecmp(t->attributes[i].name, name, t->attributes[i].name_len) == 0)
            return decoded(t->attributes[i].value, t->attributes[i].value_len);
    return NULL;
}

static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (; list && *list; list += strcspn(list, " \t\n\r\f")) {
        list += strspn(list, " \t\n\r\f");
        if (strcspn(list, " \t\n\r\f") == n && strncasecmp(list, word, n) == 0)
            return true;
    }
    return false;
}

/* --- what a tag asks for --- */

static void found_link(const struct tag *t, name_found *found, void *arg)
{
    static const struct {
        const char *rel, *as; /* `as` NULL: whatever it says */
        bool style, later;
    } rows[] = {
        {"stylesheet", NULL, true, false},   {"modulepreload", NULL, false, false},
        {"preload", "script", false, false}, {"preload", "style", true, false},
        {"prefetch", "script", false, true}, {"prefetch", "style", true, true},
    };
    char *rel = attribute_of(t, "rel"), *as = attribute_of(t, "as"),
         *href = attribute_of(t, "href");
    for (size_t i = 0; href && i < ARRAY_LEN(rows); i++)
        if (has_word(rel, rows[i].rel) && (!rows[i].as || has_word(as, rows[i].as))) {
            found(arg,
                  &(struct name){
                      .text = href, .style = rows[i].style, .tag = true, .later = rows[i].later});
            break;
        }
    free(rel);
    free(as);
    free(href);
}

/* Returns where the text behind the script goes on. */
static const char *found_script(const struct tag *t, const char *end, name_found *found, void *arg)
{
    char *src = attribute_of(t, "src");
    const char *close = find_text(t->end, end, "</script");
    if (src)
        found(arg, &(struct name){.text = src, .tag = true});
    else
        names_in_script(t->end, (size_t)(close - t->end), found, arg);
    free(src);
    return close;
}

char *names_in_html(const char *text, size_t len, name_found *found, void *arg)
{
    const char *at = text, *end = text + len;
    char *base = NULL;
    struct tag t;
    while (at < end && (at = memchr(at, '<', (size_t)(end - at)))) {
        const char *name = ++at;
        if (begins(at, end, "!--")) {
            at = find_text(at + 3, end, "-->");
            continue;
        }
        while (at < end && isalpha((unsigned char)*at))
            at++;
        size_t n = (size_t)(at - name);
        if (n == 0)
            continue;
        read_tag(at, end, &t);
        at = t.end;
        if (n == 6 && strncasecmp(name, "script", n) == 0)
            at = found_script(&t, end, found, arg);
        else if (n == 4 && strncasecmp(name, "link", n) == 0)
            found_link(&t, found, arg);
        else if (n == 4 && strncasecmp(name, "base", n) == 0 && !base)
            base = attribute_of(&t, "href");
    }
    return base;
}
