#include "server/work/messages.h"

#include <inttypes.h>
#include <string.h>

#include "base/attr.h"
#include "base/clock.h"
#include "server/internal.h"
#include "server/work/consumer.h"
#include "server/work/queue.h"
#include "server/work/relay.h"
#include "server/work/subscriber.h"

static int open_one(struct server *s, struct queue **into, const char *url, const char *name,
                    struct error *err)
{
    if (!url)
        return 0;
    *into = queue_open(
        s, &(struct queue_place){.url = url, .name = name, .lease_ns = s->options->queue.lease_ns},
        err);
    if (!*into)
        return -1;
    if (into == &s->queues.jobs || !(*into)->kind->in_database)
        return 0;
    error_set(err, ERROR_USAGE, "--%s cannot be the database", name);
    return error_hint(err, "events go from one service to another: name a queue that both reach");
}

static void on_database(struct server *s)
{
    if (s->queues.jobs && s->queues.jobs->kind->in_database)
        consumers_start(s);
    relay_poke(s); /* what the process before has left */
}

int messages_open(struct server *s, struct error *err)
{
    const struct server_options *o = s->options;
    if (open_one(s, &s->queues.jobs, o->queue.url, "queue", err) < 0 ||
        open_one(s, &s->queues.publish, o->queue.publish, "publish", err) < 0 ||
        open_one(s, &s->queues.subscribe, o->queue.subscribe, "subscribe", err) < 0)
        return -1;
    s->database.opened = on_database;
    if (!s->queues.jobs->kind->in_database)
        consumers_start(s);
    if (s->queues.publish)
        relay_start(s);
    if (s->queues.subscribe)
        subscribers_start(s);
    return 0;
}

void messages_stop(struct server *s)
{
    queue_stop(s->queues.jobs);
    queue_stop(s->queues.subscribe);
}

/* --- the end --- */

static void left(void *arg)
{
    struct step *step = arg;
    struct server *s = step->row.arg;
    if (--s->queues.leaving > 0)
        return;
    messages_close(s);
    step_over(step, NULL);
}

static void begin_leave(struct step *step, void *server)
{
    struct server *s = server;
    struct queue *const all[] = {s->queues.jobs, s->queues.publish, s->queues.subscribe};
    s->queues.leaving = 1; /* more than those that leave, until all have begun */
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i] && all[i]->kind->leave) {
            s->queues.leaving++;
            all[i]->kind->leave(all[i], left, step);
        }
    left(step);
}

void messages_add_steps(struct server *s)
{
    const struct server_options *o = s->options;
    const struct {
        bool wanted;
        struct step_row row;
    } rows[] = {
        {o->queue.publish != NULL,
         {.name = "relay-stopped",
          .place = PLACE_CONSUMER,
          .begin = relay_begin_stop,
          .give_up = relay_give_up}},
        {o->queue.subscribe != NULL,
         {.name = "subscriber-stopped",
          .place = PLACE_CONSUMER,
          .begin = subscribers_begin_stop,
          .give_up = subscribers_give_up}},
        {o->queue.publish || o->queue.subscribe || strcmp(o->queue.url, "database") != 0,
         {.name = "queue-closed",
          .place = PLACE_UPSTREAMS,
          .limit_ns = 2 * NS_PER_S,
          .begin = begin_leave,
          .give_up = messages_close}},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct step_row row = rows[i].row;
        row.arg = s;
        if (rows[i].wanted)
            steps_add(&s->closing.steps, &row);
    }
}

void messages_close(void *server)
{
    struct server *s = server;
    queue_close(&s->queues.jobs);
    queue_close(&s->queues.publish);
    queue_close(&s->queues.subscribe);
}

void messages_free(struct server *s)
{
    consumers_free(s);
    relay_free(s);
    subscribers_free(s);
}

/* --- what is shown --- */

void messages_gauge_json(struct json_out *j, const struct server *s)
{
    if (!s->queues.jobs)
        return;
    struct queue_gauge g = s->queues.jobs->kind->gauge(s->queues.jobs);
    if (s->queues.publish)
        json_out_bool(j, "publish_connected",
                      s->queues.publish->kind->gauge(s->queues.publish).connected);
    if (s->queues.subscribe)
        json_out_bool(j, "subscribe_connected",
                      s->queues.subscribe->kind->gauge(s->queues.subscribe).connected);
    json_out_object(j, "jobs");
    json_out_string(j, "queue", s->queues.jobs->kind->name);
    json_out_bool(j, "connected", g.connected);
    json_out_int(j, "held", consumers_held(s));
    if (g.pending < 0)
        json_out_null(j, "pending");
    else
        json_out_int(j, "pending", g.pending);
    json_out_end_object(j);
}

void messages_metrics(struct buf *b, const struct server *s)
{
    if (!s->queues.jobs)
        return;
    struct queue_gauge g = s->queues.jobs->kind->gauge(s->queues.jobs);
    buf_addf(b,
             "# HELP drainctl_queue_connected 1 when the queue of jobs can be reached.\n"
             "# TYPE drainctl_queue_connected gauge\n"
             "drainctl_queue_connected{queue=\"%s\"} %d\n",
             s->queues.jobs->kind->name, g.connected);
    if (g.pending >= 0)
        buf_addf(b,
                 "# HELP drainctl_queue_pending Jobs that were added and are not acknowledged.\n"
                 "# TYPE drainctl_queue_pending gauge\n"
                 "drainctl_queue_pending %" PRId64 "\n",
                 g.pending);
}

void messages_print_parts(FILE *out)
{
    for (int i = 0; queue_kinds[i]; i++)
        if (queue_kinds[i]->version)
            fprintf(out, "with %s (%s)\n", queue_kinds[i]->name, queue_kinds[i]->version());
    for (int i = 0; queue_left_out[i]; i++)
        fprintf(out, "without %s\n", queue_left_out[i]);
}
