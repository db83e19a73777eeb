/* Which running process is meant, by what a person knows of it: a port, a name, a pid. Processes of
 * other users can only be looked at with privilege (proc(5), ptrace(2) access mode). */
#ifndef PROCESS_FIND_H
#define PROCESS_FIND_H

#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

struct found_port {
    uint16_t port;
    char host[64]; /* for a URL: "127.0.0.1", "[::1]"; of any address, the loopback one */
};

/* The process that listens on a TCP port of this machine; if a master and workers share its socket,
 * the master. ERROR_RUN when no process listens there, when it cannot be seen who, or
 * when several unrelated processes do (SO_REUSEPORT). */
int find_by_port(int port, pid_t *pid, struct error *err);

/* The process with this name: its short name (comm), or the last part of the program's path. Of
 * several that descend from one of them, that one. ERROR_RUN when there is none or it is not clear
 * which is meant. This process itself does not count. */
int find_by_name(const char *name, pid_t *pid, struct error *err);

/* The TCP ports that a process or its descendants listen on, each once, lowest first (of `port`
 * alone when that is not 0), at most `max`; returns how many. */
int find_ports(pid_t pid, int port, struct found_port *out, int max);

#endif
