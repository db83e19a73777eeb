/* Reading an event stream as it comes (WHATWG HTML section 9.2.6), in pieces of any size. Pure. */
#ifndef FRONTEND_SSE_H
#define FRONTEND_SSE_H

#include <stdbool.h>
#include <stddef.h>

#include "frontend/policy.h"

enum { FE_SSE_LINE = 512, FE_SSE_ID = 64 };

/* A zeroed one is ready. Longer lines are cut, and so are longer data and ids. */
struct fe_sse {
    char line[FE_SSE_LINE], data[FE_SSE_LINE], id[FE_SSE_ID];
    size_t line_len, data_len;
    bool after_cr;  /* a line feed that follows belongs to the line end before it */
    bool any_data;  /* of the event that is being read */
    bool past_mark; /* the stream's first bytes were looked at for a byte order mark */
    fe_ms retry;    /* the last "retry:"; 0: none */
};

/* Take `n` bytes. `got` is called for each event with its data (NUL-terminated, without its last
 * line feed); the stream's `id` and `retry` are up to date then. Returns true when one of these
 * two, or an event, came. */
bool fe_sse_feed(struct fe_sse *s, const char *bytes, size_t n,
                 void (*got)(void *arg, const char *data, size_t len), void *arg);

#endif
