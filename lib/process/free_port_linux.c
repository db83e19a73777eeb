/* Picking a port for ${port}, so that of many runs at a time no two get the same one.
 *
 * Asking the kernel for any port (bind to port 0) is not enough: between that answer and the
 * target's own bind another run may be given the same port, and the kernel draws from the range
 * that it gives to outgoing connections too, of which a run makes hundreds. So a port is drawn from
 * outside of that range, and claimed by the name of an abstract UNIX socket (unix(7)): one process
 * at most can have it, it is known in one network namespace as ports are, and it is gone with the
 * process, however that ends. The port itself stays free for a target that binds plainly. */
#include "process/target.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    FIRST_PORT = 10000, /* below are the ports that people give to servers */
    LAST_PORT = 65535,
    FEWEST = 1000, /* a range to draw from is at least so wide */
    TRIES = 2000
};

struct range {
    int first, last;
};

/* The ports that outgoing connections get (ip(7)). */
static struct range outgoing(void)
{
    struct range r = {32768, 60999};
    FILE *f = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
    if (f) {
        if (fscanf(f, "%d %d", &r.first, &r.last) != 2)
            r = (struct range){32768, 60999};
        fclose(f);
    }
    return r;
}

static struct range to_draw_from(void)
{
    struct range out = outgoing();
    if (out.first - FIRST_PORT >= FEWEST)
        return (struct range){FIRST_PORT, out.first - 1};
    if (LAST_PORT - out.last >= FEWEST)
        return (struct range){out.last + 1, LAST_PORT};
    return (struct range){FIRST_PORT, LAST_PORT};
}

/* A descriptor that holds the claim, or -1 when another process has it. */
static int claim(int port)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int len = snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "drainctl-port-%d", port);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&name, size) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool binds(int family, const void *addr, socklen_t len)
{
    int off = 0;
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    if (family == AF_INET6) /* one bind that asks for both families */
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    bool ok = bind(fd, addr, len) == 0;
    close(fd);
    return ok;
}

/* Could a server bind to it, whatever its address? Without SO_REUSEADDR, so that connections of an
 * earlier run that still wait out their time count as well. */
static bool is_free(int port)
{
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    return binds(AF_INET, &four, sizeof four) &&
           (binds(AF_INET6, &six, sizeof six) || access("/proc/net/tcp6", F_OK) < 0);
}

int target_free_port(int *claimed)
{
    struct range range = to_draw_from();
    for (int i = 0; i < TRIES; i++) {
        uint32_t chance = 0;
        if (getrandom(&chance, sizeof chance, 0) != sizeof chance)
            chance = (uint32_t)i;
        int port = range.first + (int)(chance % (uint32_t)(range.last - range.first + 1));
        *claimed = claim(port);
        if (*claimed < 0)
            continue;
        if (is_free(port))
            return port;
        close(*claimed);
    }
    *claimed = -1;
    return 0;
}
