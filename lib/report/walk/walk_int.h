/* What the files of the walk share. */
#ifndef REPORT_WALK_INT_H
#define REPORT_WALK_INT_H

#include "report/text/text.h"
#include "report/walk/walk.h"

struct walk {
    struct text text;
    const struct run_verdict *v;
    const struct attempt *a;
    struct buf line;
};

/* walk_say.c: the line gathered so far goes out behind its label. */
void walk_say(struct walk *w, const char *label);

/* walk_around.c: what the server and others said of it, or at that time. */
void walk_around(struct walk *w);

/* walk_cors.c, of a page of another origin; nothing for all others: after a preflight, was the
 * request itself sent; may the page read the answer? */
void walk_request_sent(struct walk *w);
void walk_readable(struct walk *w);

#endif
