/* Source addresses spread over 127.0.0.0/8. All connections from one address to one port must have
 * different ports of their own: the kernel looks for a free one ever longer (half of the client's
 * time at 18,000 connections) and near 28,000 there is none. Below a thousand clients nothing is
 * spread, so that a connection is named by its local port alone. */
#ifndef LOAD_SOURCES_H
#define LOAD_SOURCES_H

#include <stdbool.h>
#include <stdint.h>

struct sources {
    bool spread;
};

/* `loopback`: the target is in 127.0.0.0/8; `clients`: of all loads. */
void sources_init(struct sources *s, bool loopback, int64_t clients);
/* Give the socket its source address, by the number of the client. 0, or -errno. */
int sources_bind(const struct sources *s, int fd, int64_t client);

#endif
