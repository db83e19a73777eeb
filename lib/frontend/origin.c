/* Policy "origin": the page comes from another origin than its server, as a Vue frontend on a host
 * of its own does. Before a request that no form could make, the browser asks by an OPTIONS (the
 * preflight) whether it may; the answer counts for as long as Access-Control-Max-Age says. What is
 * refused there is never sent. */
#include "frontend/step.h"

static bool asks_for(const struct fe_step *st, enum fe_call call)
{
    if (call == FE_ITEM)
        return st->p->origin.preflight[FE_WRITE];
    return (call == FE_REQUEST || call == FE_REFRESH) && st->p->origin.preflight[st->s->hand.what];
}

bool fe_origin_asks(const struct fe_step *st, enum fe_call call)
{
    return asks_for(st, call) && st->e->now >= st->s->server.allowed_until;
}

void fe_origin_failed(struct fe_step *st)
{
    if (st->e->result != FE_STATUS && asks_for(st, st->e->call))
        st->s->server.allowed_until = 0;
}
