/* The socket under a connection: reading, writing, and closing without destroying an answer. */
#ifndef SERVER_CONN_H
#define SERVER_CONN_H

#include <stdbool.h>
#include <stdint.h>

struct http;
struct listener;
struct server;

/* Take over an accepted, non-blocking descriptor. */
void conn_open(struct listener *l, int fd);
/* The drain has begun: see http_drain. */
void conns_drain(struct server *s);
/* Close the main listener's connections that pass the test, logged, and `cut` in the ledger.
 * Returns how many. Those that pass it must have a request. */
int conns_cut_if(struct server *s, bool (*test)(const struct http *h));
/* Hand each that passes the test to `act`, which may close it. */
void conns_each_if(struct server *s, bool (*test)(const struct http *h),
                   void (*act)(struct http *h));
/* Close all that have a request in flight; each is logged and the ledger says `cut`. Returns how
 * many requests. */
int conns_cut(struct server *s, bool in_flight_only);
/* Close what is left at the exit, nothing unread. */
void conns_close(struct server *s);

/* rtt_linux.c: the shortest round trip seen on the connection; 0 when it is not known. */
int64_t rtt_min_ns(int fd);

#endif
