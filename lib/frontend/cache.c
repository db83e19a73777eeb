/* Policy "cache": a read is shown as it was before (the strategies of service workers). */
#include "frontend/step.h"

static void shown(struct fe_step *st)
{
    fe_show(st, st->s->hand.intention, FE_STALE);
    fe_settle(st, st->s->hand.intention, FE_STALE);
}

bool fe_cache_first(struct fe_step *st, enum fe_cache how)
{
    struct fe_state *s = st->s;
    if (s->hand.what != FE_READ || !s->beside.cached)
        return false;
    if (how != FE_CACHE_FIRST && how != FE_STALE_WHILE_REVALIDATE)
        return false;
    shown(st);
    if (how == FE_STALE_WHILE_REVALIDATE)
        fe_send(st, FE_REFRESH, s->hand.intention, 1, false);
    return true;
}

bool fe_cache_last(struct fe_step *st)
{
    struct fe_state *s = st->s;
    if (s->hand.what != FE_READ || !s->beside.cached || s->hand.cache == FE_NETWORK_ONLY)
        return false;
    shown(st);
    return true;
}
