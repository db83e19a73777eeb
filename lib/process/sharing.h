/* Whose is a listening socket? Asked where the port alone does not say it: drainctl holds the one
 * of a target with socket activation, and while a target is replaced two processes of it listen at
 * one port, each with its own socket (SO_REUSEPORT) or both with the same one (handed over). */
#ifndef PROCESS_SHARING_H
#define PROCESS_SHARING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/sockdiag.h"

struct target;

/* A socket, and which process of the target has it, as last seen. */
struct holder {
    uint32_t inode; /* of the socket; 0: there is none to be looked for */
    pid_t pid;      /* 0: no process of the target has it (any more) */
    int fd;         /* the descriptor there */
    bool shut;      /* of drainctl's: the target has shut it down, for everybody */
};

/* Has a process of the target that socket still? Some µs, or ms when it has changed hands. Once
 * lost, it stays so. */
bool holder_has(struct target *t, struct holder *h);

enum { SHARING_MOST = 64 };

struct sharing {
    bool on;   /* only what its own processes have counts as the target's listener */
    bool kept; /* it has closed a socket that another process goes on with: no client is lost */
    int count;
    struct holder sockets[SHARING_MOST]; /* all that were seen at the port */
};

/* The listeners that take connections to `at` (NULL: to whatever address) and are the target's own.
 * 0, or -errno. */
int sharing_sum(struct target *t, const struct sockaddr *at, struct sockdiag_listener *out);

#endif
