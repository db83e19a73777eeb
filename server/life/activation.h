/* Listening sockets from systemd: socket activation (sd_listen_fds(3), systemd.socket(5)), without
 * libsystemd. */
#ifndef SERVER_ACTIVATION_H
#define SERVER_ACTIVATION_H

#include "base/error.h"

struct server;

/* Take the sockets that LISTEN_PID and LISTEN_FDS promise this process into s->sockets.given, as
 * `kept`, and the variables out of the environment, so that no child takes them for its own. One
 * named "control" (LISTEN_FDNAMES) is the control port. Nothing when they are not set, or meant for
 * another process. -1 with err filled (ERROR_RUN): no listening TCP socket, or one too many. */
int activation_take(struct server *s, struct error *err);

#endif
