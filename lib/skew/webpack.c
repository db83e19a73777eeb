/* webpack's runtime holds a function from a chunk's number to its name, not the names. The function
 * is a sum of texts, the number, and objects that are looked up with it; that much of JavaScript is
 * worked out here, once for every number that stands in it, and nothing else. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "skew/names.h"

enum { MOST_KEYS = 4096, LONGEST_KEY = 64, LONGEST_VALUE = 512, DEEPEST = 200 };

struct value {
    bool defined;
    char text[LONGEST_VALUE];
};

struct sum {
    const char *at, *end;
    char param[LONGEST_KEY]; /* the function's argument */
    const char *key;         /* its value; NULL: only collect the keys */
    char (*keys)[LONGEST_KEY];
    size_t n_keys;
    int depth;
    bool asks; /* the argument is part of the name */
    bool bad;  /* something that is not understood */
};

static void any(struct sum *s, struct value *out);

static void skip(struct sum *s)
{
    while (s->at < s->end && isspace((unsigned char)*s->at))
        s->at++;
}

static bool take(struct sum *s, const char *word)
{
    size_t n = strlen(word);
    skip(s);
    if ((size_t)(s->end - s->at) < n || memcmp(s->at, word, n) != 0)
        return false;
    s->at += n;
    return true;
}

static void join(struct sum *s, struct value *a, const char *text, size_t len)
{
    size_t n = strlen(a->text);
    if (n + len >= sizeof a->text) {
        s->bad = true;
        return;
    }
    memcpy(a->text + n, text, len);
    a->text[n + len] = '\0';
}

static void set(struct sum *s, struct value *v, const char *text, size_t len)
{
    v->defined = true;
    v->text[0] = '\0';
    join(s, v, text, len);
}

/* A quoted text, a number or a word; false when none of them is there. */
static bool take_token(struct sum *s, struct value *v, bool *quoted)
{
    skip(s);
    *quoted = s->at < s->end && (*s->at == '"' || *s->at == '\'' || *s->at == '`');
    const char *from = s->at + *quoted;
    if (*quoted) {
        const char *close = memchr(from, *s->at, (size_t)(s->end - from));
        if (!close || memchr(from, '\\', (size_t)(close - from)) ||
            memmem(from, (size_t)(close - from), "${", 2))
            return false;
        s->at = close + 1;
        set(s, v, from, (size_t)(close - from));
        return true;
    }
    while (s->at < s->end && (isalnum((unsigned char)*s->at) || *s->at == '_' || *s->at == '$'))
        s->at++;
    set(s, v, from, (size_t)(s->at - from));
    return s->at > from;
}

static void note_key(struct sum *s, const char *key)
{
    if (s->key || strlen(key) >= LONGEST_KEY)
        return;
    for (size_t i = 0; i < s->n_keys; i++)
        if (strcmp(s->keys[i], key) == 0)
            return;
    if (s->n_keys < MOST_KEYS)
        memcpy(s->keys[s->n_keys++], key, strlen(key) + 1);
}

/* {7:"a",8:"b"}, behind its "{": what stands at the key. */
static void object(struct sum *s, struct value *out)
{
    struct value key, item;
    bool quoted;
    out->defined = false;
    while (!s->bad && !take(s, "}")) {
        if (!take_token(s, &key, &quoted) || !take(s, ":") || !take_token(s, &item, &quoted)) {
            s->bad = true;
            return;
        }
        note_key(s, key.text);
        if (s->key && strcmp(key.text, s->key) == 0)
            *out = item;
        if (!take(s, ",") && !(s->at < s->end && *s->at == '}'))
            s->bad = true;
    }
}

static void param_or_number(struct sum *s, struct value *out)
{
    bool quoted;
    if (!take_token(s, out, &quoted))
        s->bad = true;
    else if (!quoted && strcmp(out->text, s->param) == 0) {
        s->asks = true;
        set(s, out, s->key ? s->key : "", s->key ? strlen(s->key) : 0);
    } else if (!quoted && !isdigit((unsigned char)out->text[0]))
        s->bad = true; /* a variable of the program */
}

static void one(struct sum *s, struct value *out)
{
    if (take(s, "{"))
        object(s, out);
    else if (take(s, "(")) {
        any(s, out);
        s->bad = s->bad || !take(s, ")");
    } else {
        param_or_number(s, out);
    }
    struct value index;
    if (take(s, "[")) { /* only ever of an object, and by the argument */
        param_or_number(s, &index);
        s->bad = s->bad || !take(s, "]");
    }
}

static void sum(struct sum *s, struct value *out)
{
    struct value next;
    one(s, out);
    while (!s->bad && take(s, "+")) {
        one(s, &next);
        if (out->defined && next.defined)
            join(s, out, next.text, strlen(next.text));
        else
            out->defined = false; /* "undefined" in a name: no such file */
    }
}

