/* Socket activation (sd_listen_fds(3), systemd.socket(5)) as a service manager does it: drainctl
 * binds the listening socket, holds it for the whole run, and passes it to each process of the
 * target as descriptor 3. A client that connects while no process is there waits in its queue. */
#ifndef PROCESS_ACTIVATION_H
#define PROCESS_ACTIVATION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/resolve.h"

struct target;

/* Ours as long as the run lasts, whatever process of the target is there. */
struct activation {
    int fd;     /* the listening socket; -1: not bound yet */
    char *path; /* the file of a Unix socket, removed at the end; or NULL */
};

/* Bind and listen there. 0, or -1 and ERROR_RUN; `url` is for the message. */
int activation_open(struct activation *a, const struct resolved *at, const char *url,
                    struct error *err);
void activation_close(struct activation *a);

/* The target is to be started with this socket. `beside`: another one is at work with it. 0, or -1
 * and ERROR_RUN: it listens no more. */
int activation_begin(struct target *t, const struct activation *a, bool beside, struct error *err);
/* It runs; with readiness by its port, our own connection goes into the queue. */
void activation_follow(struct target *t);
/* Has a process accepted our own connection? */
bool activation_is_served(struct target *t);
/* It was not ready in time, or exited before: what its use of the socket has to do with that, or
 * that another process of it is at the port.
 * `other`: a port that it listens on itself; 0: none. False when nothing can be said. */
bool activation_hint(struct target *t, int other, struct error *err);
void activation_end(struct target *t); /* our own connection is closed */

#endif
