/* The address of a name, looked up on a thread of its own: getaddrinfo(3) takes as long as DNS
 * likes, and neither the loop nor the exit may wait for it. A request of uv's would hold both
 * (uv_cancel takes back none that runs, and uv joins its threads at the exit). */
#ifndef SERVER_REDIS_RESOLVE_H
#define SERVER_REDIS_RESOLVE_H

#include <uv.h>

struct redis_resolve;

/* `done` comes once, on the loop, never from in here and not after redis_resolve_forget: the first
 * address as text, or "" when there is none; after it there is nothing to forget. NULL: no thread.
 */
struct redis_resolve *redis_resolve_start(uv_loop_t *loop, const char *host,
                                          void (*done)(void *ctx, const char *address), void *ctx);
/* No more interest; NULL is fine. The memory goes when the loop has run once more and the thread
 * has come to its end. */
void redis_resolve_forget(struct redis_resolve *r);

#endif
