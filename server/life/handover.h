/* A restart that no client notices (--handover PATH): the new process asks the old one at PATH for
 * its listening sockets, says that it is ready, and only then the old one drains. The socket is
 * never closed, so that no client in its queue is lost. handover.c is the side of the one that
 * serves, handover_ask.c that of the one that comes. */
#ifndef SERVER_HANDOVER_H
#define SERVER_HANDOVER_H

#include <stdbool.h>
#include <sys/types.h>

#include <uv.h>

#include "base/error.h"

struct server;
struct partner;

struct handover {
    struct server *server;
    char place[108], temporary[108]; /* where this one is found; sun_path of unix(7) */
    int fd;                          /* listens there; -1: not, or handed over */
    dev_t dev;
    ino_t ino; /* of the socket's file, so that another's is never removed */
    uv_poll_t poll;
    bool polling;
    struct partner *partner; /* the one that comes; NULL: none */
    int old_fd;              /* to the one that was here before; -1: there is none */
    pid_t old_pid;
};

/* Before it listens. With a server at PATH: s->sockets.given has the sockets. With none, or a file
 * that a killed server left: nothing is given. -1 with err filled (ERROR_RUN): PATH cannot be
 * written or is no socket; the one that is there does not answer, says no, or speaks another
 * version. */
int handover_ask(struct server *s, struct error *err);
/* It listens: take the place of the old one, which drains from now on. -1 with err filled: the old
 * one has said no, or (with no old one) the place cannot be taken. */
int handover_take(struct server *s, struct error *err);
/* handover.c: wait for the next one at PATH. */
void handover_wait(struct server *s);
/* At the end of each turn of the loop: a partner that came too late, since a signal has begun the
 * drain, is told so. */
void handover_turn(struct server *s);
/* Leave PATH, and let go of a partner. */
void handover_close(struct server *s);
/* After the loop is closed. */
void handover_free(struct server *s);

#endif
