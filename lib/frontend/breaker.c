/* Policy "circuit_breaker": after some failures in a row nothing is sent for a while; then one
 * attempt is let through, and its result decides. */
#include "frontend/step.h"

bool fe_breaker_lets(struct fe_step *st)
{
    struct fe_state *s = st->s;
    if (!st->p->breaker.on || s->server.circuit == FE_CLOSED)
        return true;
    if (st->e->now < s->server.breaker_at)
        return false;
    s->server.circuit = FE_HALF_OPEN;
    s->server.breaker_at =
        fe_in(st, st->p->breaker.half_open); /* the next one, should this one hang */
    return true;
}

void fe_breaker_count(struct fe_step *st, bool good)
{
    struct fe_state *s = st->s;
    if (!st->p->breaker.on)
        return;
    if (good) {
        s->server.circuit = FE_CLOSED;
        s->server.failed = 0;
        return;
    }
    if (s->server.failed < st->p->breaker.failures)
        s->server.failed++;
    if (s->server.failed >= st->p->breaker.failures) { /* a half-open one still has that many */
        s->server.circuit = FE_CIRCUIT_OPEN;
        s->server.breaker_at = fe_in(st, st->p->breaker.half_open);
    }
}
