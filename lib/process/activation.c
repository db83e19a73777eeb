#include "process/activation.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/unix_address.h"
#include "process/private.h"

enum { LINES_LOOKED_AT = 40 };

/* --- the socket --- */

static int listening_socket(const struct resolved *at)
{
    const struct sockaddr *to = (const struct sockaddr *)(const void *)&at->at;
    int on = 1, fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    if (to->sa_family != AF_UNIX)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, to, at->len) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    int rc = -errno;
    close(fd);
    return rc;
}

int activation_open(struct activation *a, const struct resolved *at, const char *url,
                    struct error *err)
{
    int fd = listening_socket(at);
    if (fd < 0) {
        error_set_errno(err, ERROR_RUN, -fd, "cannot listen at '%s' for the target", url);
        return error_hint(err, "with socket activation, drainctl itself binds the address of the "
                               "target's url: it must be one of this machine, and free");
    }
    a->fd = fd;
    if (at->at.ss_family == AF_UNIX)
        a->path = mem_strdup(unix_address_path((const struct sockaddr *)(const void *)&at->at));
    return 0;
}

void activation_close(struct activation *a)
{
    if (a->fd >= 0)
        close(a->fd);
    if (a->path)
        unlink(a->path);
    free(a->path);
    *a = (struct activation){.fd = -1};
}

/* --- who has it --- */

/* As systemd does at each start (NonBlocking=no, systemd.exec(5)): the flag belongs to the socket,
 * and the process before may have set it. */
static void make_blocking(int fd)
{
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

/* It was ours to give, and a process that had it has shut it down for everybody. */
static int refuse_shut(const struct target *t, struct error *err)
{
    error_set(err, ERROR_RUN,
              "the socket of '%s' does not listen any more: the process before has shut it down "
              "(shutdown(2))",
              t->at.url);
    return error_hint(err, "a server may close(2) the descriptor that it was passed, and leaves "
                           "shutdown(2) to the owner of the socket");
}

int activation_begin(struct target *t, const struct activation *a, bool beside, struct error *err)
{
    struct stat st;
    int listens = 1;
    socklen_t len = sizeof listens;
    if (getsockopt(a->fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &len) == 0 && !listens)
        return refuse_shut(t, err);
    if (!beside)
        make_blocking(a->fd);
    t->held.holder.inode = fstat(a->fd, &st) == 0 ? (uint32_t)st.st_ino : 0;
    return 0;
}

void activation_follow(struct target *t)
{
    struct holder *h = &t->held.holder;
    int status;
    h->pid = h->inode ? t->pid : 0;
    h->fd = 3;
    if (h->inode && t->plan->ready.port)
        t->held.knock = probe_connect(&t->at.base, &status);
}

/* --- does a process accept? --- */

/* The same connection from the other end: it has no inode until it is accepted. */
static bool is_accepted(struct target *t)
{
    struct sockaddr_storage ours, theirs;
    socklen_t len = sizeof ours, their_len = sizeof theirs;
    struct sockdiag_socket s = {0}, now;
    if (getsockname(t->held.knock, (struct sockaddr *)&ours, &len) < 0 ||
        getpeername(t->held.knock, (struct sockaddr *)&theirs, &their_len) < 0)
        return false;
    s.family = ours.ss_family;
    if (s.family == AF_INET) {
        const struct sockaddr_in *a = (const void *)&ours, *b = (const void *)&theirs;
        s.remote_port = ntohs(a->sin_port);
        s.local_port = ntohs(b->sin_port);
        memcpy(s.remote, &a->sin_addr, sizeof a->sin_addr);
        memcpy(s.local, &b->sin_addr, sizeof b->sin_addr);
    } else {
        const struct sockaddr_in6 *a = (const void *)&ours, *b = (const void *)&theirs;
        s.remote_port = ntohs(a->sin6_port);
        s.local_port = ntohs(b->sin6_port);
        memcpy(s.remote, &a->sin6_addr, sizeof a->sin6_addr);
        memcpy(s.local, &b->sin6_addr, sizeof b->sin6_addr);
    }
    int rc = sockdiag_look(t->listener.diag, &s, &now);
    return rc == -ENOENT || (rc == 0 && now.inode != 0); /* -ENOENT: accepted, and closed at once */
}

/* For a Unix socket, the kernel shows only how many wait: they are accepted in order. */
bool activation_is_served(struct target *t)
{
    if (t->held.knock < 0 || !t->listener.diag)
        return false;
    bool served = t->listener.at_path.path ? t->listener.now.depth == 0 : is_accepted(t);
    if (served)
        activation_end(t);
    return served;
}

void activation_end(struct target *t)
{
    if (t->held.holder.inode && t->held.knock >= 0)
        close(t->held.knock);
    t->held.knock = -1;
}

/* --- what to say when it does not work --- */

static bool says_in_use(const struct target *t)
{
    char *lines = lines_last(&t->says.lines, LINES_LOOKED_AT);
    bool is = strcasestr(lines, "address already in use") || strstr(lines, "EADDRINUSE") ||
              strcasestr(lines, "address in use");
    free(lines);
    return is;
}

bool activation_hint(struct target *t, int other, struct error *err)
{
    static const char take[] = "let it listen on descriptor 3 when LISTEN_PID is its own pid and "
                               "LISTEN_FDS is 1 (sd_listen_fds(3)), or leave out socket "
                               "activation";
    bool in_use = (t->held.holder.inode || t->at.beside) && says_in_use(t);
    if (!t->held.holder.inode && in_use)
        error_hint(err,
                   "the process that it replaces listens there until this one is ready: let it "
                   "share the port (SO_REUSEPORT) or take that socket over, or let drainctl hold "
                   "the socket (\"socket_activation\": true), or use \"restart\"");
    if (!t->held.holder.inode)
        return in_use;
    if (in_use)
        error_hint(err,
                   "it binds the address itself, which drainctl has bound for it and passes as "
                   "descriptor 3: %s",
                   take);
    else if (t->is.running && other)
        error_hint(err,
                   "it listens on port %d, and does not accept from the socket of port %d that "
                   "drainctl passes as descriptor 3: %s",
                   other, t->at.port, take);
    else if (t->is.running && t->listener.now.depth > 0)
        error_hint(err,
                   "it does not accept from the socket that drainctl passes as descriptor 3: %s; a "
                   "wrapper must exec the server, so that the pid stays the same",
                   take);
    else
        return false;
    return true;
}
