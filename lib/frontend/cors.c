#include "frontend/cors.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"

const char *const fe_cors_words[] = {"allowed", "status", "no-origin",          "other-origin",
                                     "method",  "header", "retry-after-hidden", NULL};

/* Is the name one of the comma-separated ones? `any`: a "*" stands for it, too. */
static bool lists(const char *list, const char *name, size_t len, bool any)
{
    for (const char *s = list ? list : ""; *s;) {
        s += strspn(s, ", \t");
        size_t n = strcspn(s, ", \t");
        if ((n == len && strncasecmp(s, name, n) == 0) || (any && n == 1 && *s == '*'))
            return true;
        s += n;
    }
    return false;
}

static enum fe_cors check_origin(const struct fe_cors_asked *asked, const struct fe_cors_said *said)
{
    if (!said->origin)
        return FE_CORS_NO_ORIGIN;
    bool same = strcmp(said->origin, "*") == 0 || strcmp(said->origin, asked->origin) == 0;
    return same ? FE_CORS_ALLOWED : FE_CORS_OTHER_ORIGIN;
}

/* The first header that was asked for and is not allowed. "*" does not stand for Authorization. */
static enum fe_cors check_headers(const struct fe_cors_asked *asked,
                                  const struct fe_cors_said *said, char *lacks, size_t size)
{
    static const char own[] = "authorization";
    for (const char *s = asked->headers ? asked->headers : ""; *s;) {
        size_t n = strcspn(s, ",");
        bool any = !(n == sizeof own - 1 && memcmp(s, own, n) == 0);
        if (!lists(said->headers, s, n, any)) {
            snprintf(lacks, size, "%.*s", (int)n, s);
            return FE_CORS_HEADER;
        }
        s += n + (s[n] == ',');
    }
    return FE_CORS_ALLOWED;
}

static enum fe_cors check_preflight(const struct fe_cors_asked *asked,
                                    const struct fe_cors_said *said, char *lacks, size_t size)
{
    if (said->status < 200 || said->status > 299)
        return FE_CORS_STATUS;
    if (fe_cors_unsafe_method(asked->method) &&
        !lists(said->methods, asked->method, strlen(asked->method), true)) {
        snprintf(lacks, size, "%s", asked->method);
        return FE_CORS_METHOD;
    }
    return check_headers(asked, said, lacks, size);
}

enum fe_cors fe_cors_check(const struct fe_cors_asked *asked, const struct fe_cors_said *said,
                           char *lacks, size_t size)
{
    static const char after[] = "retry-after";
    enum fe_cors origin = check_origin(asked, said);
    lacks[0] = '\0';
    if (origin != FE_CORS_ALLOWED)
        return origin;
    if (asked->preflight)
        return check_preflight(asked, said, lacks, size);
    bool hidden = said->retry_after && !lists(said->expose, after, sizeof after - 1, true);
    return hidden ? FE_CORS_HIDDEN : FE_CORS_ALLOWED;
}

/* "application/x-www-form-urlencoded", "multipart/form-data" and "text/plain" are what a form
 * could always send. */
static bool is_form_type(const char *value)
{
    static const char *const types[] = {"application/x-www-form-urlencoded", "multipart/form-data",
                                        "text/plain"};
    size_t n = strcspn(value, "; \t");
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (strlen(types[i]) == n && strncasecmp(types[i], value, n) == 0)
            return true;
    return false;
}

bool fe_cors_unsafe_header(const char *name, const char *value)
{
    static const char *const free_ones[] = {
        "Accept",
        "Accept-Language",
        "Content-Language", /* those below the browser writes itself */
        "Accept-Charset",
        "Accept-Encoding",
        "Connection",
        "Content-Length",
        "Cookie",
        "Cookie2",
        "Date",
        "DNT",
        "Expect",
        "Host",
        "Keep-Alive",
        "Origin",
        "Referer",
        "Set-Cookie",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "User-Agent",
        "Via"};
    for (size_t i = 0; i < ARRAY_LEN(free_ones); i++)
        if (strcasecmp(name, free_ones[i]) == 0)
            return false;
    if (strncasecmp(name, "Sec-", 4) == 0 || strncasecmp(name, "Proxy-", 6) == 0)
        return false;
    return strcasecmp(name, "Content-Type") != 0 || !is_form_type(value);
}

bool fe_cors_unsafe_method(const char *method)
{
    return strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0 && strcmp(method, "POST") != 0;
}

bool fe_cors_is_origin(const char *text)
{
    size_t scheme = strncmp(text, "http://", 7) == 0    ? 7
                    : strncmp(text, "https://", 8) == 0 ? 8
                                                        : 0;
    const char *host = text + scheme;
    size_t n = strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-[:]");
    return scheme && n && host[n] == '\0' && *host != ':';
}
