/* TCP_INFO. On its own because <linux/tcp.h>, which has the newer fields, and <netinet/tcp.h>,
 * which uv.h includes, define the same names. */
#include "load/received.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { TCP_ESTABLISHED = 1, TCP_CLOSE = 7, TCP_CLOSE_WAIT = 8 }; /* as in <netinet/tcp.h> */

int64_t received_bytes(int fd)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    if (fd < 0 || getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
        return 0;
    /* A FIN is counted as a byte. After a reset it is not known whether one had come before: then
     * the count may be one too small, which never makes an answer out of nothing. */
    bool open = info.tcpi_state == TCP_ESTABLISHED || info.tcpi_bytes_received == 0;
    return (int64_t)info.tcpi_bytes_received - (open ? 0 : 1);
}

int socket_identity(int fd)
{
    struct sockaddr_storage addr = {0};
    socklen_t len = sizeof addr;
    struct stat st;
    if (getsockname(fd, (struct sockaddr *)&addr, &len) < 0)
        return 0;
    if (addr.ss_family == AF_UNIX)
        return fstat(fd, &st) == 0 ? (int)(st.st_ino & 0x7fffffff) : 0;
    /* the port is at the same place in both families */
    return ntohs(((struct sockaddr_in *)(void *)&addr)->sin_port);
}

/* A Unix socket whose peer went away with bytes unread, or out of the listener's queue, has an
 * error to tell: poll(2) sees it and leaves it there. */
static enum socket_end ended_by_poll(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLRDHUP};
    if (poll(&p, 1, 0) <= 0)
        return SOCKET_OPEN;
    return p.revents & POLLERR                 ? SOCKET_RST
           : p.revents & (POLLRDHUP | POLLHUP) ? SOCKET_FIN
                                               : SOCKET_OPEN;
}

enum socket_end socket_ended(int fd)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
        return ended_by_poll(fd);
    return info.tcpi_state == TCP_CLOSE_WAIT ? SOCKET_FIN
           : info.tcpi_state == TCP_CLOSE    ? SOCKET_RST
                                             : SOCKET_OPEN;
}
