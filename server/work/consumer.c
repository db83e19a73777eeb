#include "server/work/consumer.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/work/jobs.h"
#include "server/work/pool.h"

/* After a failure of the database. */
static const int64_t retry_ns = 200 * NS_PER_MS;

enum phase { IDLE, TAKING, WORKING, RENEWING, FINISHING };

struct consumer {
    struct server *server;
    struct work work;
    enum phase phase;
    struct timer timer;
    struct job job;
    int64_t end_ns; /* of the work */
    char owner[48]; /* of this process and consumer, never used again */
};

struct consumers {
    int count;
    bool given_up;
    struct step *step; /* waits for them */
    struct consumer items[];
};

static void submit(struct consumer *c, enum phase phase);

static int64_t now_ms(void)
{
    return clock_unix_ns() / NS_PER_MS;
}

static int64_t until_ms(const struct consumer *c)
{
    return now_ms() + c->server->options->job_lease_ns / NS_PER_MS;
}

static void again_at(struct consumer *c, int64_t at_ns)
{
    timers_set(&c->server->timers, &c->timer, at_ns);
}

/* --- on a thread --- */

static enum db_status run(struct work *w, const struct db_driver *driver, struct db *db)
{
    struct consumer *c = CONTAINER_OF(w, struct consumer, work);
    switch (c->phase) {
    case TAKING:
        return jobs_take(driver, db, c->owner, now_ms(), until_ms(c), &c->job);
    case RENEWING:
        return jobs_renew(driver, db, c->owner, c->job.id, until_ms(c));
    default:
        return jobs_finish(driver, db, c->owner, c->job.id);
    }
}

/* --- on the loop --- */

static bool may_take(const struct server *s)
{
    return s->life == LIFE_RUNNING && s->pool && !s->consumers->given_up;
}

static void rest(struct consumer *c)
{
    struct server *s = c->server;
    struct step *step = s->consumers->step;
    c->phase = IDLE;
    if (may_take(s)) /* others may leave jobs behind: look again within their lease */
        again_at(c, clock_ns() + s->options->job_lease_ns / 2);
    else if (step && consumers_busy(s) == 0) {
        s->consumers->step = NULL;
        step_over(step, NULL);
    }
}

static void take_next(struct consumer *c)
{
    if (may_take(c->server))
        submit(c, TAKING);
    else
        rest(c);
}

/* Until the work is done, or until the lease should be renewed. */
static void work_on(struct consumer *c)
{
    int64_t renew = clock_ns() + c->server->options->job_lease_ns / 3;
    c->phase = WORKING;
    again_at(c, c->end_ns < renew ? c->end_ns : renew);
}

static void done(struct work *w)
{
    struct consumer *c = CONTAINER_OF(w, struct consumer, work);
    struct server *s = c->server;
    s->notice_signals(s);
    if (w->status != DB_OK)
        server_log(s, "job %lld: %s", (long long)c->job.id, db_status_text(w->status));
    if (s->consumers->given_up || (w->status != DB_OK && c->phase == TAKING)) {
        rest(c);
    } else if (c->phase == TAKING && c->job.id == 0) {
        rest(c);
    } else if (c->phase == TAKING) {
        c->end_ns = clock_ns() + c->job.ms * NS_PER_MS;
        work_on(c);
    } else if (c->phase == RENEWING) {
        work_on(c);
    } else if (w->status != DB_OK) { /* not acknowledged: again, before the lease is over */
        c->phase = WORKING;
        c->end_ns = clock_ns() + retry_ns;
        again_at(c, c->end_ns);
    } else {
        take_next(c);
    }
}

static void submit(struct consumer *c, enum phase phase)
{
    enum phase before = c->phase;
    c->phase = phase;
    if (c->server->pool && pool_submit(c->server->pool, &c->work) == 0)
        return;
    c->phase = before;
    again_at(c, clock_ns() + retry_ns);
}

static void on_timer(struct timer *t)
{
    struct consumer *c = CONTAINER_OF(t, struct consumer, timer);
    if (c->phase == IDLE)
        take_next(c);
    else if (c->phase == WORKING)
        submit(c, clock_ns() >= c->end_ns ? FINISHING : RENEWING);
}

void consumers_start(struct server *s)
{
    int count = (int)s->options->consumers;
    if (s->consumers || count == 0)
        return;
    s->consumers = mem_zero(1, sizeof *s->consumers + (size_t)count * sizeof(struct consumer));
    s->consumers->count = count;
    for (int i = 0; i < count; i++) {
        struct consumer *c = &s->consumers->items[i];
        c->server = s;
        c->work = (struct work){.run = run, .done = done, .aside = true};
        c->timer.fire = on_timer;
        snprintf(c->owner, sizeof c->owner, "%d-%lld-%d", (int)getpid(), (long long)clock_unix_ns(),
                 i);
        again_at(c, clock_ns());
    }
}

void consumers_poke(struct server *s)
{
    for (int i = 0; s->consumers && i < s->consumers->count; i++)
        if (s->consumers->items[i].phase == IDLE && may_take(s))
            again_at(&s->consumers->items[i], clock_ns());
}

int consumers_busy(const struct server *s)
{
    int busy = 0;
    for (int i = 0; s->consumers && i < s->consumers->count; i++)
        busy += s->consumers->items[i].phase != IDLE;
    return busy;
}

void consumers_begin_stop(struct step *step, void *server)
{
    struct server *s = server;
    if (consumers_busy(s) == 0)
        step_over(step, NULL);
    else
        s->consumers->step = step;
}

void consumers_give_up(void *server)
{
    struct server *s = server;
    s->consumers->given_up = true;
    s->consumers->step = NULL;
    for (int i = 0; i < s->consumers->count; i++) {
        timers_clear(&s->timers, &s->consumers->items[i].timer);
        if (s->consumers->items[i].phase > TAKING)
            server_log(s, "job %lld is left for another", (long long)s->consumers->items[i].job.id);
    }
}

void consumers_free(struct server *s)
{
    free(s->consumers);
}
