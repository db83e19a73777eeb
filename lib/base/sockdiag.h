/* What the kernel shows of TCP sockets, without privilege: NETLINK_SOCK_DIAG (sock_diag(7)).
 * The accept queue of a listener holds connections whose handshake is complete and that the program
 * has not accepted; closing the listener resets them. */
#ifndef BASE_SOCKDIAG_H
#define BASE_SOCKDIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* States as in <netinet/tcp.h>; a set of them is an OR of SOCKDIAG_STATE(x). */
#define SOCKDIAG_STATE(s) (1U << (s))

struct sockdiag_socket {
    int state;           /* TCP_LISTEN, TCP_ESTABLISHED, … */
    int family;          /* AF_INET or AF_INET6 */
    uint16_t local_port; /* host order */
    uint16_t remote_port;
    uint32_t rqueue; /* listener: connections in the accept queue; else: bytes not yet read */
    uint32_t wqueue; /* listener: the queue's limit; else: bytes not yet acknowledged */
    uint32_t inode;  /* of the socket, as in /proc/PID/fd; 0 when no process holds it */
    uint32_t uid;
    uint32_t device;          /* that it is bound to; 0: none */
    unsigned char local[16];  /* its address in network order: 4 bytes, or 16 for AF_INET6 */
    unsigned char remote[16]; /* the other end's */
    bool v6only;              /* a listener of AF_INET6 that takes no IPv4 (ipv6(7), IPV6_V6ONLY) */
};

/* A listener, summed over all sockets that take connections there (SO_REUSEPORT gives several). */
struct sockdiag_listener {
    int sockets;    /* how many listen there; 0: none */
    uint32_t depth; /* connections in their accept queues */
    uint32_t limit; /* how many those queues may hold (backlog) */
    uint32_t inode; /* of the first */
    struct sockdiag_socket first;
};

struct sockdiag; /* one netlink socket; keep it for the whole run */

/* NULL with errno set when the kernel does not offer sock_diag. */
struct sockdiag *sockdiag_open(void);
void sockdiag_close(struct sockdiag *d);

/* Does this listener take connections to the address `at` (AF_INET or AF_INET6; its port does not
 * count)? IPv4 may come to a socket of AF_INET6: one at any address unless it is v6only, and one at
 * the address as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2), as every Java server has it. */
bool sockdiag_takes(const struct sockdiag_socket *s, const struct sockaddr *at);

/* One more that belongs to the sum. */
void sockdiag_add(struct sockdiag_listener *sum, const struct sockdiag_socket *s);

/* Look at the listeners on a TCP port that take connections to `at`; NULL: to whatever address,
 * IPv4 or IPv6 (20 to 60 µs). 0, or -errno. */
int sockdiag_listener(struct sockdiag *d, uint16_t port, const struct sockaddr *at,
                      struct sockdiag_listener *out);

/* The same, when it `was` one socket: looks in one place instead of walking through all listeners
 * of the machine (some µs). A second socket that has come to listen beside it is not seen. -ENOENT
 * when it was not one, or is gone: then only sockdiag_listener knows who listens there. */
int sockdiag_listener_again(struct sockdiag *d, const struct sockdiag_listener *was,
                            struct sockdiag_listener *out);

/* Call `each` for every TCP socket whose local port is `port` (0: any) and whose state is in
 * `states`. Half-done handshakes are SYN_RECV. 0, or -errno. */
int sockdiag_each(struct sockdiag *d, uint16_t port, unsigned states,
                  void (*each)(const struct sockdiag_socket *s, void *arg), void *arg);

/* The connection or listener `s` (its addresses and ports) as it is now: a dump walks the kernel's
 * whole table, which takes milliseconds where the table is large; this looks in one place (some
 * µs). 0, -ENOENT when it is gone, or another -errno. */
int sockdiag_look(struct sockdiag *d, const struct sockdiag_socket *s, struct sockdiag_socket *now);

/* How many sockets sockdiag_each would show; -errno on failure. */
int sockdiag_count(struct sockdiag *d, uint16_t port, unsigned states);

/* As sockdiag_count, for one address family (AF_INET, AF_INET6). A dump walks the kernel's whole
 * table of sockets (0.5 ms and more), so half of it is worth saving where time counts. */
int sockdiag_count_family(struct sockdiag *d, int family, uint16_t port, unsigned states);

#endif
