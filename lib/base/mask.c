#include "base/mask.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/mem.h"

/* A name that holds one of these is secret. */
static const char *const secret_words[] = {
    "password",   "passwd",  "passphrase",    "pwd",        "secret",    "token",  "cookie",
    "session",    "bearer",  "authorization", "credential", "api_key",   "apikey", "api-key",
    "access_key", "private", "access-key",    "auth_key",   "signature",
};
/* ... or is one of these. */
static const char *const secret_names[] = {"key", "auth", "sig", "jwt", "x-auth"};
/* ... unless it is one of these: where the shell is (environ(7)), and which server libpq wants. */
static const char *const open_names[] = {"pwd_old", "oldpwd", "target_session_attrs"};

static bool is_one_of(const char *name, size_t len, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(names[i]) == len && strncasecmp(name, names[i], len) == 0)
            return true;
    return false;
}

bool mask_is_secret(const char *name, size_t len)
{
    if (is_one_of(name, len, open_names, ARRAY_LEN(open_names)) ||
        (len == 3 && memcmp(name, "PWD", 3) == 0))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(secret_words); i++) {
        size_t word = strlen(secret_words[i]);
        for (size_t at = 0; at + word <= len; at++)
            if (strncasecmp(name + at, secret_words[i], word) == 0)
                return true;
    }
    return is_one_of(name, len, secret_names, ARRAY_LEN(secret_names));
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

/* Is the name that ends before `end`, and perhaps in a quote, secret? */
static bool ends_in_secret(const char *text, const char *end)
{
    if (end > text && (end[-1] == '"' || end[-1] == '\''))
        end--;
    const char *begin = end;
    while (begin > text && is_name(begin[-1]))
        begin--;
    return mask_is_secret(begin, (size_t)(end - begin));
}

/* Three stars, so that not even the length is told. */
static void blank(char *from, size_t len)
{
    size_t stars = len < 3 ? len : 3;
    memset(from, '*', stars);
    memmove(from + stars, from + len, strlen(from + len) + 1);
}

/* The length of a value that begins here: to its closing quote, to the end of the line behind a
 * blank (a field's value), or else to what ends a parameter. */
static size_t value_length(const char *value, bool spaced)
{
    if (spaced)
        return strcspn(value, "\r\n");
    return strcspn(value, "& \t\r\n\"'");
}

static void mask_values(char *text)
{
    for (char *p = text; (p = strpbrk(p, "=:")); p++) {
        if (!ends_in_secret(text, p))
            continue;
        char *value = p + 1 + strspn(p + 1, " ");
        if (*value == '"' || *value == '\'') {
            char quote = *value++;
            blank(value, strcspn(value, (char[]){quote, '\r', '\n', '\0'}));
        } else {
            blank(value, value_length(value, value > p + 1));
        }
        p = value - 1;
    }
}

/* "--password hunter2", but not "--password --verbose". */
static void mask_options(char *text)
{
    for (char *p = text; (p = strchr(p, '-')); p++) {
        if (p > text && p[-1] != ' ')
            continue;
        size_t len = strcspn(p, " =");
        char *value = p + len;
        if (*value != ' ' || value[1] == '-' || !ends_in_secret(p, value))
            continue;
        blank(value + 1, strcspn(value + 1, " \r\n"));
    }
}

static void mask_users(char *text)
{
    for (char *p = text; (p = strstr(p, "://")); p++) {
        char *user = p + 3;
        size_t len = strcspn(user, "/?# '\"");
        char *at = memrchr(user, '@', len), *colon = memchr(user, ':', len);
        if (at && colon && colon < at)
            blank(colon + 1, (size_t)(at - colon - 1));
    }
}

void mask_text(char *text)
{
    mask_users(text);
    mask_options(text);
    mask_values(text);
}

char *mask_url(const char *url)
{
    char *copy = mem_strdup(url);
    const char *user = strstr(copy, "://"), *at = strrchr(copy, '@');
    char *colon = strchr(copy + (user ? user + 3 - copy : 0), ':');
    if (colon && at && colon < at)
        blank(colon + 1, (size_t)(at - colon - 1));
    mask_text(copy);
    return copy;
}

char *mask_copy(const char *text)
{
    if (!strpbrk(text, "=:-"))
        return NULL;
    char *copy = mem_strdup(text);
    mask_text(copy);
    if (strcmp(copy, text) != 0)
        return copy;
    free(copy);
    return NULL;
}
