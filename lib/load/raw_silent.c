/* The shape of a silent client: it connects and never sends a byte, as a browser's spare connection
 * or a load balancer's pool does. It ends when the server closes it (with or without an answer, 408
 * say), when it is reset, or at the client's own deadline. */
#include "load/raw.h"
#include "load/shapes.h"

static void silent_start(struct client *c)
{
    struct raw *r = raw_connect(c, NULL, 0);
    if (r)
        r->lasting = true;
}

const struct shape shape_silent = {
    .start = silent_start,
    .abort = raw_abort,
    .end = raw_close,
};
