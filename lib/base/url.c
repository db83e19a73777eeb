#include "base/url.h"

#include <string.h>

#include "base/whole.h"

struct url url_split(const char *url)
{
    const char *scheme = strstr(url, "://");
    struct url u = {.authority = scheme ? scheme + 3 : url};
    u.authority_len = strcspn(u.authority, "/?#");
    u.rest = u.authority + u.authority_len;
    u.host = u.authority;
    const char *at = memrchr(u.authority, '@', u.authority_len);
    if (at) {
        u.user = u.authority;
        u.user_len = (size_t)(at - u.authority);
        u.host = at + 1;
    }
    size_t len = (size_t)(u.rest - u.host);
    const char *closing = *u.host == '[' ? memchr(u.host, ']', len) : NULL;
    const char *colon = closing ? closing + 1 : memchr(u.host, ':', len);
    if (closing)
        u.host++;
    u.port = colon && colon < u.rest && *colon == ':' ? colon + 1 : NULL;
    u.host_len = (size_t)((closing ? closing : u.port ? colon : u.rest) - u.host);
    return u;
}

int url_port(const struct url *u, int otherwise)
{
    int64_t port = 0;
    if (!u->port || u->port == u->rest)
        return otherwise;
    whole_read(u->port, (size_t)(u->rest - u->port), 1, 65535, &port);
    return (int)port;
}
