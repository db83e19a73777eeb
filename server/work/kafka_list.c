/* All that is in the topics, read from their beginnings to their ends, on a thread. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_out.h"
#include "base/mem.h"
#include "server/work/kafka.h"
#include "server/work/listing.h"

enum { WAIT_MS = 1000 };

typedef rd_kafka_topic_partition_list_t partitions;

rd_kafka_resp_err_t kafka_partitions(rd_kafka_t *rk, const char *topic, int *count)
{
    const struct rd_kafka_metadata *found = NULL;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(rk, topic, NULL);
    if (!handle)
        return RD_KAFKA_RESP_ERR__INVALID_ARG;
    rd_kafka_resp_err_t code = rd_kafka_metadata(rk, 0, handle, &found, WAIT_MS);
    rd_kafka_topic_destroy(handle);
    if (code)
        return code;
    code = found->topic_cnt == 1 ? found->topics[0].err : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    *count = code ? 0 : found->topics[0].partition_cnt;
    if (!code && *count == 0)
        code = RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
    rd_kafka_metadata_destroy(found);
    return code;
}

static void add_entry(struct kafka_list *l, const rd_kafka_message_t *m, bool acknowledged)
{
    if (l->count == l->cap) {
        l->cap = l->cap ? 2 * l->cap : 64;
        l->entries = mem_resize(l->entries, l->cap, sizeof *l->entries);
    }
    l->entries[l->count++] =
        (struct kafka_entry){.partition = m->partition,
                             .offset = m->offset,
                             .body = mem_strndup(m->payload ? m->payload : "", m->len),
                             .time_ms = rd_kafka_message_timestamp(m, NULL),
                             .acknowledged = acknowledged};
}

static void add_run(struct kafka_list *l, const rd_kafka_message_t *m)
{
    if (l->n_runs == l->runs_cap) {
        l->runs_cap = l->runs_cap ? 2 * l->runs_cap : 64;
        l->runs = mem_resize(l->runs, l->runs_cap, sizeof *l->runs);
    }
    l->runs[l->n_runs++] = mem_printf("%.*s %.*s", (int)m->key_len, (const char *)m->key,
                                      (int)m->len, (const char *)m->payload);
}

/* --- what of it is acknowledged --- */

struct acknowledged {
    struct offsets *of; /* by partition */
    int count;
};

static rd_kafka_resp_err_t read_acknowledged(struct acknowledged *a, rd_kafka_t *rk,
                                             const char *topic, int count)
{
    partitions *all = rd_kafka_topic_partition_list_new(count);
    *a = (struct acknowledged){mem_zero((size_t)count + 1, sizeof *a->of), count};
    rd_kafka_topic_partition_list_add_range(all, topic, 0, count - 1);
    rd_kafka_resp_err_t code = rd_kafka_committed(rk, all, WAIT_MS);
    for (int i = 0; i < all->cnt && !code; i++) {
        const rd_kafka_topic_partition_t *at = &all->elems[i];
        char *text = at->metadata ? mem_strndup(at->metadata, at->metadata_size) : NULL;
        offsets_begin(&a->of[at->partition], at->offset < 0 ? -1 : at->offset, text);
        free(text);
    }
    rd_kafka_topic_partition_list_destroy(all);
    return code;
}

/* --- reading --- */

static void add(struct kafka_list *l, const rd_kafka_message_t *m, const char *topic,
                const struct acknowledged *a)
{
    if (strcmp(rd_kafka_topic_name(m->rkt), topic) != 0)
        add_run(l, m);
    else if (m->partition < a->count)
        add_entry(l, m, offsets_is_done(&a->of[m->partition], m->offset));
}

/* Up to where each partition ended when it was asked, which was after the list was wanted. */
static rd_kafka_resp_err_t read_all(struct kafka_list *l, rd_kafka_t *rk, partitions *left,
                                    const char *topic, const struct acknowledged *a)
{
    rd_kafka_resp_err_t code = rd_kafka_assign(rk, left);
    while (left->cnt > 0 && !code) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, WAIT_MS);
        if (!m)
            return RD_KAFKA_RESP_ERR__TIMED_OUT;
        if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            rd_kafka_topic_partition_list_del(left, rd_kafka_topic_name(m->rkt), m->partition);
        else if (m->err)
            code = m->err;
        else
            add(l, m, topic, a);
        rd_kafka_message_destroy(m);
    }
    return code;
}

rd_kafka_resp_err_t kafka_list_read(struct kafka_list *l, rd_kafka_t *rk, const char *topic,
                                    const char *runs)
{
    struct acknowledged a = {NULL, 0};
    int count = 0, n_runs = 0;
    rd_kafka_resp_err_t code = kafka_partitions(rk, topic, &count);
    if (!code)
        code = read_acknowledged(&a, rk, topic, count);
    if (!code)
        code = kafka_partitions(rk, runs, &n_runs);
    if (!code) {
        partitions *left = rd_kafka_topic_partition_list_new(count + n_runs);
        rd_kafka_topic_partition_list_add_range(left, topic, 0, count - 1);
        rd_kafka_topic_partition_list_add_range(left, runs, 0, n_runs - 1);
        for (int i = 0; i < left->cnt; i++)
            left->elems[i].offset = RD_KAFKA_OFFSET_BEGINNING;
        code = read_all(l, rk, left, topic, &a);
        rd_kafka_assign(rk, NULL);
        rd_kafka_topic_partition_list_destroy(left);
    }
    free(a.of);
    return code;
}

/* --- showing, on the loop --- */

static int by_time(const void *a, const void *b)
{
    const struct kafka_entry *x = a, *y = b;
    if (x->time_ms != y->time_ms)
        return x->time_ms < y->time_ms ? -1 : 1;
    if (x->partition != y->partition)
        return x->partition < y->partition ? -1 : 1;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

void kafka_list_write(struct buf *out, const struct kafka_list *l, const struct kafka_queue *q)
{
    struct texts runs = {.items = (const char **)l->runs, .count = l->n_runs};
    struct json_out j;
    texts_sort(&runs);
    if (l->count)
        qsort(l->entries, l->count, sizeof *l->entries, by_time);
    json_out_init(&j, out, 0);
    json_out_array(&j, NULL);
    for (size_t i = 0; i < l->count; i++) {
        const struct kafka_entry *e = &l->entries[i];
        char id[48];
        snprintf(id, sizeof id, "%" PRId32 "-%" PRId64, e->partition, e->offset);
        int64_t times = texts_count(&runs, id);
        const char *state = kafka_is_held(q, id)           ? "taken"
                            : e->acknowledged || times > 0 ? "done"
                                                           : "waiting";
        listing_write(&j, &(struct listed){id, e->body, state, times});
    }
    json_out_end_array(&j);
}

void kafka_list_free(struct kafka_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->entries[i].body);
    for (size_t i = 0; i < l->n_runs; i++)
        free(l->runs[i]);
    free(l->entries);
    free(l->runs);
}
