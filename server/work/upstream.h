/* The upstream service that requests call: libcurl on the loop. */
#ifndef SERVER_UPSTREAM_H
#define SERVER_UPSTREAM_H

#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

#include "base/buf.h"
#include "base/error.h"

struct upstream;

struct upstream_call {
    /* On the loop: status says how it went. Not called after upstream_cancel. */
    void (*done)(struct upstream_call *c);
    int status;      /* of HTTP; 0: there was no whole answer, and `error` says why */
    char error[256]; /* libcurl's words */
    struct buf body; /* of the answer, at most 64 KiB; the caller frees it */
    void *easy;      /* libcurl's; NULL: not under way */
};

/* Is it an http or https URL? 0, or -1 with err filled (ERROR_USAGE). */
int upstream_check(const char *url, struct error *err);
/* NULL when libcurl cannot be started. The loop must outlive it. */
struct upstream *upstream_open(uv_loop_t *loop, const char *url);
/* GET its URL. `done` comes later, never from in here. */
void upstream_get(struct upstream *u, struct upstream_call *c);
/* Break it off: its connection is closed. */
void upstream_cancel(struct upstream *u, struct upstream_call *c);
int64_t upstream_calls(const struct upstream *u); /* under way */
/* No call may be under way. The memory goes when the loop has run once more. */
void upstream_close(struct upstream *u);

#endif
