#include "server/work/redis_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_out.h"
#include "base/mem.h"
#include "server/work/listing.h"

const char redis_list_script[] =
    "local pending = {}\n"
    "for _, p in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1000000)) do\n"
    "  pending[#pending + 1] = p[1]\n"
    "end\n"
    "return {redis.call('XRANGE', KEYS[1], '-', '+'), redis.call('HKEYS', KEYS[2]), pending}";

static struct texts sorted(const redisReply *reply)
{
    struct texts t = {.items = mem_zero(reply->elements + 1, sizeof *t.items)};
    for (size_t i = 0; i < reply->elements; i++)
        if (reply->element[i]->type == REDIS_REPLY_STRING)
            t.items[t.count++] = reply->element[i]->str;
    texts_sort(&t);
    return t;
}

const char *redis_field(const redisReply *fields, const char *field)
{
    for (size_t i = 0; i + 1 < fields->elements; i += 2)
        if (fields->element[i]->str && strcmp(fields->element[i]->str, field) == 0)
            return fields->element[i + 1]->str;
    return NULL;
}

static void write_one(struct json_out *j, const redisReply *entry, const struct texts *runs,
                      const struct texts *pending)
{
    const char *id = entry->element[0]->str, *body = redis_field(entry->element[1], "body");
    int64_t times = texts_count(runs, id);
    const char *state = texts_count(pending, id) ? "taken" : times > 0 ? "done" : "waiting";
    listing_write(j, &(struct listed){id, body, state, times});
}

bool redis_list_write(struct buf *out, const redisReply *reply)
{
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 3)
        return false;
    const redisReply *entries = reply->element[0];
    struct texts runs = sorted(reply->element[1]), pending = sorted(reply->element[2]);
    struct json_out j;
    json_out_init(&j, out, 0);
    json_out_array(&j, NULL);
    for (size_t i = 0; i < entries->elements; i++)
        if (entries->element[i]->elements == 2)
            write_one(&j, entries->element[i], &runs, &pending);
    json_out_end_array(&j);
    free(runs.items);
    free(pending.items);
    return true;
}
