/* An event stream on a lane: what a page holds open, as EventSource does. What comes is kept until
 * the page asks, since curl is on the stack when it comes. */
#ifndef LOAD_STREAM_H
#define LOAD_STREAM_H

#include "frontend/frontend.h"
#include "frontend/sse.h"

struct lane;
struct transfer;

struct stream {
    struct fe_sse sse;
    bool open;    /* a 200 with the type text/event-stream: it is one */
    bool opened;  /* ... and the page has not heard of that yet */
    bool message; /* an event, an id or a retry came that the page has not heard of yet */
    bool unheard; /* `text` says something of the server's status that the page has not heard yet */
    size_t len;
    char text[FE_SSE_LINE]; /* the last such data */
};

/* For transfer_cb.c: the answer's head is complete; bytes of its body came. */
void stream_head(struct lane *l, const struct transfer *t);
void stream_body(struct lane *l, const char *bytes, size_t n);

/* stream_news.c: what it brought since it was last asked, as events of the page, at most
 * STREAM_NEWS of them; returns how many. */
enum { STREAM_NEWS = 4 };
int stream_news(struct lane *l, struct fe_event *out);
/* The attempt is over: to a page the loss of an open stream, however it ended, or the failure of
 * what was none, whatever its status. */
void stream_end(const struct lane *l, struct fe_event *e);

#endif
