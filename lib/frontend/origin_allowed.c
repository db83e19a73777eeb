/* The preflight was allowed: what it was for is sent (see origin.c). */
#include "frontend/step.h"

/* Does the page still wait for the attempt whose preflight this was? */
static bool is_waited_for(const struct fe_step *st)
{
    const struct fe_state *s = st->s;
    const struct fe_event *e = st->e;
    if (e->call == FE_REQUEST)
        return e->intention == s->hand.intention && s->hand.phase != FE_IDLE &&
               e->attempt > s->hand.ignored;
    if (e->call == FE_ITEM)
        return s->beside.sending && s->queue.items[0].intention == e->intention &&
               s->queue.items[0].attempts == e->attempt;
    return true;
}

void fe_origin_allowed(struct fe_step *st)
{
    const struct fe_event *e = st->e;
    fe_ms age = e->max_age < FE_LONGEST_ALLOWED ? e->max_age : FE_LONGEST_ALLOWED;
    st->s->server.allowed_until = fe_in(st, age);
    if (!is_waited_for(st))
        return;
    bool key = e->call == FE_ITEM ? st->s->queue.items[0].key
                                  : fe_key_for(st->p, (enum fe_what)st->s->hand.what);
    fe_send_itself(st, e->call, e->intention, e->attempt, key);
}
