/* The preflight was allowed: what it was for is sent (see origin.c). */
#include "frontend/step.h"

/* Does the page still wait for the attempt whose preflight this was? */
static bool is_waited_for(const struct fe_step *st)
{
    const struct fe_state *s = st->s;
    const struct fe_event *e = st->e;
    if (e->call == FE_REQUEST)
        return e->intention == s->intention && s->phase != FE_IDLE && e->attempt > s->ignored;
    if (e->call == FE_ITEM)
        return s->sending && s->items[0].intention == e->intention &&
               s->items[0].attempts == e->attempt;
    return true;
}

void fe_origin_allowed(struct fe_step *st)
{
    const struct fe_event *e = st->e;
    fe_ms age = e->max_age < FE_LONGEST_ALLOWED ? e->max_age : FE_LONGEST_ALLOWED;
    st->s->allowed_until = fe_in(st, age);
    if (!is_waited_for(st))
        return;
    bool key =
        e->call == FE_ITEM ? st->s->items[0].key : fe_key_for(st->p, (enum fe_what)st->s->what);
    fe_send_itself(st, e->call, e->intention, e->attempt, key);
}
