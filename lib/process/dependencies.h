/* What the target depends on, as far as the kernel shows it: the TCP connections that its processes
 * have made (to a database, a cache, a queue), and when and how each is closed. */
#ifndef PROCESS_DEPENDENCIES_H
#define PROCESS_DEPENDENCIES_H

#include <stdint.h>
#include <sys/types.h>

#include "base/sockdiag.h"
#include "journal/event_words.h"

struct target;

enum { DEPENDENCIES_MOST = 256 }; /* connections at a time; more are not followed */

struct dependency {
    struct sockdiag_socket socket; /* as it was last seen */
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

/* From readiness on: search for new ones now and then (a walk through the kernel's table, a
 * hundredth of the time at most), and in the drain look at each every millisecond or so (some µs);
 * an event for each that is found, and for each that is closed. */
void dependencies_look(struct target *t, int64_t now_ns);
/* The target has exited: what becomes of those that were open to the end. */
void dependencies_end(struct target *t);

#endif
