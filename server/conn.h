/* The socket under a connection: reading, writing, and closing without destroying an answer. */
#ifndef SERVER_CONN_H
#define SERVER_CONN_H

#include <stdbool.h>
#include <stdint.h>

struct listener;
struct server;

/* Take over an accepted, non-blocking descriptor. */
void conn_open(struct listener *l, int fd);
/* The drain has begun: see http_drain. */
void conns_drain(struct server *s);
/* Close all that have a request in flight; each is logged and the ledger says `cut`. Returns how
 * many requests. */
int conns_cut(struct server *s, bool in_flight_only);
/* Close what is left at the exit, nothing unread. */
void conns_close(struct server *s);

/* rtt_linux.c: the shortest round trip seen on the connection; 0 when it is not known. */
int64_t rtt_min_ns(int fd);

#endif
