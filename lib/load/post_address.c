/* Where a report is sent, and the header fields that go with it. */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "load/post.h"

bool post_is_address(const char *text)
{
    return strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0;
}

static bool is_local(const char *host)
{
    struct in_addr v4;
    bool loopback = inet_pton(AF_INET, host, &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127;
    return loopback || strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0;
}

static char *take(char *from_curl)
{
    char *copy = mem_strdup(from_curl);
    curl_free(from_curl);
    return copy;
}

static int read_url(struct post_address *a, CURLU *u, const char *text, const char *path)
{
    char *part = NULL;
    if (curl_url_set(u, CURLUPART_URL, text, 0) || curl_url_get(u, CURLUPART_HOST, &part, 0))
        return -1;
    a->local = is_local(part);
    curl_free(part);
    if (path && curl_url_get(u, CURLUPART_PATH, &part, 0) == CURLUE_OK) {
        if (strcmp(part, "/") == 0)
            curl_url_set(u, CURLUPART_PATH, path, 0);
        curl_free(part);
    }
    curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
    if (curl_url_get(u, CURLUPART_URL, &part, 0))
        return -1;
    a->url = take(part);
    curl_url_set(u, CURLUPART_USER, NULL, 0);
    curl_url_set(u, CURLUPART_PASSWORD, NULL, 0);
    if (curl_url_get(u, CURLUPART_URL, &part, 0))
        return -1;
    a->shown = take(part);
    return 0;
}

int post_address_read(struct post_address *a, const char *text, const char *path, struct error *err)
{
    *a = (struct post_address){0};
    CURLU *u = curl_url();
    int rc = u ? read_url(a, u, text, path) : -1;
    curl_url_cleanup(u);
    if (rc == 0)
        return 0;
    post_address_free(a);
    error_set(err, ERROR_USAGE, "'%.200s' is not an address", text);
    return error_hint(err, "expected http://HOST:PORT or http://HOST:PORT/PATH");
}

/* --- fields from the environment --- */

static char *decoded(const char *s, size_t len)
{
    int n = 0;
    while (len && (*s == ' ' || *s == '\t'))
        s++, len--;
    while (len && (s[len - 1] == ' ' || s[len - 1] == '\t'))
        len--;
    char *raw = mem_strndup(s, len);
    char *text = curl_easy_unescape(NULL, raw, 0, &n);
    free(raw);
    return text; /* freed with curl_free */
}

/* RFC 9110 sections 5.1 and 5.5, and nothing that could end the line. */
static bool is_field(const char *name, const char *value)
{
    static const char token[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if (!*name || name[strspn(name, token)] != '\0' || !*value)
        return false;
    for (const char *p = value; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            return false;
    return true;
}

static int add_field(struct post_address *a, const char *member, size_t len)
{
    const char *equals = memchr(member, '=', len);
    if (!equals)
        return -1;
    char *name = decoded(member, (size_t)(equals - member));
    char *value = decoded(equals + 1, len - (size_t)(equals - member) - 1);
    int rc = name && value && is_field(name, value) ? 0 : -1;
    if (rc == 0) {
        a->fields = mem_resize(a->fields, a->n_fields + 1, sizeof *a->fields);
        a->fields[a->n_fields++] = mem_printf("%s: %s", name, value);
    }
    curl_free(name);
    curl_free(value);
    return rc;
}

int post_address_fields(struct post_address *a, const char *variable, const char *list,
                        struct error *err)
{
    for (const char *s = list; *s;) {
        size_t len = strcspn(s, ",");
        if (strspn(s, " \t") < len && add_field(a, s, len) < 0) {
            /* what it holds may be a key: it is not shown */
            error_set(err, ERROR_USAGE, "'%s' in the environment does not hold header fields",
                      variable);
            return error_hint(err, "expected name=value,name=value, percent-encoded");
        }
        s += len + (s[len] == ',');
    }
    return 0;
}

void post_address_free(struct post_address *a)
{
    free(a->url);
    free(a->shown);
    for (size_t i = 0; i < a->n_fields; i++)
        free(a->fields[i]);
    free(a->fields);
    *a = (struct post_address){0};
}
