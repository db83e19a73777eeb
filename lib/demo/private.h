/* The demo, for the files of this folder. */
#ifndef DEMO_PRIVATE_H
#define DEMO_PRIVATE_H

#include "base/buf.h"
#include "demo/child.h"
#include "demo/demo.h"
#include "server/http/route.h"
#include "base/list.h"
#include "server/server.h"

/* What of the demo's server a person would say. */
enum demo_state { DEMO_DOWN, DEMO_STARTING, DEMO_UP, DEMO_DRAINING };

enum { DEMO_HISTORY = 400, DEMO_TOKEN = 32 };

/* stream.c: what happens is told to every open panel, and the last of it to one that opens. */
struct stream {
    struct list open; /* requests, by their `link` */
    char *history[DEMO_HISTORY];
    size_t told; /* ever; the next one's place is told % DEMO_HISTORY */
};

/* The server's processes. */
struct demo_children {
    struct child_events events;
    struct child *all;              /* there were */
    struct child *current, *coming; /* one serves; one is starting */
};

struct demo {
    const struct demo_options *options;
    struct server_options server_options;
    struct step_row step;
    struct server *server; /* that has the panel; NULL: not yet */
    struct stream stream;
    char token[DEMO_TOKEN + 1]; /* what a button must send: only this panel's page knows it */
    char folder[96];            /* the orders, and the socket of the handover */

    struct demo_children child;
    int count, build, port;        /* port: of the page, the same from the first start on */
    bool draining, again;          /* the current one; it is to be started when it has gone */
    int64_t begun_ns, shutdown_ns; /* shutdown: as announced, CLOCK_MONOTONIC; 0: none is */
    char last_text[512];           /* what the one that is starting said and is no log line */
    bool failed;                   /* the first one did not start: `why` says it */
    struct error why;
    struct step *closing; /* waits for the children to go */
};

/* supervise.c: the server's life. */
int demo_start_child(struct demo *d, struct error *err);
void demo_begin_closing(struct step *step, void *demo);
void demo_give_up(void *demo);

/* actions.c: a button was pressed. 0, or -1 with err filled: it cannot be done now. */
int demo_act(struct demo *d, const char *name, size_t len, struct error *err);

/* stream.c. join: the request becomes an open panel, which hears `hello`, a line of JSON, and what
   was told before. end_all: the demo's own drain has begun. */
void stream_init(struct stream *s);
void stream_join(struct stream *s, struct request *r, const char *hello);
void stream_tell(struct demo *d, const char *json); /* one line of JSON */
void stream_end_all(void *demo);
void stream_free(struct stream *s);

/* told.c: lines of the server, and what becomes of them in the panel. */
void demo_line(struct child *c, enum child_stream stream, const char *line);
enum demo_state demo_state(const struct demo *d);
double demo_ms(const struct demo *d, int64_t at_ns); /* since the demo began */
void demo_tell_state(struct demo *d, const char *how);
void demo_hello(const struct demo *d, struct buf *out); /* the first event of a panel */

/* panel.c */
extern const struct route demo_routes[];

#endif
