/* A client that speaks for itself on a socket, for what libcurl would not do: to send half of
 * something, two requests at once, or nothing. One `struct raw` is one connection, and it carries
 * one attempt, or a pair. The facts of an attempt are those that libcurl gives for the same end. */
#ifndef LOAD_RAW_H
#define LOAD_RAW_H

#include <llhttp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "load/body.h"
#include "load/client.h"

enum { RAW_CHUNK = 16 * 1024 };

/* What is to be written: the text, as far as it may go yet, ... */
struct raw_text {
    char *at;
    size_t len, may, written;
    size_t first_len; /* of the first request in it (of a pair) */
};

/* ... and then a body. */
struct raw_body {
    struct body body; /* bytes 0: there is none, or it is in the text */
    bool open;        /* it may go */
    char *chunk;      /* RAW_CHUNK bytes, when there is a body */
    size_t chunk_len, chunk_at;
    int64_t written;
};

/* The answer that is being read. */
struct raw_reading {
    llhttp_t parser;
    int64_t got; /* bytes of it */
    bool complete, bad;
    char line[512]; /* of its head; a longer line is judged by its start */
    size_t line_len;
};

struct raw {
    uv_poll_t poll;
    struct client *client;
    int fd;
    bool connected;
    bool halts;     /* held, once what may go is written */
    bool asks;      /* its body waits to be asked for (100) */
    bool lasting;   /* an answer does not end it: a silent client has asked for none */
    int send_errno; /* no more can be written; what there is to read is still read */
    int64_t deadline_ns, wake_ns; /* 0: none */
    struct raw_text text;
    struct raw_body body;
    struct raw_reading answer;
};

/* Connect for the client's open attempt. `text` is written as far as `may` says, and belongs to the
 * connection from now on; NULL: nothing is to be written. NULL when it failed at once: the attempt
 * is then ended from the loop. */
struct raw *raw_connect(struct client *c, char *text, size_t may);
/* `text.may` or `body.open` has changed, or time has passed: write what may go. */
void raw_write(struct raw *r);
/* Call raw_write after this number of milliseconds (0: never). */
void raw_wake(struct raw *r, uint64_t ms);
/* All may go now, the body too. */
void raw_go_on(struct raw *r);
/* End the open attempts, because of what happened on the connection, and the connection. */
void raw_end(struct raw *r, int code, int os_errno, enum ended ended);

/* For the rows of the table of shapes. */
void raw_abort(struct client *c, enum ended ended);
void raw_close(struct client *c);

/* raw_pair.c: what happens to all attempts of the connection. Each may be aborted in here. */
void raw_pair_connected(struct raw *r, int port);
void raw_pair_written(struct raw *r); /* r->text.written and r->body.written are theirs */
void raw_pair_tell_sent(struct raw *r);
void raw_pair_end(struct client *c, const struct attempt_end *end);

/* raw_answer.c: begin to read an answer. */
void raw_answer_begin(struct raw *r);
/* Take bytes in, up to the end of an answer; `len` becomes how many of them. The step callbacks may
 * abort the attempt in here (then c->wire is not `r` any more). */
enum raw_answer { ANSWER_MORE, ANSWER_INTERIM, ANSWER_WHOLE, ANSWER_BROKEN };
enum raw_answer raw_answer_take(struct raw *r, const char *data, size_t *len);
/* Nothing more comes: what there is counts, though it is not a whole status line. */
void raw_answer_first_bytes(struct raw *r);
/* The CURLcode that libcurl gives for what has come, when the connection ends in good order. */
int raw_answer_code(const struct raw *r);

#endif
