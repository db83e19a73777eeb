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
    int connections; /* accepted ones, any client's */
    int unread;      /* of these, with bytes that the server has not read */
};

/* Look at the listener. It counts from the moment at which its path leads to it until its socket is
 * closed, or until the path leads to another one: a server that removes the file and then empties
 * its queue loses no client. 0, or -errno. */
int unixdiag_listener(struct sockdiag *d, struct unix_listener *l, struct sockdiag_listener *out);

/* Connections that were made to it and accepted: an accepted socket has its listener's name. 0, or
 * -errno. */
int unixdiag_counts(struct sockdiag *d, const struct unix_listener *l, struct unix_counts *out);

/* A socket of a connection (SOCK_STREAM). The server's has its listener's name, the client's none,
 * unless it was bound to one. */
struct unix_socket {
    uint32_t inode;  /* as in /proc/PID/fd; one that is not accepted yet is not shown */
    uint32_t peer;   /* the other end's; 0: it is not accepted yet, or is closed */
    uint32_t rqueue; /* bytes not yet read */
    char path[110];  /* "@NAME" of an abstract one; "": none */
};

/* Call `each` for every socket of a connection. 0, or -errno. */
int unixdiag_each(struct sockdiag *d, void (*each)(const struct unix_socket *s, void *arg),
                  void *arg);
/* The one with this inode as it is now (some µs). 0, -ENOENT when it is closed, or another -errno.
 */
int unixdiag_look(struct sockdiag *d, uint32_t inode, struct unix_socket *now);

#endif
