/* One request and its answer. */
#ifndef SERVER_REQUEST_H
#define SERVER_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "server/http/http.h"
#include "server/ledger.h"
#include "server/life/log.h"
#include "server/trace/span.h"
#include "base/list.h"

/* The header section, as far as it says whether the request is sound, and how it ends. */
struct request_head {
    struct buf field, value;            /* the line being read; freed at the end of the section */
    unsigned hosts, lengths, encodings; /* how many of each header */
    bool expect_continue, bad_expect;
    bool coded;    /* a transfer coding other than chunked: 501 */
    bool has_body; /* one is announced */
    bool bad_host, te_misplaced;
    size_t extra_bytes; /* of trailers and chunk extensions */
};

/* What the client would like; for the routes. */
struct request_asks {
    struct buf known; /* If-None-Match, as sent */
    char *key;        /* Idempotency-Key, or NULL */
    bool has_session; /* the cookie `session` is there */
    bool html;        /* Accept names text/html */
    bool gzip;        /* Accept-Encoding lets an answer be gzip */
};

struct request_answer {
    int status;         /* 0: not decided */
    int refuse;         /* 404 or 405, said once the body is read; 0: none */
    const char *allow;  /* for 405 */
    bool told_continue; /* 100 Continue was sent */
    bool chunked;
    bool done; /* it is complete in http->out or beyond */
};

struct request_is {
    bool read;    /* to its last byte */
    bool counted; /* in the gauge */
    bool at_work; /* whole, and waiting for its answer, when the drain began */
};

/* What the ledger calls it. */
struct request_ledger {
    int64_t attempt; /* X-Drainctl-Attempt; -1 without */
    int64_t number;  /* without that; 0: none yet */
};

struct request {
    struct http *http;
    const struct route *route;
    struct buf target; /* as sent: path and query */
    uint8_t method;    /* HTTP_GET, … */
    bool head_only;    /* HEAD: no body in the answer */
    bool http_1_0, keep_alive;
    struct request_is is;
    uint64_t body_len;
    int64_t begun_ns;
    struct request_ledger ledger;
    struct request_head head;
    struct request_asks asks;
    struct request_answer answer;
    struct request_ids ids; /* for the log */
    struct span span;       /* for traces */
    struct timer timer;     /* the handler's */
    struct list link;       /* a gate's waiting list */
    void *state;            /* the handler's; freed by route->drop */
};

struct request *request_new(struct http *h);
void request_free(struct request *r);

/* Its header section is read: it is in flight from here on. */
void request_counted(struct request *r);

/* Write down in the ledger what the server saw of it, at this time of CLOCK_MONOTONIC. */
void request_tell(struct request *r, int64_t at_ns, enum ledger_what what);
/* "GET"; "-" before its first line is read. */
const char *request_method(const struct request *r);

/* fields.c: a header line has been read, its value trimmed (RFC 9112 §5). */
void request_field(struct request *r, const char *name, const char *value);

/* The path; *len is without the query. */
const char *request_path(const struct request *r, size_t *len);
/* A query parameter's value, not decoded; NULL when it is not there. */
const char *request_query(const struct request *r, const char *key, size_t *len);
/* A whole number in the query. Absent: *out keeps its default. false: not a number, or outside. */
bool request_query_int(const struct request *r, const char *key, int64_t min, int64_t max,
                       int64_t *out);
/* What it is doing, for the log: "waiting", "sending", "receiving". */
const char *request_phase(const struct request *r);

/* --- respond.c: each ends the request's handling or carries it on; all keep r alive until the
 * machine comes to rest, unless http_pump is called by the handler itself afterwards --- */

/* A whole answer. */
void respond(struct request *r, int status, const char *type, const char *body, size_t len);
void respond_json(struct request *r, int status, const char *json);
/* As respond, with header lines of its own, each ending in CR LF. */
void respond_fields(struct request *r, int status, const char *type, const char *fields,
                    const char *body, size_t len);
/* {"error":"…"}; closes the connection when the request was not read to its end. */
void respond_error(struct request *r, int status, const char *what);
/* An answer that has no body, such as 304 (RFC 9110 §15.4.5), with header lines of its own. */
void respond_empty(struct request *r, int status, const char *fields);
/* 405 with Allow (RFC 9110 §15.5.6). */
void respond_not_allowed(struct request *r, const char *allow);
/* 204 to OPTIONS: what the row and CORS allow. */
void respond_options(struct request *r);
/* An answer in pieces: chunked, or for HTTP/1.0 with the length given. */
void respond_begin(struct request *r, int status, const char *type, uint64_t length);
void respond_piece(struct request *r, const char *data, size_t len);
void respond_end(struct request *r);
const char *status_reason(int status);

#endif
