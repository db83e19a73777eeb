/* drainctl demo: the reference server with its page, and beside the page a panel that shows what
 * the server does and has buttons to do it. Two processes: the demo, whose own small server has the
 * panel, and the server that is shown, which can be killed. */
#ifndef DEMO_DEMO_H
#define DEMO_DEMO_H

#include <stdint.h>
#include <stdio.h>

#include "base/error.h"

struct demo_options {
    const char *program;    /* of drainctl itself (/proc/self/exe) */
    int port, page_port;    /* of the panel, and of the server with the page; 0 picks a free one */
    int64_t order_time_ns;  /* how long an order takes */
    int64_t notice_ns;      /* from the notice to the shutdown */
    int64_t drain_delay_ns; /* of the server, so that an eye can follow the drain */
    FILE *out;              /* "demo on http://127.0.0.1:PORT", one line, flushed */
};

/* Until SIGINT or SIGTERM; nothing is left running or on disk then. The exit status (0, or 130
 * after a second SIGINT), or -1 with err filled: a port is taken, this build has no page or no
 * database, the server did not start. */
int demo_run(const struct demo_options *options, struct error *err);

#endif
