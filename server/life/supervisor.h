/* What systemd is told (sd_notify(3)), one datagram each, without libsystemd: READY=1 when it
 * listens, STOPPING=1 and EXTEND_TIMEOUT_USEC when the drain begins, WATCHDOG=1 while the loop
 * turns. Without NOTIFY_SOCKET none of it does anything. */
#ifndef SERVER_SUPERVISOR_H
#define SERVER_SUPERVISOR_H

#include "base/error.h"

struct server;

/* Read NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, and take them out of the environment. -1 with
 * err filled (ERROR_RUN): the address is none, or no process is there. */
int supervisor_open(struct server *s, struct error *err);
/* It serves. With MAINPID, since after a handover it is another process than before. */
void supervisor_ready(struct server *s);
/* The drain has begun. The time that it may take is told, so that systemd waits for it. */
void supervisor_stopping(struct server *s);
/* Say nothing more. */
void supervisor_close(struct server *s);

#endif
