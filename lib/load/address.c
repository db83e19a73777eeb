/* The target's address. */
#include "load/address.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

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

/* IPv4 first: a server under test that listens on one family mostly listens on that one. */
static struct addrinfo *preferred(struct addrinfo *list)
{
    for (struct addrinfo *i = list; i; i = i->ai_next)
        if (i->ai_family == AF_INET)
            return i;
    return list;
}

static void add_numeric(struct buf *b, const struct addrinfo *i)
{
    char text[INET6_ADDRSTRLEN + 8];
    if (getnameinfo(i->ai_addr, i->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) == 0)
        buf_addf(b, i->ai_family == AF_INET6 ? "%s[%s]" : "%s%s", b->len ? "," : "", text);
}

static struct curl_slist *resolve_list(const struct parts *p, const struct addrinfo *list,
                                       const struct addrinfo *first)
{
    struct buf addresses;
    buf_init(&addresses, 4096);
    add_numeric(&addresses, first);
    for (const struct addrinfo *i = list; i; i = i->ai_next)
        if (i != first)
            add_numeric(&addresses, i);
    char *entry = mem_printf("%s:%s:%s", p->host, p->port, addresses.data ? addresses.data : "");
    struct curl_slist *s = curl_slist_append(NULL, entry);
    free(entry);
    buf_free(&addresses);
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
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    char *host = bare_host(p->host);
    hints.ai_flags = AI_NUMERICHOST;
    bool named = getaddrinfo(host, p->port, &hints, &list) != 0;
    hints.ai_flags = AI_ADDRCONFIG;
    int rc = named ? getaddrinfo(host, p->port, &hints, &list) : 0;
    free(host);
    if (rc)
        return error_set(err, ERROR_RUN, "cannot resolve '%s': %s", p->host, gai_strerror(rc));
    struct addrinfo *first = preferred(list);
    memcpy(&a->addr, first->ai_addr, first->ai_addrlen);
    a->addr_len = first->ai_addrlen;
    a->loopback = is_loopback(&a->addr);
    if (named)
        a->resolve = resolve_list(p, list, first);
    freeaddrinfo(list);
    return 0;
}

int address_init(struct address *a, const char *url, struct error *err)
{
    *a = (struct address){0};
    struct parts p = {0};
    if (parse(url, &p) < 0) {
        parts_free(&p);
        error_set(err, ERROR_RUN, "cannot make requests to '%s'", url);
        return error_hint(err, "the target's url is http://HOST:PORT");
    }
    int rc = lookup(a, &p, err);
    size_t len = strlen(url);
    while (len > 0 && url[len - 1] == '/')
        len--;
    a->base = mem_strndup(url, len);
    a->authority =
        strcmp(p.port, "80") == 0 ? mem_strdup(p.host) : mem_printf("%s:%s", p.host, p.port);
    parts_free(&p);
    return rc;
}

void address_close(struct address *a)
{
    free(a->base);
    free(a->authority);
    curl_slist_free_all(a->resolve);
    *a = (struct address){0};
}
