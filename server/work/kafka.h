/* The queue in Kafka, for kafka.c and the other kafka_*.c. */
#ifndef SERVER_KAFKA_H
#define SERVER_KAFKA_H

#include <stdatomic.h>

#include <librdkafka/rdkafka.h>
#include <uv.h>

#include "server/work/offsets.h"
#include "server/work/queue.h"
#include "server/work/queue_url.h"

struct aside;

/* A client of librdkafka's, which has threads of its own; and so have calls to it that block. */
struct kafka_client {
    rd_kafka_t *rk;
    atomic_int users;
};

struct kafka_partition {
    int32_t number;
    bool assigned;
    bool leaving; /* another consumer is to have it: nothing more is taken */
    struct offsets offsets;
    rd_kafka_queue_t *messages; /* while it is assigned */
    rd_kafka_message_t *later;  /* taken from there too early */
    int64_t commits;            /* how many were begun; the last one may be on its way */
    bool committing;
};

/* kafka_send.c */
struct kafka_sending {
    struct kafka_client *client;
    rd_kafka_queue_t *reports;
    struct list adding;    /* calls whose message is on its way */
    struct list held;      /* … whose message is worked on here */
    struct list finishing; /* … whose record is on its way, or its acknowledgement */
};

/* kafka_ask.c */
struct kafka_asking {
    struct kafka_client *client;
    struct aside *asking;   /* NULL: not now */
    rd_kafka_queue_t *news; /* its errors */
    bool connected;         /* it has answered, and nothing has told of a loss since */
    bool too_old;
    int64_t pending;     /* -1: not known */
    struct list listers; /* calls that wait for a list */
    struct list listing; /* … that the asking under way is for */
    struct timer look;   /* ask again */
};

/* kafka_take.c and kafka_group.c */
struct kafka_group {
    struct kafka_client *client; /* NULL: no message was asked for yet, or it has left */
    rd_kafka_queue_t *control;   /* rebalances, commits and errors */
    struct list takers;          /* calls that wait for a message */
    int64_t taken;               /* messages handed out so far */
    struct kafka_partition **partitions;
    size_t n_partitions, turn;
    int said_count;    /* partitions, as the log has it */
    int64_t rejoin_ns; /* until then, members are joining and nothing is committed; 0: not now */
    bool stopped, closing;
    bool has_joined;                           /* it was told once which partitions are its own */
    bool settled;                              /* it is known which partitions are this process's */
    rd_kafka_topic_partition_list_t *revoking; /* to be given back when nothing of them is held */
    rd_kafka_topic_partition_list_t
        *assigning;        /* to be begun when it is known what of them is done */
    struct aside *reading; /* that */
};

struct kafka_queue {
    struct queue queue;
    struct queue_url url;
    char *runs;     /* the topic of what was done */
    char owner[48]; /* this process; never used again */
    int64_t lease_ns;
    uv_async_t *wake; /* librdkafka has something */
    char said[256];   /* the failure that the log has already */
    char why[256];    /* the last failure that librdkafka has told */
    struct kafka_sending send;
    struct kafka_asking ask;
    struct kafka_group group;
};

extern const struct queue_kind queue_kafka;

/* kafka_call.c */
void kafka_come_back(struct queue_call *c, enum queue_status status, const char *why);
void kafka_call_wake(rd_kafka_t *rk, void *queue); /* for rd_kafka_queue_cb_event_enable */

/* kafka_client.c */
extern const char *const kafka_params[]; /* of the URL; ends with NULL */
/* None is there without the one that it needs. */
bool kafka_params_fit(const struct queue_url *u);
enum kafka_role { KAFKA_PRODUCER, KAFKA_ASKER, KAFKA_CONSUMER };
/* NULL with err filled: librdkafka cannot (threads, descriptors). */
struct kafka_client *kafka_client_open(struct kafka_queue *q, enum kafka_role role,
                                       struct error *err);
struct kafka_client *kafka_client_use(struct kafka_client *c);
void kafka_client_drop(void *client); /* the last one ends its threads, and blocks for that */
/* The same from the loop, on a thread; *client is NULL then. */
void kafka_client_let_go(struct kafka_queue *q, struct kafka_client **client);
/* The queue of a client, with its wake-up. */
void kafka_listen(struct kafka_queue *q, rd_kafka_queue_t *queue);
void kafka_unlisten(rd_kafka_queue_t **queue);
/* An error that librdkafka tells on its own; the log has each once. */
void kafka_error(struct kafka_queue *q, const struct kafka_client *from, rd_kafka_resp_err_t code,
                 const char *text);
/* It cannot be reached. */
void kafka_down(struct kafka_queue *q);

/* kafka_send.c: 0, or -1 and c->status says why. */
int kafka_send_open(struct kafka_queue *q, struct error *err);
int kafka_send(struct kafka_queue *q, struct queue_call *c);
void kafka_send_serve(struct kafka_queue *q);

/* kafka_ask.c, on a thread: is it there, how much is pending, and all that is in it. */
int kafka_ask_open(struct kafka_queue *q, struct error *err);
void kafka_ask(struct kafka_queue *q, struct queue_call *c); /* for a list */
void kafka_ask_serve(struct kafka_queue *q);
void kafka_ask_close(struct kafka_queue *q);

/* kafka_list.c, on that thread: all that is in it. */
struct kafka_entry {
    int32_t partition;
    int64_t offset;
    char *body;
    int64_t time_ms;
    bool acknowledged;
};

struct kafka_list {
    struct kafka_entry *entries;
    size_t count, cap;
    char **runs; /* "ID WHO" */
    size_t n_runs, runs_cap;
};

/* 0, or a code of librdkafka's. */
rd_kafka_resp_err_t kafka_list_read(struct kafka_list *l, rd_kafka_t *rk, const char *topic,
                                    const char *runs);
/* As GET /api/jobs shows it; those in `q->send.held` and `q->send.finishing` are taken. */
void kafka_list_write(struct buf *out, const struct kafka_list *l, const struct kafka_queue *q);
void kafka_list_free(struct kafka_list *l);
/* How many partitions it has; the same. */
rd_kafka_resp_err_t kafka_partitions(rd_kafka_t *rk, const char *topic, int *count);

/* kafka_take.c */
bool kafka_is_held(const struct kafka_queue *q, const char *id);
void kafka_take_serve(struct kafka_queue *q);
/* A partition of which nothing is acknowledged yet has come, perhaps once more: find out where it
 * begins, passing over what is held of it here. */
void kafka_pass_over(struct kafka_queue *q, struct kafka_partition *p);
void kafka_send_back(struct kafka_queue *q); /* those that wait for a message */
/* "PARTITION-OFFSET" */
bool kafka_read_id(const char *id, int32_t *partition, int64_t *offset);

/* kafka_group.c */
void kafka_group_serve(struct kafka_queue *q);
/* The work of this call is recorded: acknowledge it. */
void kafka_group_finish(struct kafka_queue *q, struct queue_call *c);
void kafka_group_close(struct kafka_queue *q);

#endif
