/* hiredis on uv's loop. Its own adapter (adapters/libuv.h of 0.14) passes over what uv reports as
 * an error, and a connection that is refused is one: hiredis would never hear of it. */
#ifndef SERVER_REDIS_POLL_H
#define SERVER_REDIS_POLL_H

#include <hiredis/async.h>
#include <uv.h>

/* 0, or -1: it cannot be watched. What it takes goes with the context, and the loop's next turn. */
int redis_poll_attach(redisAsyncContext *ac, uv_loop_t *loop);

#endif
