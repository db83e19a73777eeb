#include "server/life/leave.h"

#include <sys/random.h>

#include "base/clock.h"
#include "server/internal.h"

bool announced(const struct server *s, enum notice_step step)
{
    if (s->drain.handed_over && step == NOTICE_NO_SESSIONS)
        return false; /* a session opened here goes on with the new process */
    return server_draining(s) ||
           notice_reached(&s->notice.plan, &s->options->notice.rules, step, clock_ns());
}

static int64_t back_in_ns(const struct server *s)
{
    int64_t now = clock_ns(), accepting = s->life.signal_ns + s->options->drain.delay_ns - now;
    if (!server_draining(s))
        return notice_left_ns(&s->notice.plan, now);
    return accepting > 0 && !s->drain.handed_over ? accepting : 0;
}

int64_t announce_retry_after_s(const struct server *s)
{
    return (back_in_ns(s) + NS_PER_S - 1) / NS_PER_S + 1;
}

int64_t announce_retry_ms(struct server *s)
{
    uint64_t random = 0;
    int64_t spread_ms = s->options->notice.retry_spread_ns / NS_PER_MS;
    (void)!getrandom(&random, sizeof random, GRND_NONBLOCK);
    return announce_retry_after_s(s) * 1000 +
           (spread_ms > 0 ? (int64_t)(random % (uint64_t)spread_ms) : 0);
}
