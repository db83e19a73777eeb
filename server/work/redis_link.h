/* One connection to a Redis server on the loop (hiredis, asynchronous), made anew whenever it is
 * lost, after pauses that grow. hiredis keeps no time of its own: every command here has a
 * deadline, and when one passes the connection is given up. */
#ifndef SERVER_REDIS_LINK_H
#define SERVER_REDIS_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hiredis/hiredis.h>

#include "server/work/queue_url.h"

struct server;
struct redis_link;

struct redis_link_events {
    /* Connected, logged in, and the server's version is one that will do. */
    void (*up)(void *ctx);
    /* Lost. Every command that was out has been answered with NULL. */
    void (*down)(void *ctx);
};

/* What comes back for a command; reply NULL: the connection was lost before its answer came. The
 * reply is hiredis's, and gone after this. */
typedef void redis_reply_fn(void *ctx, const redisReply *reply);

/* `u` and `events` must outlive it. `says`: the one that writes into the log. */
struct redis_link *redis_link_open(struct server *s, const struct queue_url *u, bool says,
                                   const struct redis_link_events *events, void *ctx);
bool redis_link_is_up(const struct redis_link *l);
/* Send a command; `block_ms` is how long the server itself may wait. 0, or -1: it is not up, or
 * more commands than MANY are out. `fn` may be NULL. */
int redis_link_send(struct redis_link *l, int64_t block_ms, redis_reply_fn *fn, void *ctx, int argc,
                    const char *const *argv);
/* Give the connection up, and make another. */
void redis_link_renew(struct redis_link *l, const char *why);
/* Close it at once; commands that are out are answered with NULL first, and `down` is not called.
 * The memory goes when the loop has run once more. */
void redis_link_close(struct redis_link *l);

/* Is it an error whose text begins so? */
bool redis_is_error(const redisReply *reply, const char *prefix);

#endif
