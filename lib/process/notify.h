/* The service manager's ear: what the target says on NOTIFY_SOCKET (sd_notify(3)). */
#ifndef PROCESS_NOTIFY_H
#define PROCESS_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "base/error.h"

struct target;

enum { NOTIFY_ADDRESS = 32 };

struct notify {
    char address[NOTIFY_ADDRESS]; /* for NOTIFY_SOCKET: "@00042", an abstract one; "": no socket */
    int fd;                       /* meaningless without an address */
    uv_poll_t poll;
    bool polled, stopping; /* STOPPING=1 was said */
    int64_t said;          /* assignments so far */
    int64_t watchdog_ns;   /* the last WATCHDOG=1 that was written down */
};

/* Make the socket when the plan wants one. ERROR_RUN when that cannot be. */
int notify_open(struct target *t, struct error *err);
/* The target runs: listen from now on, each assignment an event. */
void notify_follow(struct target *t);
/* What was said up to now; and at the end: was STOPPING never said? */
void notify_read(struct target *t);
void notify_end(struct target *t);
void notify_close(struct target *t);

#endif
