/* A server with one queue: requests are answered in the order in which they arrive, this many a
 * second; the answer to each is known when it arrives. */
#include "frontend/storm_int.h"

bool server_takes(struct storm_server *s, fe_ms now, fe_ms *answer_at)
{
    const struct storm_plan *p = s->plan;
    if (!s->up)
        return false;
    if (p->capacity > 0) {
        double each = 1000 / p->capacity;
        if (s->free_at < now)
            s->free_at = now;
        if ((s->free_at - now) / each >= p->backlog)
            return false;
        s->free_at += each;
        *answer_at = (fe_ms)s->free_at + p->service;
    } else {
        *answer_at = now + p->service;
    }
    if (*answer_at <= now)
        *answer_at = now + 1; /* nothing is answered in no time */
    return true;
}

void server_goes(struct storm_server *s)
{
    s->up = false;
}

void server_is_back(struct storm_server *s, fe_ms now)
{
    s->up = true;
    s->free_at = now;
}
