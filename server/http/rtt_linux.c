/* How far away a peer is, as the kernel has measured it. In a file of its own: glibc's tcp_info
 * ends before the field, and the kernel's header cannot be included beside it. */
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "server/http/conn.h"

/* The smallest, not the smoothed one, which holds the delay of the peer's acknowledgements (40 ms
 * on loopback). */
int64_t rtt_min_ns(int fd)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0 ||
        len < offsetof(struct tcp_info, tcpi_min_rtt) + sizeof info.tcpi_min_rtt ||
        info.tcpi_min_rtt == UINT32_MAX)
        return 0;
    return (int64_t)info.tcpi_min_rtt * NS_PER_US;
}
