/* The queue in Redis, for redis.c and redis_take.c. */
#ifndef SERVER_REDIS_H
#define SERVER_REDIS_H

#include "server/work/queue.h"
#include "server/work/redis_link.h"

struct redis_queue {
    struct queue queue;
    struct queue_url url;
    char *runs;     /* the key of what was done */
    char owner[48]; /* this process, in the group; never used again */
    int64_t lease_ns;
    struct redis_link *link;
    bool ready;        /* connected, and the group is there */
    struct list held;  /* calls whose message is worked on here */
    int64_t pending;   /* -1: not known yet */
    struct timer look; /* at that */

    /* redis_take.c */
    struct redis_link *reader;
    struct list takers; /* calls that wait for a message */
    bool reading, stopped;
    char reader_id[24]; /* of CLIENT ID; "" when it is not known */
    char
        claim_from[64]; /* where the look for messages of the dead goes on; "" from the beginning */
    int64_t claim_ns;   /* when the next one is due */
    struct timer again; /* read again, or: wake the reader up */
};

extern const struct queue_kind queue_redis;

/* redis_take.c: the connection that waits for messages. */
void redis_take_open(struct redis_queue *q);
void redis_take(struct redis_queue *q, struct queue_call *c);
void redis_take_more(struct redis_queue *q);
void redis_take_stop(struct queue *queue);
void redis_take_close(struct redis_queue *q);

#endif
