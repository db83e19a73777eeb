#include "server/work/queue_url.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mask.h"
#include "base/mem.h"
#include "base/whole.h"

static int hex(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;
    return at ? (int)(at - digits) : -1;
}

/* RFC 3986 section 2.1. A fresh text; NULL: it is badly encoded, or holds a NUL. */
static char *decode(const char *text, size_t len)
{
    char *out = mem_zero(1, len + 1), *to = out;
    for (size_t i = 0; i < len; i++) {
        int high = 0, low = 0;
        if (text[i] != '%') {
            *to++ = text[i];
            continue;
        }
        high = i + 2 < len ? hex(text[i + 1]) : -1;
        low = high >= 0 ? hex(text[i + 2]) : -1;
        if (high < 0 || low < 0 || (high == 0 && low == 0)) {
            free(out);
            return NULL;
        }
        *to++ = (char)(high * 16 + low);
        i += 2;
    }
    return out;
}

/* "[USER]:PASSWORD", up to `end`. */
static bool read_secret(struct queue_url *u, const char *text, const char *end)
{
    const char *colon = memchr(text, ':', (size_t)(end - text));
    if (!colon)
        return false;
    u->user = colon > text ? decode(text, (size_t)(colon - text)) : NULL;
    u->password = decode(colon + 1, (size_t)(end - colon - 1));
    return u->password && *u->password && (colon == text || u->user);
}

static bool read_first_host(struct queue_url *u, const char *text, const char *end)
{
    bool v6 = text < end && *text == '[';
    const char *close = v6 ? memchr(text, ']', (size_t)(end - text)) : NULL;
    const char *colon = v6 ? (close ? close + 1 : end) : memchr(text, ':', (size_t)(end - text));
    int64_t port = 0;
    if (!colon || colon >= end || *colon != ':' || colon == text)
        return false;
    u->host = v6 ? mem_strndup(text + 1, (size_t)(close - text - 1))
                 : mem_strndup(text, (size_t)(colon - text));
    bool good = whole_read(colon + 1, (size_t)(end - colon - 1), 1, 65535, &port);
    u->port = (int)port;
    return good && *u->host;
}

/* Those behind the first one must be hosts, too. */
static bool read_hosts(struct queue_url *u, const struct queue_scheme *scheme, const char *text,
                       const char *end)
{
    const char *comma = memchr(text, ',', (size_t)(end - text));
    bool ok = read_first_host(u, text, comma ? comma : end);
    if (!comma)
        return ok;
    u->more = mem_strndup(comma + 1, (size_t)(end - comma - 1));
    for (const char *at = comma; ok && at < end;) {
        struct queue_url one = {0};
        const char *from = at + 1;
        at = memchr(from, ',', (size_t)(end - from));
        at = at ? at : end;
        ok = read_first_host(&one, from, at);
        free(one.host);
    }
    return ok && scheme->several;
}

/* Letters, digits and a few marks: a name that needs no quoting anywhere. */
static bool is_name(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_.:";
    return *text && strlen(text) <= 200 && text[strspn(text, letters)] == '\0';
}

/* Where the value of this key goes; NULL: there is no such key. */
static char **place_of(struct queue_url *u, const struct queue_scheme *scheme, const char *key,
                       size_t len)
{
    if (len == 5 && strncmp(key, "group", len) == 0)
        return &u->group;
    for (size_t i = 0; scheme->params && scheme->params[i]; i++)
        if (strlen(scheme->params[i]) == len && strncmp(scheme->params[i], key, len) == 0)
            return &u->params[i];
    return NULL;
}

static bool read_query(struct queue_url *u, const struct queue_scheme *scheme, const char *text)
{
    while (*text) {
        size_t key = strcspn(text, "=&"), len = strcspn(text, "&");
        char **to = text[key] == '=' ? place_of(u, scheme, text, key) : NULL;
        if (!to || *to)
            return false;
        *to = decode(text + key + 1, len - key - 1);
        if (!*to || !**to)
            return false;
        text += len + (text[len] == '&');
    }
    return true;
}

static bool read_name(struct queue_url *u, const struct queue_scheme *scheme, const char *text)
{
    const char *query = strchr(text, '?');
    u->name = query ? mem_strndup(text, (size_t)(query - text)) : mem_strdup(text);
    if (query && (!query[1] || !read_query(u, scheme, query + 1)))
        return false;
    if (!u->group)
        u->group = mem_strdup("drainctl");
    return is_name(u->name) && is_name(u->group);
}

static bool read_all(struct queue_url *u, const struct queue_scheme *scheme, const char *text)
{
    const char *slash = strchr(text, '/'), *at = NULL;
    for (const char *p = text; slash && p < slash; p++)
        at = *p == '@' ? p : at;
    if (!slash || (at && !read_secret(u, text, at)))
        return false;
    return read_hosts(u, scheme, at ? at + 1 : text, slash) && read_name(u, scheme, slash + 1);
}

void queue_url_refuse(const struct queue_url *u, const struct queue_scheme *scheme,
                      struct error *err)
{
    error_set(err, ERROR_USAGE, "'%.300s' is not the URL of a queue", u->shown);
    error_hint(err, "expected %s; in a password, write '/' as %%2F and '@' as %%40", scheme->form);
}

bool queue_url_is(const char *url, const char *scheme)
{
    size_t len = strlen(scheme);
    return strncmp(url, scheme, len) == 0 && strncmp(url + len, "://", 3) == 0;
}

int queue_url_read(struct queue_url *u, const struct queue_scheme *scheme, const char *url,
                   struct error *err)
{
    *u = (struct queue_url){.shown = mask_url(url)};
    if (queue_url_is(url, scheme->name) && read_all(u, scheme, strstr(url, "://") + 3))
        return 0;
    queue_url_refuse(u, scheme, err);
    queue_url_free(u);
    return -1;
}

void queue_url_free(struct queue_url *u)
{
    free(u->user);
    free(u->password);
    free(u->host);
    free(u->more);
    for (size_t i = 0; i < QUEUE_PARAMS_MOST; i++)
        free(u->params[i]);
    free(u->name);
    free(u->group);
    free(u->shown);
    *u = (struct queue_url){.port = 0};
}
