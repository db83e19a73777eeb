/* What the kernel counted on a connection. */
#ifndef LOAD_RECEIVED_H
#define LOAD_RECEIVED_H

#include <stdint.h>

/* Bytes of payload that came on this TCP socket, read or not (tcp(7), TCP_INFO); 0 if not known. */
int64_t received_bytes(int fd);

/* Has the peer ended this TCP connection? Takes nothing from the socket, no error either: the next
 * call on it tells the same as if nobody had looked. */
enum socket_end { SOCKET_OPEN, SOCKET_FIN, SOCKET_RST };
enum socket_end socket_ended(int fd);

#endif
