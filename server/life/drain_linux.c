/* Closing a listening socket resets every connection in its accept queue and every handshake that
 * is half done. Linux lets us stop new ones without closing. */
#include <errno.h>
#include <linux/filter.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/attr.h"
#include "base/clock.h"
#include "server/internal.h"

/* Far longer than a connect(2) to a Unix socket takes (some µs). */
static const int64_t unix_connect_ns = 2 * NS_PER_MS;

/* A filter on a listening TCP socket sees each packet from the TCP header on; the flags are its
 * byte 13, SYN is 0x02 (RFC 9293 §3.1). Only a bare SYN is dropped: the last ACK of a handshake
 * must get through. Accepted sockets inherit the filter, which does them no harm: they get no SYN.
 * Needs no privilege (socket(7), SO_ATTACH_FILTER). */
int drain_refuse_syn(int fd)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x02, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
    };
    struct sock_fprog program = {.len = ARRAY_LEN(code), .filter = code};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0 ? -errno : 0;
}

int drain_half_done(struct server *s, const struct listener *l)
{
    const unsigned states = SOCKDIAG_STATE(TCP_SYN_RECV);
    if (l->family == AF_UNIX) /* a client that had found the file may just be joining the queue */
        return clock_ns() - s->drain.queue_began_ns < unix_connect_ns;
    if (!s->sockets.diag)
        return -ENOTSUP;
    /* a socket of IPv6 may take connections of IPv4 as well */
    return l->family == AF_INET
               ? sockdiag_count_family(s->sockets.diag, AF_INET, (uint16_t)l->port, states)
               : sockdiag_count(s->sockets.diag, (uint16_t)l->port, states);
}
