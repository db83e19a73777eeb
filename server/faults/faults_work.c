/* Planted faults at the points of what the server asks of others, and does for others. */
#include "base/attr.h"
#include "base/clock.h"
#include "server/faults/points.h"
#include "server/internal.h"
#include "server/work/pool.h"

bool fault_keeps_asking(const struct server *s)
{
    return server_faulty(s, FAULT(KEEP_ASKING));
}

bool fault_takes_on(const struct server *s)
{
    return server_faulty(s, FAULT(TAKE_ON)) && s->life.now < LIFE_STOPPED;
}

bool fault_acks_first(const struct server *s)
{
    return server_faulty(s, FAULT(ACK_FIRST));
}

bool fault_drops_background(const struct server *s)
{
    return server_faulty(s, FAULT(DROP_BACKGROUND));
}

static void close_pool(struct timer *t)
{
    struct server *s = CONTAINER_OF(t, struct server, planted.timer);
    if (!s->database.pool || pool_finish(s->database.pool, clock_ns()) < 0)
        return;
    server_log(s, "pool closed, requests or not");
    steps_reach(&s->closing.steps, "pool-closed", NULL);
}

/* In a moment: what has asked it is told, which is not for the handler of a signal. */
void fault_close_pool(struct server *s)
{
    s->planted.timer.fire = close_pool;
    timers_set(&s->timers, &s->planted.timer, clock_ns());
}
