/* Binding to 127.x.y.z (ip(7): IP_BIND_ADDRESS_NO_PORT leaves the port to connect(2), which may
 * then use one again for another address). */
#include "load/sources.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum { SPREAD_ABOVE = 1000, CLIENTS_PER_ADDRESS = 250, ADDRESSES = 200 * 200 };

void sources_init(struct sources *s, bool loopback, int64_t clients)
{
    s->spread = loopback && clients > SPREAD_ABOVE;
}

int sources_bind(const struct sources *s, int fd, int64_t client)
{
    if (!s->spread)
        return 0;
    uint32_t n = (uint32_t)(client / CLIENTS_PER_ADDRESS % ADDRESSES);
    int yes = 1;
    struct sockaddr_in addr = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(127U << 24 | 1U << 16 | (n / 200 + 1) << 8 | (n % 200 + 1)),
    };
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    return bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0 ? -errno : 0;
}
