/* A host's addresses, looked up once and before anything is measured. */
#ifndef BASE_RESOLVE_H
#define BASE_RESOLVE_H

#include <stdbool.h>
#include <sys/socket.h>

enum { RESOLVE_MOST = 8 };

struct resolved {
    struct sockaddr_storage at; /* with the port */
    socklen_t len;
};

/* Fill in the addresses of `host` (a name, or a number without brackets), IPv4 ones first: at most
 * RESOLVE_MOST. "localhost" is 127.0.0.1 and ::1, as RFC 6761 section 6.3 has it and libcurl does,
 * whatever the machine's own files say. `*named` (may be NULL): it was no number. Returns how many,
 * at least 1, or an EAI_ value of getaddrinfo(3), which are negative. */
int resolve_host(const char *host, const char *port, struct resolved out[RESOLVE_MOST],
                 bool *named);

/* Does a process on this machine listen at this very address and port, or at any address of that
 * port? Asked of sock_diag(7): trying to bind to it could be in the way of a server that does so at
 * that moment. An address that is not this machine's is taken to be held. */
bool resolve_is_held(const struct resolved *r);
/* Is it an address of this machine, where a listener can be seen? */
bool resolve_is_here(const struct resolved *r);
/* The first of them (at least one) that is held; 0 when none is. */
int resolve_first_held(const struct resolved *list, int count);

#endif
