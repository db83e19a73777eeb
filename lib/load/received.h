/* What the kernel counted on a connection. */
#ifndef LOAD_RECEIVED_H
#define LOAD_RECEIVED_H

#include <stdint.h>

/* Bytes of payload that came on this TCP socket, read or not (tcp(7), TCP_INFO); 0 if not known. */
int64_t received_bytes(int fd);

#endif
