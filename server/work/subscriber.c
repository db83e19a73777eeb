#include "server/work/subscriber.h"

#include <stdlib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/work/database.h"
#include "server/work/events.h"
#include "server/work/queue.h"

/* After a failure of the queue or the database. */
static const int64_t retry_ns = 200 * NS_PER_MS;

enum phase { IDLE, TAKING, HANDLING, FINISHING };

struct subscriber {
    struct server *server;
    struct queue_call call;
    struct work work;
    enum phase phase;
    struct timer timer; /* do the phase again */
    char *event;        /* the id; NULL: what was taken is no event */
};

struct subscribers {
    int count;
    bool given_up;
    struct step *step; /* waits for them */
    struct subscriber items[];
};

static void enter(struct subscriber *u, enum phase phase);

static bool may_take(const struct server *s)
{
    return s->life.now == LIFE_RUNNING && !s->queues.handlers->given_up;
}

static int busy(const struct server *s)
{
    int count = 0;
    for (int i = 0; s->queues.handlers && i < s->queues.handlers->count; i++)
        count += s->queues.handlers->items[i].phase != IDLE;
    return count;
}

static void rest(struct subscriber *u)
{
    struct subscribers *all = u->server->queues.handlers;
    struct step *step = all->step;
    u->phase = IDLE;
    if (!step || busy(u->server) > 0)
        return;
    all->step = NULL;
    step_over(step, NULL);
}

static void again(struct subscriber *u)
{
    if (u->server->queues.handlers->given_up)
        rest(u);
    else
        timers_set(&u->server->timers, &u->timer, clock_ns() + retry_ns);
}

/* --- handling, on a thread of the pool --- */

static enum db_status run(struct work *w, const struct db_driver *driver, struct db *db)
{
    struct subscriber *u = CONTAINER_OF(w, struct subscriber, work);
    return events_handle(driver, db, u->event, u->call.message.body);
}

static void handled(struct work *w)
{
    struct subscriber *u = CONTAINER_OF(w, struct subscriber, work);
    u->server->signals.notice(u->server);
    if (w->status == DB_OK) {
        enter(u, FINISHING);
        return;
    }
    server_log(u->server, "event %s: %s", u->event, db_status_text(w->status));
    again(u);
}

static void handle(struct subscriber *u)
{
    struct error err = {0};
    struct pool *pool = database_pool(u->server, &err);
    free(u->event);
    u->event = events_id(u->call.message.body);
    if (!u->event) {
        server_log(u->server, "message %s is not an event, and is skipped", u->call.message.id);
        enter(u, FINISHING);
    } else if (!pool || pool_submit(pool, &u->work) < 0) {
        again(u);
    }
}

/* --- the queue --- */

static void called(struct queue_call *call)
{
    struct subscriber *u = CONTAINER_OF(call, struct subscriber, call);
    bool ok = call->status == QUEUE_OK;
    u->server->signals.notice(u->server);
    if (u->phase == TAKING && (!ok || !call->message.id[0]))
        rest(u);
    else if (u->phase == TAKING)
        enter(u, HANDLING);
    else if (!ok)
        again(u);
    else
        enter(u, TAKING);
}

static void enter(struct subscriber *u, enum phase phase)
{
    u->phase = phase;
    if (phase == HANDLING)
        handle(u);
    else if (phase == TAKING && !may_take(u->server))
        rest(u);
    else if (queue_call(u->server->queues.subscribe, phase == TAKING ? QUEUE_TAKE : QUEUE_FINISH,
                        &u->call) < 0)
        again(u);
}

static void on_timer(struct timer *t)
{
    struct subscriber *u = CONTAINER_OF(t, struct subscriber, timer);
    if (u->phase != IDLE)
        enter(u, u->phase);
}

void subscribers_start(struct server *s)
{
    int count = (int)s->options->queue.consumers;
    s->queues.handlers =
        mem_zero(1, sizeof *s->queues.handlers + (size_t)count * sizeof(struct subscriber));
    s->queues.handlers->count = count;
    for (int i = 0; i < count; i++) {
        struct subscriber *u = &s->queues.handlers->items[i];
        u->server = s;
        u->call = (struct queue_call){.done = called, .aside = true};
        u->work = (struct work){.run = run, .done = handled, .aside = true};
        u->timer.fire = on_timer;
        u->phase = TAKING; /* once the loop turns */
        timers_set(&s->timers, &u->timer, clock_ns());
    }
}

void subscribers_begin_stop(struct step *step, void *server)
{
    struct server *s = server;
    if (busy(s) == 0)
        step_over(step, NULL);
    else
        s->queues.handlers->step = step;
}

void subscribers_give_up(void *server)
{
    struct server *s = server;
    struct subscribers *all = s->queues.handlers;
    if (!all)
        return;
    all->given_up = true;
    all->step = NULL;
    for (int i = 0; i < all->count; i++) {
        timers_clear(&s->timers, &all->items[i].timer);
        if (all->items[i].phase > TAKING)
            server_log(s, "event %s is left for another",
                       all->items[i].event ? all->items[i].event : "-");
    }
}

void subscribers_free(struct server *s)
{
    for (int i = 0; s->queues.handlers && i < s->queues.handlers->count; i++) {
        queue_message_free(&s->queues.handlers->items[i].call.message);
        free(s->queues.handlers->items[i].event);
    }
    free(s->queues.handlers);
}
