/* A client's requests by libcurl: one easy handle, set up once and used for each attempt. */
#ifndef LOAD_TRANSFER_H
#define LOAD_TRANSFER_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "load/body.h"
#include "load/client.h"
#include "load/engine.h"

struct transfer {
    struct engine_job job;
    struct client *client;
    struct body body;
    bool opened; /* a socket was opened for this attempt: the connection is not a reused one */
    int port;    /* local (socket_identity), of the connection last used */
    int refused_errno;     /* of connect(2), where libcurl missed that it failed */
    int socket_errno;      /* of socket(2) or bind(2), which libcurl does not tell */
    int64_t received;      /* bytes that had come on this connection before this attempt */
    int64_t read_begin_ns; /* of the answer's body; 0: not begun */
    /* What differs from attempt to attempt, in front of the load's headers; never freed by curl. */
    char id_line[48]; /* X-Drainctl-Attempt */
    char trace_line[ATTEMPT_TRACE_LINE];
    struct curl_slist id_node, trace_node;
    int64_t head_min; /* the head of this attempt's request has at least this many bytes */
};

/* request.c: what all attempts of a load have in common, and the options of a handle. */
int request_prepare(struct group *g, struct error *err);
void request_finish(struct group *g);
void request_options(struct transfer *t, const struct group *g);

/* transfer_cb.c: what libcurl calls while a transfer runs. */
void transfer_callbacks(struct transfer *t);
/* Before a socket is closed: did the answer begin, though not with a whole line? */
void transfer_closing(struct engine_job *job, int fd);
/* Bytes of the request that went to the kernel so far; says so when that was all of it. */
void transfer_check_sent(struct transfer *t);

#endif
