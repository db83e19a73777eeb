/* Where the target is: its URL taken apart and its name resolved, once, before the loads start, so
 * that no attempt ever waits for a resolver. */
#ifndef LOAD_ADDRESS_H
#define LOAD_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/error.h"

struct curl_slist;

struct address {
    char *base;      /* the URL without a trailing slash */
    char *authority; /* for the Host field: host[:port] */
    char *socket;    /* path of a Unix socket, `base` is "http://localhost" then; NULL */
    bool loopback;   /* IPv4 127.0.0.0/8 */
    struct sockaddr_storage addr; /* of several, one that has a listener */
    socklen_t addr_len;
    struct curl_slist *resolve; /* for CURLOPT_RESOLVE; NULL when the host is an address */
};

int address_init(struct address *a, const char *url, struct error *err);
void address_close(struct address *a); /* accepts a zeroed one */

#endif
