/* What the two kinds of dependencies share (dependencies_linux.c, dependencies_unix_linux.c, and
 * dependencies_held_linux.c). */
#ifndef PROCESS_DEPENDENCIES_INT_H
#define PROCESS_DEPENDENCIES_INT_H

#include "process/private.h"

enum { SOCKETS_MOST = 4096, FOUND_MOST = 1024 };

/* A socket of the target, and the process that holds it. */
struct held_socket {
    uint32_t inode;
    pid_t pid;
};

struct held_sockets {
    struct held_socket sockets[SOCKETS_MOST];
    int count;
};

void held_add(struct held_sockets *all, pid_t pid); /* those of this process */
/* The process that holds it; 0: none of the target's. */
pid_t held_by(const struct held_sockets *held, uint32_t inode);

/* Ends of connections at Unix sockets that have a name. */
struct unix_ends {
    struct unix_socket found[FOUND_MOST];
    int count;
};

/* One walk through the kernel's table. Some are there, or none. */
bool unix_ends_find(struct target *t, struct unix_ends *ends);
/* The next one of these (from *at on, which it moves) that is the other end of a connection which
 * the target has made; `out` is then the target's end, with the path of that one. The pid that
 * holds it; 0: no more. */
pid_t unix_ends_next(const struct unix_ends *ends, int *at, const struct held_sockets *held,
                     struct unix_socket *out);
/* How such a connection stands; `s` is brought up to date. Nothing tells how one was closed that is
 * gone: by a reset, as the other end sees it, if something in it was unread (unix(7)). */
enum link_is unix_end_is(struct target *t, struct unix_socket *s);

#endif
