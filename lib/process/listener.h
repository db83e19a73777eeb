/* The listening socket, as the kernel shows it (sock_diag(7)): when it comes and goes, who owns it,
 * and how many connections lie in its accept queue. */
#ifndef PROCESS_LISTENER_H
#define PROCESS_LISTENER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/unixdiag.h"
#include "process/sharing.h"

struct target;

struct listener {
    struct sockdiag *diag;        /* NULL: not to be seen */
    struct sockdiag_listener now; /* as last seen, at the address that the clients go to */
    int address;                  /* that one, among those of the target's base */
    bool anywhere; /* that address is not this machine's (a container's, say): any on the port */
    struct unix_listener at_path; /* when that address is a Unix socket; else its path is NULL */
    bool seen;                    /* ever */
    pid_t owner;                  /* of the socket; 0: not known */
    int64_t changed_ns;           /* 0: not yet */
    unsigned looks;
    struct sharing sharing;
};

/* The sockets that take connections at the address that the clients go to, summed: of several
 * addresses that the target's name has, the first one held when it becomes ready. 0, or -errno. */
int listener_sum(struct target *t, struct sockdiag_listener *out);
void listener_look(struct target *t, int64_t t_ns); /* 0: now */

#endif
