/* The names of files in a script. It is not parsed: the end of a name is looked for, and from there
 * its beginning, so that a quote inside a regular expression does not mislead. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "skew/names.h"

enum { LONGEST = 512, EXCERPT = 48 };

static bool is_quote(char c)
{
    return c == '"' || c == '\'' || c == '`';
}

/* Next.js has names such as pages/[id]-ab12.js and app/(shop)/page-ab12.js. */
static bool in_name(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("_-./~@%+()[]:&=!$,", c));
}

/* Behind the ending: the end of the name, where a quote is; NULL when there is none. */
static const char *closing(const char *at, const char *end)
{
    const char *stop = at + LONGEST < end ? at + LONGEST : end;
    if (at < stop && *at == '?') /* a query belongs to the address */
        while (at < stop && (in_name(*at) || *at == '?'))
            at++;
    const char *quote = at < stop && *at == '\\' ? at + 1 : at; /* "\"a.js\"": text inside text */
    return quote < stop && is_quote(*quote) ? at : NULL;
}

/* The beginning of the name that ends at `to`; NULL when no quote of the same kind is there. */
static const char *opening(const char *text, const char *to, char quote)
{
    const char *at = to, *stop = to - text > LONGEST ? to - LONGEST : text;
    while (at > stop && in_name(at[-1]))
        at--;
    return at > text && at < to && at[-1] == quote ? at : NULL;
}

static bool ends_with(const char *text, const char *at, const char *word)
{
    size_t n = strlen(word);
    while (at > text && isspace((unsigned char)at[-1]))
        at--;
    return (size_t)(at - text) >= n && memcmp(at - n, word, n) == 0;
}

/* `import"./a.js"` and `from"./a.js"` are loaded with the script itself. `at`: behind the quote. */
static bool is_static(const char *text, const char *at)
{
    return ends_with(text, at - 1, "import") || ends_with(text, at - 1, "from");
}

/* data:, blob: and the like are no files. */
static bool is_address(const char *name)
{
    size_t scheme = strcspn(name, ":/?");
    if (name[scheme] == ':')
        return strncmp(name, "http://", 7) == 0 || strncmp(name, "https://", 8) == 0;
    return *name != '.' || name[1] == '/' || strncmp(name, "../", 3) == 0;
}

/* A service worker keeps its address and changes its bytes by design (Service Workers section 3.2);
 * no page asks for it as a chunk. */
static bool is_service_worker(const char *text, const char *at)
{
    return ends_with(text, at - 1, "register(");
}

static void found_ending(const char *text, size_t len, const char *ending, bool style,
                         name_found *found, void *arg)
{
    const char *end = text + len, *at = text;
    size_t n = strlen(ending);
    while ((at = memmem(at, (size_t)(end - at), ending, n))) {
        const char *to = closing(at + n, end);
        at += n;
        if (!to)
            continue;
        const char *from = opening(text, at, *to == '\\' ? to[1] : *to);
        if (!from)
            continue;
        char *name = mem_strndup(from, (size_t)(to - from));
        if (is_address(name) && !is_service_worker(text, from))
            found(arg,
                  &(struct name){.text = name, .style = style, .later = !is_static(text, from)});
        free(name);
    }
}

/* Is a quoted name, and nothing else, at `at`, behind "import("? */
static bool is_plain(const char *at, const char *end)
{
    if (!is_quote(*at))
        return false;
    const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
    if (!close || (*at == '`' && memmem(at, (size_t)(close - at), "${", 2)))
        return false;
    for (close++; close < end && isspace((unsigned char)*close);)
        close++;
    return close < end && (*close == ')' || *close == ',');
}

static void tell_code(const char *from, const char *end, name_found *found, void *arg)
{
    size_t n = 0;
    while (from + n < end && n < EXCERPT && from[n] != '\n' && from[n] != ';')
        n++;
    char *code = mem_strndup(from, n);
    found(arg, &(struct name){.text = code, .later = true, .unknown = true});
    free(code);
}

/* import() of anything but a quoted name. */
static void found_imports(const char *text, size_t len, name_found *found, void *arg)
{
    static const char word[] = "import(";
    const char *end = text + len, *at = text;
    while ((at = memmem(at, (size_t)(end - at), word, strlen(word)))) {
        const char *from = at;
        bool whole = at == text || !(isalnum((unsigned char)at[-1]) || strchr("_$.", at[-1]));
        for (at += strlen(word); at < end && isspace((unsigned char)*at);)
            at++;
        if (whole && at < end && *at != ')' && !is_plain(at, end))
            tell_code(from, end, found, arg);
    }
}

void names_in_script(const char *text, size_t len, name_found *found, void *arg)
{
    static const struct {
        const char *ending;
        bool style;
    } rows[] = {{".js", false}, {".mjs", false}, {".css", true}};
    for (size_t i = 0; len && i < ARRAY_LEN(rows); i++)
        found_ending(text, len, rows[i].ending, rows[i].style, found, arg);
    if (len) {
        names_of_webpack(text, len, found, arg);
        found_imports(text, len, found, arg);
    }
}
