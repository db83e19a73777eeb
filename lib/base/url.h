/* The parts of a URL (RFC 3986 section 3), as slices of its text: nothing is decoded or checked. */
#ifndef BASE_URL_H
#define BASE_URL_H

#include <stddef.h>

struct url {
    const char *authority; /* behind "://"; without a scheme the text's beginning */
    size_t authority_len;
    const char *user; /* before the last '@' of the authority, without it; NULL: none */
    size_t user_len;
    const char *host; /* without the brackets of an IPv6 address */
    size_t host_len;
    const char *port; /* digits up to `rest`, perhaps none; NULL: there is no ':' behind the host */
    const char *rest; /* path, query and fragment: begins with '/', '?' or '#', or is "" */
};

struct url url_split(const char *url);
/* Its port as a number: `otherwise` when it names none, 0 when that is no number up to 65535. */
int url_port(const struct url *u, int otherwise);

#endif
