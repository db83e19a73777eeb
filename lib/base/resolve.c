#include "base/resolve.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/sockdiag.h"

static int look_up(const char *host, const char *port, int flags, int family, struct resolved *out,
                   int room)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags, .ai_family = family};
    struct addrinfo *list = NULL;
    int n = 0, rc = getaddrinfo(host, port, &hints, &list);
    if (rc)
        return rc;
    for (const struct addrinfo *i = list; i && n < room; i = i->ai_next, n++) {
        memcpy(&out[n].at, i->ai_addr, i->ai_addrlen);
        out[n].len = i->ai_addrlen;
    }
    freeaddrinfo(list);
    return n;
}

/* A server under test that listens on one family mostly listens on IPv4. */
static int both_families(const char *host, const char *port, struct resolved *out)
{
    int four = look_up(host, port, AI_ADDRCONFIG, AF_INET, out, RESOLVE_MOST);
    int had = four > 0 ? four : 0;
    int six = look_up(host, port, AI_ADDRCONFIG, AF_INET6, out + had, RESOLVE_MOST - had);
    return six > 0 ? had + six : had ? had : four;
}

int resolve_host(const char *host, const char *port, struct resolved out[RESOLVE_MOST], bool *named)
{
    int n = look_up(host, port, AI_NUMERICHOST, AF_UNSPEC, out, RESOLVE_MOST);
    if (named)
        *named = n <= 0;
    if (n > 0)
        return n;
    if (strcasecmp(host, "localhost") != 0)
        return both_families(host, port, out);
    n = look_up("127.0.0.1", port, AI_NUMERICHOST, AF_INET, out, 1);
    return n < 0 ? n : n + look_up("::1", port, AI_NUMERICHOST, AF_INET6, out + n, 1);
}

/* --- who listens there --- */

struct search {
    const struct resolved *at;
    bool found;
};

static void look_at(const struct sockdiag_socket *s, void *arg)
{
    struct search *search = arg;
    search->found |= sockdiag_takes(s, (const struct sockaddr *)(const void *)&search->at->at);
}

/* Nothing is bound to but a port that the kernel picks: that is in no one's way. */
bool resolve_is_here(const struct resolved *r)
{
    struct sockaddr_storage at = r->at;
    if (at.ss_family == AF_UNIX)
        return true; /* and to bind would make the file */
    int fd = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (at.ss_family == AF_INET)
        ((struct sockaddr_in *)(void *)&at)->sin_port = 0;
    else
        ((struct sockaddr_in6 *)(void *)&at)->sin6_port = 0;
    bool is = fd >= 0 && bind(fd, (const struct sockaddr *)&at, r->len) == 0;
    if (fd >= 0)
        close(fd);
    return is;
}

bool resolve_is_held(const struct resolved *r)
{
    struct search search = {.at = r};
    /* sin_port and sin6_port lie at the same place */
    uint16_t port = ntohs(((const struct sockaddr_in *)(const void *)&r->at)->sin_port);
    struct sockdiag *d = resolve_is_here(r) ? sockdiag_open() : NULL;
    if (!d || sockdiag_each(d, port, SOCKDIAG_STATE(TCP_LISTEN), look_at, &search) < 0)
        search.found = true; /* it cannot be known */
    sockdiag_close(d);
    return search.found;
}

int resolve_first_held(const struct resolved *list, int count)
{
    for (int i = 0; count > 1 && i < count; i++) /* of one there is nothing to choose */
        if (resolve_is_held(&list[i]))
            return i;
    return 0;
}
