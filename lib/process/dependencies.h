/* What the target depends on, as far as the kernel shows it: the connections that its processes
 * have made over TCP and to Unix sockets (to a database, a cache, a queue), and when and how each
 * is closed. */
#ifndef PROCESS_DEPENDENCIES_H
#define PROCESS_DEPENDENCIES_H

#include <stdint.h>
#include <sys/types.h>

#include "base/sockdiag.h"
#include "base/unixdiag.h"
#include "journal/event_words.h"

struct target;

enum { DEPENDENCIES_MOST = 256 }; /* connections at a time; more are not followed */

struct dependency {
    struct sockdiag_socket socket; /* of TCP, as it was last seen */
    struct unix_socket local;      /* of a Unix socket, the target's end, with the path of the other
                                      one; "": it is none */
    pid_t pid;                     /* that holds it */
    int64_t seen_ns;               /* when it was last seen to be open */
};

struct dependencies {
    struct dependency open[DEPENDENCIES_MOST];
    int n_open;
    int64_t search_ns, look_ns; /* the next search for new ones, and the next look at these, are not
                                   before */
};

/* The usual service at a port ("postgresql" for 5432), or "". */
const char *dependency_name(uint16_t port);
/* The same at the path of a Unix socket ("/run/postgresql/.s.PGSQL.5432"). */
const char *dependency_name_at(const char *path);

/* From readiness on: search for new ones now and then (a walk through the kernel's table, a
 * hundredth of the time at most), and in the drain look at each every millisecond or so (some µs);
 * an event for each that is found, and for each that is closed. */
void dependencies_look(struct target *t, int64_t now_ns);
/* The target has exited: what becomes of those that were open to the end. */
void dependencies_end(struct target *t);

#endif
