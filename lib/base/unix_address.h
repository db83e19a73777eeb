/* A URL that names a Unix socket (unix(7)): "unix:/run/app.sock", with a path behind a second colon
 * as nginx has it ("unix:/run/app.sock:/api"), or "http+unix://%2Frun%2Fapp.sock/api". */
#ifndef BASE_UNIX_ADDRESS_H
#define BASE_UNIX_ADDRESS_H

#include <stdbool.h>
#include <sys/un.h>

#include "base/resolve.h"

struct unix_address {
    char path[sizeof((struct sockaddr_un *)0)->sun_path]; /* of the socket */
    const char *rest; /* within the URL: the path of requests, beginning with '/'; or "" */
    size_t base_len;  /* of the URL in front of `rest`, without the colon that parts them */
};

/* Does the URL begin as one of these? */
bool unix_address_is(const char *url);
/* What parts such a URL from a path that follows it: ":" of "unix:/run/app.sock"; else "". */
const char *unix_address_parts(const char *url);
/* Take it apart. NULL, or what is wrong with it: "has no path of a socket". */
const char *unix_address_read(const char *url, struct unix_address *out);
/* The same as a URL that other programs can take apart, in a fresh string: the path of the socket
 * is its host, percent-encoded: "http+unix://%2Frun%2Fapp.sock/api". */
char *unix_address_url(const struct unix_address *a);
/* The socket as an address to connect to. */
void unix_address_resolve(const struct unix_address *a, struct resolved *out);
/* The path of the socket of such an address. */
const char *unix_address_path(const struct sockaddr *at);

#endif
