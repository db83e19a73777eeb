/* What the kernel counted on a connection. */
#ifndef LOAD_RECEIVED_H
#define LOAD_RECEIVED_H

#include <stdint.h>

/* Bytes of payload that came on this TCP socket, read or not (tcp(7), TCP_INFO); 0 if not known, as
 * of a Unix socket. */
int64_t received_bytes(int fd);

/* Which connection is this? The local port in host order; of a Unix socket, whose client has no
 * name, the number of its inode. */
int socket_identity(int fd);

/* Has the peer ended this connection? Takes nothing from the socket, no error either: the next
 * call on it tells the same as without this look. */
enum socket_end { SOCKET_OPEN, SOCKET_FIN, SOCKET_RST };
enum socket_end socket_ended(int fd);

#endif
