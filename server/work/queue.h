/* A queue of messages, as the server needs one: a message is added, taken for a while (a lease),
 * worked on, and then acknowledged. If a process is killed in between, it is taken over when the
 * lease is over. Each kind is a row of a table in queue.c: the table `jobs` of the database
 * (queue_database.c) is one, a stream of Redis (redis.c) another, a topic of Kafka (kafka.c) a
 * third.
 *
 * Everything here is called on the loop, and answers on the loop. */
#ifndef SERVER_QUEUE_H
#define SERVER_QUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/error.h"
#include "server/life/steps.h"
#include "base/list.h"
#include "server/work/pool.h"

struct server;
struct queue;

/* How a call ended. */
enum queue_status {
    QUEUE_OK,
    QUEUE_AWAY,     /* it cannot be reached, or did not answer in time: perhaps it was done */
    QUEUE_FULL,     /* it takes nothing more for now */
    QUEUE_DATABASE, /* the database said no; `database` says how */
    QUEUE_NONE,     /* no database is built in */
    QUEUE_CANNOT,   /* the database could not be opened */
    QUEUE_CROWDED,  /* every connection to the database is busy, and those that wait are enough */
    QUEUE_FAILED,   /* anything else */
    QUEUE_STATUSES
};

struct queue_message {
    char id[64]; /* the queue's name for it; "" when there is none */
    char *body;  /* text; free it with queue_message_free */
};

enum queue_op {
    QUEUE_ADD,
    QUEUE_TAKE,
    QUEUE_RENEW,
    QUEUE_FINISH, /* record the work, then acknowledge */
    QUEUE_LIST,
    /* for a planted fault; only of the database's */
    QUEUE_ACK,    /* acknowledge alone */
    QUEUE_RECORD, /* record alone */
};

/* One call; part of the caller's memory, which must live until `done`. A message that was taken
 * belongs to its call until it is finished: take, renew and finish are made with the same one. */
struct queue_call {
    void (*done)(struct queue_call *c);
    struct queue_message message;
    struct buf text; /* of QUEUE_LIST; a JSON array */
    bool aside;      /* not a request's; see struct work */
    int slot;        /* the caller's */
    enum queue_status status;
    enum db_status database;
    char error[256];

    /* the queue's */
    enum queue_op op;
    struct queue *queue;
    struct work work;
    struct list link;
    char owner[48];   /* of the database's: the one that holds it, never used again */
    int64_t until_ms; /* … and for how long */
    bool unsure;      /* … a finish has failed, and may have recorded the work */
    int64_t taken;    /* of Kafka's: the number of this taking */
    int64_t commit;   /* … and of the commit that acknowledges it; 0: none yet */
};

struct queue_gauge {
    bool connected;
    int64_t pending; /* added and not acknowledged yet, as of a second ago at most; -1: not known */
};

struct queue_place {
    const char *url;
    const char *name; /* for the log: "queue" */
    int64_t lease_ns; /* a message is held for this time without a sign of life */
};

struct queue_kind {
    const char *name;
    bool (*takes)(const char *url);
    /* A queue that cannot be reached is no failure: it is tried again. NULL with err filled: the
     * URL is wrong (ERROR_USAGE). */
    struct queue *(*open)(struct server *s, const struct queue_place *at, struct error *err);
    /* 0, and `done` comes later; or -1: not now, and c->status says why. */
    int (*call)(struct queue *q, struct queue_call *c);
    /* Nothing is taken from now on: those that wait for a message come back without one. */
    void (*stop)(struct queue *q);
    /* Leave it in good order, then `left`, perhaps in here. NULL: nothing needs to be done. */
    void (*leave)(struct queue *q, void (*left)(void *arg), void *arg);
    /* Close it at once. Calls that are out come back with QUEUE_AWAY. The loop must run on. */
    void (*close)(struct queue *q);
    struct queue_gauge (*gauge)(const struct queue *q);
    const char *(*version)(void); /* of its library; NULL: it has none of its own */
    bool in_database;             /* its messages are rows that the database lists */
};

/* The beginning of each kind's own. */
struct queue {
    const struct queue_kind *kind;
    struct server *server;
    /* queue_remote.c */
    void (*left)(void *arg); /* to be told that it has left; NULL: nothing waits for that */
    void *left_arg;
    struct timer gone; /* tells it, from the loop */
};

extern const struct queue_kind *const queue_kinds[]; /* what is built in; ends with NULL */
/* Kinds that were left out at build, by name; ends with NULL. */
extern const char *const queue_left_out[];

/* NULL with err filled: none takes this URL, or it is wrong (ERROR_USAGE). */
struct queue *queue_open(struct server *s, const struct queue_place *at, struct error *err);
/* 0, and c->done comes later; or -1, and c->status says why. */
int queue_call(struct queue *q, enum queue_op op, struct queue_call *c);
void queue_stop(struct queue *q); /* NULL is harmless */
void queue_close(struct queue **q);
/* The HTTP status of a refusal, and its text. */
int queue_refusal(const struct queue_call *c, const char **text);

static inline void queue_message_free(struct queue_message *m)
{
    free(m->body);
    *m = (struct queue_message){.body = NULL};
}

#endif
