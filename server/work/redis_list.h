/* What is in a stream, as GET /api/jobs shows it. */
#ifndef SERVER_REDIS_LIST_H
#define SERVER_REDIS_LIST_H

#include <stdbool.h>

#include <hiredis/hiredis.h>

#include "base/buf.h"

/* A Lua script of KEYS: stream, runs; ARGV: group. Its reply is for redis_list_write. */
extern const char redis_list_script[];

/* A JSON array, oldest first: id, ms, state and how often it was done. false: this is no such
 * reply. */
bool redis_list_write(struct buf *out, const redisReply *reply);
/* The text behind `field` in an entry's flat array of fields and values; NULL. */
const char *redis_field(const redisReply *fields, const char *field);

#endif
