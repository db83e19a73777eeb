/* The target's address. */
#include "load/address.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/resolve.h"
#include "base/unix_address.h"

struct parts {
    char *host, *port, *scheme;
};

static void parts_free(struct parts *p)
{
    curl_free(p->host);
    curl_free(p->port);
    curl_free(p->scheme);
}

static int parse(const char *url, struct parts *p)
{
    CURLU *u = curl_url();
    int bad = !u || curl_url_set(u, CURLUPART_URL, url, 0) ||
              curl_url_get(u, CURLUPART_SCHEME, &p->scheme, 0) ||
              curl_url_get(u, CURLUPART_HOST, &p->host, 0) ||
              curl_url_get(u, CURLUPART_PORT, &p->port, CURLU_DEFAULT_PORT) ||
              strcmp(p->scheme, "http") != 0;
    curl_url_cleanup(u);
    return bad ? -1 : 0;
}

/* Only the one address: a client that tries another one behind our back is two attempts. */
static struct curl_slist *resolve_entry(const struct parts *p, const struct resolved *r)
{
    char text[INET6_ADDRSTRLEN + 8] = "";
    getnameinfo((const struct sockaddr *)&r->at, r->len, text, sizeof text, NULL, 0,
                NI_NUMERICHOST);
    bool six = r->at.ss_family == AF_INET6;
    char *entry = mem_printf(six ? "%s:%s:[%s]" : "%s:%s:%s", p->host, p->port, text);
    struct curl_slist *s = curl_slist_append(NULL, entry);
    free(entry);
    return s;
}

static bool is_loopback(const struct sockaddr_storage *addr)
{
    const struct sockaddr_in *in = (const void *)addr;
    return addr->ss_family == AF_INET && ntohl(in->sin_addr.s_addr) >> 24 == 127;
}

static char *bare_host(const char *host)
{
    size_t len = strlen(host);
    return host[0] == '[' ? mem_strndup(host + 1, len - 2) : mem_strdup(host);
}

static int lookup(struct address *a, const struct parts *p, struct error *err)
{
    struct resolved list[RESOLVE_MOST];
    bool named;
    char *host = bare_host(p->host);
    int n = resolve_host(host, p->port, list, &named);
    free(host);
    if (n < 0)
        return error_set(err, ERROR_RUN, "cannot resolve '%s': %s", p->host, gai_strerror(n));
    const struct resolved *chosen = &list[resolve_first_held(list, n)];
    a->addr = chosen->at;
    a->addr_len = chosen->len;
    a->loopback = is_loopback(&a->addr);
    if (named)
        a->resolve = resolve_entry(p, chosen);
    return 0;
}

static char *without_slashes(const char *url)
{
    size_t len = strlen(url);
    while (len > 0 && url[len - 1] == '/')
        len--;
    return mem_strndup(url, len);
}

static int init_unix(struct address *a, const char *url, struct error *err)
{
    struct unix_address at;
    struct resolved to;
    const char *wrong = unix_address_read(url, &at);
    if (wrong)
        return error_set(err, ERROR_RUN, "the URL '%s' %s", url, wrong);
    unix_address_resolve(&at, &to);
    a->addr = to.at;
    a->addr_len = to.len;
    a->socket = mem_strdup(at.path);
    a->authority = mem_strdup("localhost"); /* as curl --unix-socket has it */
    char *prefix = without_slashes(at.rest);
    a->base = mem_printf("http://localhost%s", prefix);
    free(prefix);
    return 0;
}

int address_init(struct address *a, const char *url, struct error *err)
{
    *a = (struct address){0};
    if (unix_address_is(url))
        return init_unix(a, url, err);
    struct parts p = {0};
    if (parse(url, &p) < 0) {
        parts_free(&p);
        error_set(err, ERROR_RUN, "cannot make requests to '%s'", url);
        return error_hint(err, "the target's url is http://HOST:PORT");
    }
    int rc = lookup(a, &p, err);
    a->base = without_slashes(url);
    a->authority =
        strcmp(p.port, "80") == 0 ? mem_strdup(p.host) : mem_printf("%s:%s", p.host, p.port);
    parts_free(&p);
    return rc;
}

void address_close(struct address *a)
{
    free(a->base);
    free(a->authority);
    free(a->socket);
    curl_slist_free_all(a->resolve);
    *a = (struct address){0};
}
