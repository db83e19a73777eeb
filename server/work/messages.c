#include "server/work/messages.h"

#include <inttypes.h>

#include "server/internal.h"
#include "server/work/consumer.h"
#include "server/work/queue.h"

int messages_open(struct server *s, struct error *err)
{
    const struct server_options *o = s->options;
    s->queue = queue_open(
        s, &(struct queue_place){.url = o->queue, .name = "queue", .lease_ns = o->job_lease_ns},
        err);
    if (s->queue && s->queue->kind->in_database)
        s->database_opened = consumers_start;
    else if (s->queue)
        consumers_start(s);
    return s->queue ? 0 : -1;
}

void messages_stop(struct server *s)
{
    queue_stop(s->queue);
}

static void left(void *arg)
{
    struct step *step = arg;
    messages_close(step->row.arg);
    step_over(step, NULL);
}

void messages_begin_leave(struct step *step, void *server)
{
    struct server *s = server;
    if (s->queue && s->queue->kind->leave)
        s->queue->kind->leave(s->queue, left, step);
    else
        step_over(step, NULL);
}

void messages_close(void *server)
{
    struct server *s = server;
    queue_close(&s->queue);
}

void messages_gauge_json(struct json_out *j, const struct server *s)
{
    if (!s->queue)
        return;
    struct queue_gauge g = s->queue->kind->gauge(s->queue);
    json_out_object(j, "jobs");
    json_out_string(j, "queue", s->queue->kind->name);
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
    if (!s->queue)
        return;
    struct queue_gauge g = s->queue->kind->gauge(s->queue);
    buf_addf(b,
             "# HELP drainctl_queue_connected 1 when the queue of jobs can be reached.\n"
             "# TYPE drainctl_queue_connected gauge\n"
             "drainctl_queue_connected{queue=\"%s\"} %d\n",
             s->queue->kind->name, g.connected);
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
