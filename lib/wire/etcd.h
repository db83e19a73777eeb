/* etcd's API version 3 as its JSON gateway speaks it (etcd.io, "gRPC gateway", paths below /v3/
 * since etcd 3.4): keys and values in base64 (RFC 4648 section 4), 64-bit numbers as strings. */
#ifndef WIRE_ETCD_H
#define WIRE_ETCD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/error.h"
#include "wire/calls.h"

enum { ETCD_ENDPOINTS_MOST = 16 };

/* One member of a cluster. */
struct etcd_endpoint {
    char *base;  /* "http://HOST:PORT" */
    char *shown; /* "HOST:PORT", for messages */
    bool local;  /* this machine */
};

/* etcd://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]…]/PREFIX[?ca=FILE[&cert=FILE&key=FILE]]; the port
 * is 2379 without one. With `ca` it is asked over TLS. */
struct etcd_address {
    struct etcd_endpoint endpoints[ETCD_ENDPOINTS_MOST];
    size_t n_endpoints;
    char *prefix;          /* of the keys: "/PREFIX/" */
    char *user, *password; /* NULL: there is no login */
    struct call_tls tls;   /* `ca` NULL: none */
};

/* Does it name an etcd (and not a file)? */
bool etcd_is_address(const char *text);
/* 0, or -1 with err filled (ERROR_USAGE). */
int etcd_address_read(struct etcd_address *a, const char *text, struct error *err);
void etcd_address_free(struct etcd_address *a); /* accepts a zeroed one */

/* --- pieces of messages --- */

/* A member "KEY":"BASE64", without a comma. */
void etcd_add_bytes(struct buf *b, const char *key, const char *bytes, size_t len);
/* "key" and "range_end" of all keys that begin with the prefix, without a comma. */
void etcd_add_range(struct buf *b, const char *prefix);
/* What a base64 member holds, NUL-terminated, for the caller to free; NULL: there is none. */
char *etcd_bytes(const cJSON *object, const char *key);
/* A 64-bit number, which is a string there; 0 without one. */
int64_t etcd_number(const cJSON *object, const char *key);
/* The "TTL" of a lease that was granted, which is in seconds there: from 1 s to a day, whatever the
 * answer says. */
int64_t etcd_ttl_ns(const cJSON *object);

/* --- asking --- */

enum etcd_answer {
    ETCD_OK,
    ETCD_NOT_FOUND, /* a lease that is none any more */
    ETCD_FAILED,    /* no answer, or another one than was asked for; `why` says it */
};

struct etcd; /* one etcd, and who asks it */

/* One question; part of the caller's memory. */
struct etcd_call {
    /* On the loop; not after etcd_cancel. `answer` is the whole object, and valid in here. */
    void (*done)(struct etcd_call *c, enum etcd_answer how, const cJSON *answer);
    char why[320]; /* of ETCD_FAILED: "etcd at HOST:PORT: …" */
    /* For etcd_watch: an object of the stream. False: it is enough, and `done` comes. */
    bool (*told)(struct etcd_call *c, const cJSON *message);
    /* etcd's */
    struct call call;
    struct etcd *etcd;
    const char *path;
    char *body;
    int64_t total_ns;
    size_t tried; /* endpoints that have failed it */
    bool again;   /* with a new token */
    struct buf line;
};

/* `a` must outlive it. `token`: of who has logged in already, or NULL; taken over. NULL when
 * libcurl cannot be started. */
struct etcd *etcd_open(struct uv_loop_s *loop, const struct etcd_address *a, char *token);
/* POST `body` (JSON) to /v3/PATH; `path` must last. The answer must be there within total_ns; of
 * several endpoints each has this time, and one that gives none is left for the next. Who has a
 * user and a password logs in first, and again when the token is over. */
void etcd_ask(struct etcd *e, struct etcd_call *c, const char *path, const char *body,
              int64_t total_ns);
/* The same for an answer that goes on: c->told is called for each message, c->done at its end. */
void etcd_watch(struct etcd *e, struct etcd_call *c, const char *path, const char *body);
bool etcd_asks(const struct etcd_call *c); /* it is under way */
void etcd_cancel(struct etcd_call *c);     /* harmless when it is not */
/* No call may be under way. `closed` (may be NULL) comes from the loop. */
void etcd_close(struct etcd *e, void (*closed)(void *arg), void *arg);

/* --- without a loop --- */

/* As etcd_ask, but it waits for the answer, at most total_ns. NULL with err filled (ERROR_RUN);
 * else for cJSON_Delete. `token` is kept from one call to the next: begin with NULL, free it. */
cJSON *etcd_ask_now(const struct etcd_address *a, char **token, const char *path, const char *body,
                    int64_t total_ns, struct error *err);
/* The same for all entries below the prefix, `kvs` of the answer. */
cJSON *etcd_list_now(const struct etcd_address *a, char **token, int64_t total_ns,
                     struct error *err);

/* etcd_say.c: what an answer means. `why` is filled for ETCD_FAILED. */
enum etcd_answer etcd_judge(const struct etcd_endpoint *from, int status, const char *transport,
                            const cJSON *answer, char *why, size_t size);
/* It gave no answer, or has no leader: another one may. */
bool etcd_is_lost(int status);
/* The token is no longer good. */
bool etcd_wants_login(int status, const cJSON *answer);
/* It has no users at all: no login is needed. */
bool etcd_has_no_users(const cJSON *answer);
/* {"name":…,"password":…}, for the caller to free. */
char *etcd_login_body(const struct etcd_address *a);

#endif
