/* The process that comes: it finds the one that serves, gets its sockets, and takes its place. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "server/internal.h"
#include "server/life/handover.h"
#include "server/life/handover_wire.h"

enum { ANSWER_S = 5, NEXT_ONES = 4 };

static int make_socket(const char *path, struct sockaddr_un *addr)
{
    *addr = (struct sockaddr_un){.sun_family = AF_UNIX};
    snprintf(addr->sun_path, sizeof addr->sun_path, "%s", path);
    return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

static int name_places(struct handover *h, const char *path, struct error *err)
{
    struct stat there;
    int n = snprintf(h->temporary, sizeof h->temporary, "%s.%d", path, (int)getpid());
    if (n >= (int)sizeof h->temporary) {
        error_set(err, ERROR_RUN, "the path of the handover is too long: '%s'", path);
        return error_hint(err, "use a shorter or a relative path, of at most %d bytes",
                          (int)sizeof h->temporary - 9);
    }
    snprintf(h->place, sizeof h->place, "%s", path);
    if (lstat(path, &there) == 0 && !S_ISSOCK(there.st_mode)) {
        error_set(err, ERROR_RUN, "'%s' is there already, and is no socket", path);
        return error_hint(err, "give --handover a path of its own");
    }
    return 0;
}

/* Under a name of its own until it serves: a folder that is not writable is found out before the
 * old server has done anything. Mode 0600, since a process that connects can take the sockets. */
static int bind_place(struct handover *h, struct error *err)
{
    struct sockaddr_un addr;
    struct stat made;
    h->fd = make_socket(h->temporary, &addr);
    if (h->fd < 0)
        return error_set_errno(err, ERROR_RUN, errno, "cannot make a socket for the handover");
    unlink(h->temporary); /* of a killed process that had this pid */
    fchmod(h->fd, 0600);
    if (bind(h->fd, (struct sockaddr *)&addr, sizeof addr) < 0 || listen(h->fd, NEXT_ONES) < 0 ||
        lstat(h->temporary, &made) < 0) {
        error_set_errno(err, ERROR_RUN, errno, "cannot make the handover socket '%s'", h->place);
        return error_hint(err, "its folder must exist, and be writable for this user");
    }
    h->dev = made.st_dev;
    h->ino = made.st_ino;
    return 0;
}

/* 1: connected; 0: no process is there; -1: err. */
static int find_old(struct server *s, struct handover *h, struct error *err)
{
    struct sockaddr_un addr;
    struct timeval limit = {.tv_sec = ANSWER_S};
    int fd = make_socket(h->place, &addr);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0) {
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        h->old_fd = fd;
        h->old_pid = handover_peer(fd);
        return 1;
    }
    int errnum = errno;
    if (fd >= 0)
        close(fd);
    if (errnum == ECONNREFUSED)
        server_log(s, "handover: no server is at '%s', a killed one has left it", h->place);
    if (errnum == ECONNREFUSED || errnum == ENOENT)
        return 0;
    error_set_errno(err, ERROR_RUN, errnum, "cannot ask the server at '%s' for its sockets",
                    h->place);
    return error_hint(err, "it must be a drainctl server of the same user");
}

static int other_version(const struct handover *h, int version, struct error *err)
{
    error_set(err, ERROR_RUN,
              "the server at '%s' (pid %d) speaks version %d of the handover, not %d", h->place,
              (int)h->old_pid, version, HANDOVER_VERSION);
    return error_hint(err, "stop it with SIGTERM, and start this one then");
}

/* The answer, which must begin with this word. 1; 0: the old one has ended; -1: err. */
static int answer(struct handover *h, const char *word, struct handover_message *m,
                  struct error *err)
{
    int rc = handover_receive(h->old_fd, m);
    if (rc == 0 || rc == -ECONNRESET)
        return 0;
    if (rc == -EAGAIN) {
        error_set(err, ERROR_RUN, "the server at '%s' (pid %d) does not answer", h->place,
                  (int)h->old_pid);
        return error_hint(err, "it was asked for its sockets %d s ago; is it stopped?", ANSWER_S);
    }
    if (rc < 0) {
        error_set(err, ERROR_RUN, "the process at '%s' (pid %d) knows no handover", h->place,
                  (int)h->old_pid);
        return error_hint(err, "give --handover the path of a drainctl server");
    }
    if (m->version != HANDOVER_VERSION)
        rc = other_version(h, m->version, err);
    else if (strcmp(m->word, "no") == 0)
        rc = error_set(err, ERROR_RUN, "the server at '%s' (pid %d) hands nothing over: %s",
                       h->place, (int)h->old_pid, m->rest);
    else if (strcmp(m->word, word) != 0)
        rc = error_set(err, ERROR_RUN, "the server at '%s' (pid %d) says '%s', not '%s'", h->place,
                       (int)h->old_pid, m->word, word);
    if (rc < 0)
        handover_close_fds(m);
    return rc;
}

static void close_old(struct handover *h)
{
    if (h->old_fd >= 0)
        close(h->old_fd);
    h->old_fd = -1;
}

static int ask_for_sockets(struct server *s, struct handover *h, struct error *err)
{
    struct handover_message m;
    handover_send(h->old_fd, "hello", "", NULL, 0); /* a partner that is gone shows at the answer */
    int rc = answer(h, "sockets", &m, err);
    if (rc < 0)
        return -1;
    if (rc == 0 || m.n_fds == 0) {
        error_set(err, ERROR_RUN, "the server at '%s' (pid %d) ended before it gave its sockets",
                  h->place, (int)h->old_pid);
        return error_hint(err, "start this one again");
    }
    for (int i = 0; i < 2; i++) /* the same ones, from systemd */
        if (s->sockets.given.fd[i] >= 0)
            close(s->sockets.given.fd[i]);
    s->sockets.given = (struct given){.fd = {m.fds[0], m.n_fds > 1 ? m.fds[1] : -1},
                                      .kept = strcmp(m.rest, "1") == 0,
                                      .by = h->old_pid};
    return 0;
}

int handover_ask(struct server *s, struct error *err)
{
    struct handover *h = MEM_NEW(struct handover);
    *h = (struct handover){.server = s, .fd = -1, .old_fd = -1};
    s->outside.handover = h;
    if (name_places(h, s->options->at.handover, err) < 0 || bind_place(h, err) < 0)
        return -1;
    int found = find_old(s, h, err);
    return found > 0 ? ask_for_sockets(s, h, err) : found;
}

/* The old one has said that it is done, or is gone: then its sockets are this one's alone. */
static int replace_old(struct server *s, struct handover *h, struct error *err)
{
    struct handover_message m;
    handover_send(h->old_fd, "ready", "", NULL, 0);
    int rc = answer(h, "done", &m, err);
    if (rc < 0)
        return -1;
    if (rc == 0)
        server_log(s, "handover: process %d ended before it was done", (int)h->old_pid);
    else
        server_log(s, "handover: process %d drains now", (int)h->old_pid);
    handover_close_fds(&m);
    close_old(h);
    return 1;
}

int handover_take(struct server *s, struct error *err)
{
    struct handover *h = s->outside.handover;
    int took = h->old_fd >= 0 ? replace_old(s, h, err) : 0;
    if (took < 0)
        return -1;
    if (rename(h->temporary, h->place) == 0) {
        handover_wait(s);
        return 0;
    }
    if (took == 0)
        return error_set_errno(err, ERROR_RUN, errno, "cannot make the handover socket '%s'",
                               h->place);
    /* no other process serves any more */
    server_log(s, "handover: the next process will not find this one at '%s': %s", h->place,
               strerror(errno));
    return 0;
}
