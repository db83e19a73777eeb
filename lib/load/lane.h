/* A lane of a page: a client (load/client.h) on which the page has one attempt at a time, as a
 * browser has some connections. What the attempt is for differs from one to the next. */
#ifndef LOAD_LANE_H
#define LOAD_LANE_H

#include <curl/curl.h>

#include "base/buf.h"
#include "frontend/frontend.h"

struct client;
struct group;
struct page;
struct transfer;

/* "RRRRRRRR-L-N": the first 8 digits of the run's id, load and intention. Names an order, and is
 * its key. */
enum { LANE_NAME = 48, LANE_ANSWER = 1 << 20 };

struct lane {
    struct client *client;
    struct page *page;     /* NULL: the witness's */
    struct lane *next;     /* of the page */
    struct fe_action sent; /* the action that began the attempt */
    bool aborted;          /* by the page; not yet taken off the wire */
    bool preflight;        /* it asks by OPTIONS whether the page may (load/cors.h) */
    bool streams;          /* what it asks for is an event stream, to be held open */
    struct stream *stream; /* of such a lane, once there was one (load/stream.h); or NULL */
    const char *url;       /* another than the load's, for GET; NULL: the load's request */
    int64_t head_min;      /* of that one */
    struct buf answer;     /* its body; at most LANE_ANSWER bytes */
    char name[LANE_NAME], item[LANE_NAME + 16];
    char key_line[LANE_NAME + 64]; /* of Idempotency-Key, or of Last-Event-ID */
    struct curl_slist key_node, accept_node;
};

struct lane *lane_new(struct group *g, struct page *page, int64_t number);
/* Begin the attempt that `a` asks for. */
void lane_send(struct lane *l, const struct fe_action *a);
/* For transfer.c, before each attempt: what is the lane's own. */
void lane_options(struct lane *l, struct transfer *t);
/* What the attempt that has just ended came to, as the page sees it. */
void lane_result(const struct lane *l, bool reached, struct fe_event *out);
/* Write down what a key was answered with, when the attempt that has just ended had one, and came
 * to a whole answer that says success. */
void lane_tell_reply(const struct lane *l, const struct fe_event *e);
void lane_free(struct lane *l); /* NULL is allowed; not the client */
/* The name of an intention of a load. */
void lane_name(const struct group *g, uint32_t intention, char *out, size_t size);

#endif
