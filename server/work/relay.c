#include "server/work/relay.h"

#include <stdlib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/work/events.h"
#include "server/work/pool.h"
#include "server/work/queue.h"

/* After a failure of the queue or the database. */
static const int64_t retry_ns = 200 * NS_PER_MS;

enum phase { RESTING, READING, SENDING, MARKING };

struct relay {
    struct server *server;
    struct work work;
    enum phase phase;
    struct timer timer;
    struct outbox outbox;
    struct queue_call calls[OUTBOX_MOST];
    int out; /* calls that are not back */
    bool poked, given_up;
    struct step *step; /* waits for it */
};

static void begin(struct relay *y);

static void submit(struct relay *y, enum phase phase);

/* Nothing more to do for now; `well`: since nothing is left. */
static void rest(struct relay *y, bool well)
{
    struct step *step = y->step;
    y->phase = RESTING;
    if (y->given_up)
        return;
    if (well && y->poked) {
        begin(y);
    } else if (step) {
        y->step = NULL;
        step_over(step, NULL); /* the next process sends what is left */
    } else if (!well) {
        timers_set(&y->server->timers, &y->timer, clock_ns() + retry_ns);
    }
}

static void on_sent(struct queue_call *call)
{
    struct relay *y = CONTAINER_OF(call - call->slot, struct relay, calls[0]);
    bool any = false;
    y->server->signals.notice(y->server);
    y->outbox.rows[call->slot].sent = call->status == QUEUE_OK;
    if (--y->out > 0)
        return;
    for (int i = 0; i < y->outbox.count; i++)
        any = any || y->outbox.rows[i].sent;
    if (any && !y->given_up)
        submit(y, MARKING);
    else
        rest(y, false);
}

static void send_all(struct relay *y)
{
    y->phase = SENDING;
    y->out = 1; /* so that none of them ends the round within this loop */
    for (int i = 0; i < y->outbox.count; i++) {
        y->calls[i] = (struct queue_call){
            .done = on_sent, .slot = i, .aside = true, .message.body = y->outbox.rows[i].body};
        if (queue_call(y->server->queues.publish, QUEUE_ADD, &y->calls[i]) == 0)
            y->out++;
        else
            break; /* in their order, or not at all */
    }
    if (--y->out == 0)
        rest(y, false);
}

static enum db_status run(struct work *w, const struct db_driver *driver, struct db *db)
{
    struct relay *y = CONTAINER_OF(w, struct relay, work);
    return y->phase == READING ? events_unsent(driver, db, &y->outbox)
                               : events_mark(driver, db, &y->outbox);
}

static void done(struct work *w)
{
    struct relay *y = CONTAINER_OF(w, struct relay, work);
    y->server->signals.notice(y->server);
    if (w->status != DB_OK)
        server_log(y->server, "outbox: %s", db_status_text(w->status));
    if (w->status != DB_OK || y->given_up)
        rest(y, false);
    else if (y->phase == MARKING)
        begin(y); /* there may be more */
    else if (y->outbox.count > 0)
        send_all(y);
    else
        rest(y, true);
}

static void submit(struct relay *y, enum phase phase)
{
    y->phase = phase;
    if (!y->server->database.pool || pool_submit(y->server->database.pool, &y->work) < 0)
        rest(y, false);
}

static void begin(struct relay *y)
{
    y->poked = false;
    timers_clear(&y->server->timers, &y->timer);
    submit(y, READING);
}

static void on_timer(struct timer *t)
{
    struct relay *y = CONTAINER_OF(t, struct relay, timer);
    if (y->phase == RESTING)
        begin(y);
}

void relay_start(struct server *s)
{
    struct relay *y = MEM_NEW(struct relay);
    *y = (struct relay){.server = s, .timer.fire = on_timer};
    y->work = (struct work){.run = run, .done = done, .aside = true};
    s->queues.relay = y;
}

void relay_poke(struct server *s)
{
    struct relay *y = s->queues.relay;
    if (!y)
        return;
    y->poked = true;
    if (y->phase == RESTING && s->database.pool)
        begin(y);
}

void relay_begin_stop(struct step *step, void *server)
{
    struct server *s = server;
    struct relay *y = s->queues.relay;
    if (!y || !s->database.pool) {
        step_over(step, NULL);
        return;
    }
    y->step = step;
    if (y->phase == RESTING) /* once more, in case that the queue is back */
        begin(y);
}

void relay_give_up(void *server)
{
    struct server *s = server;
    if (!s->queues.relay)
        return;
    s->queues.relay->given_up = true;
    s->queues.relay->step = NULL;
    timers_clear(&s->timers, &s->queues.relay->timer);
}

void relay_free(struct server *s)
{
    if (s->queues.relay)
        outbox_free(&s->queues.relay->outbox);
    free(s->queues.relay);
}