/* A sum; one sum or else another; `7===e?A:B`. */
static void any(struct sum *s, struct value *out)
{
    struct value other, yes, no;
    if (++s->depth > DEEPEST)
        s->bad = true;
    if (s->bad)
        return;
    const char *from = s->at;
    sum(s, out);
    while (!s->bad && take(s, "||")) {
        sum(s, &other);
        if (!out->defined || !*out->text)
            *out = other;
    }
    if (!s->bad && (take(s, "===") || take(s, "=="))) {
        sum(s, &other);
        if (!s->key) { /* the number on either side is one that has a name */
            struct sum again = *s;
            struct value left;
            bool quoted;
            again.at = from;
            if (take_token(&again, &left, &quoted))
                note_key(s, strcmp(left.text, s->param) == 0 ? other.text : left.text);
        }
        bool equal = out->defined && other.defined && strcmp(out->text, other.text) == 0;
        if (!take(s, "?"))
            s->bad = true;
        any(s, &yes);
        s->bad = s->bad || !take(s, ":");
        any(s, &no);
        if (!s->bad)
            *out = equal ? yes : no;
    }
    s->depth--;
}

/* `e=>` or `function(e){return `, at the "=" behind the property; false: no such function. */
static bool head(struct sum *s)
{
    struct value param;
    bool quoted, old = false;
    if (!take(s, "="))
        return false;
    if (take(s, "function"))
        old = true;
    bool bracket = take(s, "(");
    if (!take_token(s, &param, &quoted) || quoted || strlen(param.text) >= sizeof s->param)
        return false;
    memcpy(s->param, param.text, strlen(param.text) + 1);
    if (bracket && !take(s, ")"))
        return false;
    return old ? take(s, "{") && take(s, "return") : take(s, "=>");
}

static void tell_unknown(const char *from, const char *end, name_found *found, void *arg)
{
    enum { EXCERPT = 48 };
    size_t room = (size_t)(end - from);
    char *code = mem_strndup(from, room < EXCERPT ? room : EXCERPT);
    found(arg, &(struct name){.text = code, .later = true, .unknown = true});
    free(code);
}

static void tell_maker(const char *from, const char *to, bool style, name_found *found, void *arg)
{
    char *code = mem_strndup(from, (size_t)(to - from));
    found(arg, &(struct name){
                   .text = code, .style = style, .later = true, .unknown = true, .maker = true});
    free(code);
}

static void give_names(const struct sum *begin, bool style, name_found *found, void *arg)
{
    for (size_t i = 0; i < begin->n_keys; i++) {
        struct sum s = *begin;
        struct value name = {0};
        s.key = begin->keys[i];
        any(&s, &name);
        if (!s.bad && name.defined)
            found(arg, &(struct name){.text = name.text, .style = style, .later = true});
    }
}

/* `at`: the property; `behind`: what follows it. */
static void one_function(const char *at, const char *behind, const char *end, bool style,
                         name_found *found, void *arg)
{
    struct sum s = {.at = behind, .end = end};
    struct value name;
    if (!head(&s))
        return;
    s.keys = mem_zero(MOST_KEYS, sizeof *s.keys);
    struct sum begin = s;
    any(&s, &name); /* once, for the keys */
    begin.n_keys = s.n_keys;
    /* .u= of something else is nothing to speak of; one with an ending is a name that is made. */
    const char *stop = s.at + 200 < end ? s.at + 200 : end;
    bool ending = memmem(at, (size_t)(stop - at), style ? ".css" : ".js", style ? 4 : 3) != NULL;
    /* With a single chunk webpack writes no object: its number stands where it is asked for,
     * perhaps in another file. */
    bool nameless = !s.bad && s.n_keys == 0 && s.asks;
    if (!s.bad && !nameless)
        give_names(&begin, style, found, arg);
    else if (nameless && ending)
        tell_maker(at, s.at, style, found, arg);
    else if (ending)
        tell_unknown(at, end, found, arg);
    free(s.keys);
}

void names_made(const char *code, const char *number, bool style, name_found *found, void *arg)
{
    struct sum s = {.at = code + strcspn(code, "="), .end = code + strlen(code), .key = number};
    struct value name = {0};
    if (!head(&s))
        return;
    any(&s, &name);
    if (!s.bad && name.defined)
        found(arg, &(struct name){.text = name.text, .style = style, .later = true});
}

/* `.e(372).then(`, and `.e(372),` or `.e(372)]` in Promise.all; a build for developers has names in
 * quotes. */
static void found_numbers(const char *text, size_t len, name_found *found, void *arg)
{
    static const char word[] = ".e(";
    const char *at = text, *end = text + len;
    while ((at = memmem(at, (size_t)(end - at), word, strlen(word)))) {
        struct sum s = {.at = at + strlen(word), .end = end};
        struct value number;
        bool quoted;
        at = s.at;
        if (!take_token(&s, &number, &quoted) || !*number.text ||
            (!quoted && !isdigit((unsigned char)number.text[0])) || !take(&s, ")"))
            continue;
        if (take(&s, ".then(") || take(&s, ",") || take(&s, "]"))
            found(arg, &(struct name){.text = number.text, .later = true, .number = true});
    }
}

void names_of_webpack(const char *text, size_t len, name_found *found, void *arg)
{
    static const struct {
        const char *property;
        bool style;
    } rows[] = {{".u", false}, {".miniCssF", true}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *at = text, *end = text + len, *word = rows[i].property;
        while ((at = memmem(at, (size_t)(end - at), word, strlen(word)))) {
            const char *behind = at + strlen(word);
            one_function(at, behind, end, rows[i].style, found, arg);
            at = behind;
        }
    }
    found_numbers(text, len, found, arg);
}
