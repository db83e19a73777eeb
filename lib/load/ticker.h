/* A timer that keeps nanoseconds: libuv's own counts whole milliseconds of a cached clock, which
 * would move every intended start of an open loop. */
#ifndef LOAD_TICKER_H
#define LOAD_TICKER_H

#include <stdint.h>
#include <uv.h>

struct ticker;

/* NULL with errno set when there is no descriptor for it (timerfd_create(2)). */
struct ticker *ticker_new(uv_loop_t *loop, void (*tick)(void *arg), void *arg);
/* Call `tick` once at this CLOCK_MONOTONIC instant (now, when it has passed). */
void ticker_at(struct ticker *t, int64_t at_ns);
/* *t, unless it is NULL already; the memory goes when the loop has closed the handle. */
void ticker_free(struct ticker **t);

#endif
