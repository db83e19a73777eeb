#include "server/life/supervisor.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/whole.h"
#include "server/internal.h"

/* Beside the drain timeout: what closes after it, and the exit. */
static const int64_t reserve_ns = NS_PER_S;

static int connect_to(const char *address)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t len = strlen(address);
    if ((address[0] != '/' && address[0] != '@') || len < 2 || len >= sizeof to.sun_path)
        return -EINVAL;
    memcpy(to.sun_path, address, len);
    if (address[0] == '@')
        to.sun_path[0] = '\0'; /* an abstract one, unix(7) */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to,
                           (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) == 0)
        return fd;
    int errnum = errno;
    if (fd >= 0)
        close(fd);
    return -errnum;
}

/* Half of what is allowed, as sd_watchdog_enabled(3) asks for; 0: no watchdog. */
static int64_t watchdog_ns(void)
{
    const char *pid = getenv("WATCHDOG_PID");
    int64_t whose, usec = 0;
    if (pid && (!whole_parse(pid, 1, INT_MAX, &whose) || whose != getpid()))
        return 0;
    whole_parse(getenv("WATCHDOG_USEC"), 1, INT64_MAX / 1000, &usec);
    return usec * 1000 / 2;
}

int supervisor_open(struct server *s, struct error *err)
{
    const char *address = getenv("NOTIFY_SOCKET");
    if (!address || !*address)
        return 0;
    int fd = connect_to(address);
    if (fd < 0) {
        error_set_errno(err, ERROR_RUN, -fd, "cannot tell '%s', the NOTIFY_SOCKET", address);
        return error_hint(err, "systemd sets it; to tell no supervisor: env -u NOTIFY_SOCKET");
    }
    s->outside.supervisor.fd = fd;
    s->outside.supervisor.every_ns = watchdog_ns();
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    return 0;
}

/* One that is not read is no reason to stop serving. */
static void tell(struct server *s, const char *text)
{
    if (s->outside.supervisor.fd >= 0 &&
        send(s->outside.supervisor.fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
        server_log(s, "cannot tell systemd: %s", strerror(errno));
}

static void on_watchdog(struct timer *t)
{
    struct supervisor *v = CONTAINER_OF(t, struct supervisor, watchdog);
    struct server *s = CONTAINER_OF(v, struct server, outside.supervisor);
    tell(s, "WATCHDOG=1");
    timers_set(&s->timers, &v->watchdog, clock_ns() + v->every_ns);
}

void supervisor_ready(struct server *s)
{
    struct supervisor *v = &s->outside.supervisor;
    char text[256], where[160];
    if (v->fd < 0)
        return;
    if (s->sockets.listener.at.path)
        snprintf(where, sizeof where, "unix:%s", s->sockets.listener.at.path);
    else
        snprintf(where, sizeof where, "port %d", s->sockets.listener.port);
    snprintf(text, sizeof text, "READY=1\nMAINPID=%d\nSTATUS=listening on %s", (int)getpid(),
             where);
    tell(s, text);
    v->watchdog.fire = on_watchdog;
    if (v->every_ns > 0)
        timers_set(&s->timers, &v->watchdog, clock_ns());
}

void supervisor_stopping(struct server *s)
{
    char text[160];
    int64_t usec = (s->options->drain.timeout_ns + reserve_ns) / 1000;
    snprintf(text, sizeof text,
             "STOPPING=1\nEXTEND_TIMEOUT_USEC=%" PRId64
             "\nSTATUS=draining, %lld requests in flight",
             usec, (long long)s->counts.in_flight);
    tell(s, text);
}

void supervisor_close(struct server *s)
{
    timers_clear(&s->timers, &s->outside.supervisor.watchdog);
    if (s->outside.supervisor.fd >= 0)
        close(s->outside.supervisor.fd);
    s->outside.supervisor.fd = -1;
}
