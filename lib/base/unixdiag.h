/* What the kernel shows of Unix sockets, without privilege: NETLINK_SOCK_DIAG with unix_diag (see
 * sock_diag(7)). A listener's queue holds connections that the program has not accepted; closing it
 * resets them, as with TCP. */
#ifndef BASE_UNIXDIAG_H
#define BASE_UNIXDIAG_H

#include <stdint.h>
#include <sys/stat.h>

#include "base/sockdiag.h"

/* The listener at a path that clients go to. Zeroed before the first look. */
struct unix_listener {
    const char *path;
    uint32_t inode; /* of the listening socket, as last seen; 0: none */
    dev_t dev;      /* of its file, when it was first seen */
    ino_t file;     /* 0: never */
};

struct unix_counts {
    int connections; /* accepted ones, whoever made them */
    int unread;      /* of these, with bytes that the server has not read */
};

/* Look at the listener. It counts from the moment at which its path leads to it until its socket is
 * closed, or until the path leads to another one: a server that removes the file and then empties
 * its queue loses nobody. 0, or -errno. */
int unixdiag_listener(struct sockdiag *d, struct unix_listener *l, struct sockdiag_listener *out);

/* Connections that were made to it and accepted: an accepted socket has its listener's name. 0, or
 * -errno. */
int unixdiag_counts(struct sockdiag *d, const struct unix_listener *l, struct unix_counts *out);

#endif
