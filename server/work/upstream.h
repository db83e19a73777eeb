/* The upstream service that requests call (wire/calls.h). */
#ifndef SERVER_UPSTREAM_H
#define SERVER_UPSTREAM_H

#include <uv.h>

#include "base/error.h"
#include "wire/calls.h"

struct upstream;

/* Is it an http or https URL? 0, or -1 with err filled (ERROR_USAGE). */
int upstream_check(const char *url, struct error *err);
/* NULL when libcurl cannot be started. The loop must outlive it. */
struct upstream *upstream_open(uv_loop_t *loop, const char *url);
/* GET its URL, with this traceparent (or NULL); of the answer at most 64 KiB. c->done comes later,
 * never from in here. */
void upstream_get(struct upstream *u, struct call *c, const char *traceparent);
int64_t upstream_calls(const struct upstream *u); /* under way */
/* No call may be under way. The memory goes when the loop has run once more. */
void upstream_close(struct upstream *u);

#endif
