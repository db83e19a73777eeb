/* What two servers say to each other at the Unix socket of --handover, one message a packet:
 *   new → old   hello
 *   old → new   sockets KEPT   with the listening sockets (the main one, then the control one)
 *   new → old   ready
 *   old → new   done           from here on the new one serves alone
 * and from either side, instead: no REASON. Each begins with the version of these rules. */
#ifndef SERVER_HANDOVER_WIRE_H
#define SERVER_HANDOVER_WIRE_H

#include <sys/types.h>

enum { HANDOVER_VERSION = 1, HANDOVER_FDS = 2 };

struct handover_message {
    int version;
    char word[16];
    char rest[256]; /* what follows the word */
    int fds[HANDOVER_FDS];
    int n_fds; /* the caller closes them; close-on-exec is set */
};

/* A whole packet, or nothing. 0, or -errno: the partner is gone. */
int handover_send(int fd, const char *word, const char *rest, const int *fds, int n_fds);
/* 1: a message; 0: the partner has closed its side; -EPROTO: no message of this kind; another
 * -errno. Waits unless the socket is non-blocking or its time limit is over (-EAGAIN). */
int handover_receive(int fd, struct handover_message *m);
void handover_close_fds(struct handover_message *m);
/* Close it so that the partner still reads what was sent to it: unread packets at a close would
 * reset the connection. */
void handover_hang_up(int fd);
/* The process at the other end (SO_PEERCRED, unix(7)); 0: not known. */
pid_t handover_peer(int fd);

#endif
