/* The way to the kernel that TCP's (sockdiag_linux.c) and Unix sockets (unixdiag_linux.c) share. */
#ifndef BASE_SOCKDIAG_INT_H
#define BASE_SOCKDIAG_INT_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sockdiag.h"

struct sockdiag {
    int fd;
    uint32_t seq;
    char reply[32768];
};

/* One socket's message, of `len` bytes with its attributes. */
typedef void sockdiag_message(const void *message, size_t len, void *arg);

/* Send a request, which begins with its struct nlmsghdr (the sequence number is set here). 0, or
 * -errno. */
int sockdiag_send(struct sockdiag *d, void *request);
/* Take in what it is answered with: a dump, or one message and its acknowledgement (NLM_F_ACK). 0,
 * or -errno. */
int sockdiag_receive(struct sockdiag *d, sockdiag_message *each, void *arg);

#endif
