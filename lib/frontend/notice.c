/* Policy "obey_notice": the server said when it goes away. From one answer on the countdown is the
 * page's own: no new work shortly before, no long connections at the very end. */
#include "frontend/step.h"

void fe_notice_heard(struct fe_step *st, fe_ms left)
{
    struct fe_state *s = st->s;
    if (!st->p->notice.on)
        return;
    s->server.down_at = left == FE_NEVER ? FE_NEVER : fe_in(st, left);
    s->server.left = false;
}

bool fe_notice_forbids(const struct fe_step *st)
{
    const struct fe_state *s = st->s;
    return st->p->notice.on && s->server.down_at != FE_NEVER && st->e->now < s->server.down_at &&
           s->server.down_at - st->e->now <= st->p->notice.no_new_work;
}

fe_ms fe_notice_due(const struct fe_state *s, const struct fe_policy *p)
{
    if (s->server.down_at == FE_NEVER || s->server.left)
        return FE_NEVER;
    return s->server.down_at > p->notice.leave ? s->server.down_at - p->notice.leave : 0;
}

bool fe_notice_leaves(struct fe_step *st)
{
    if (st->e->now < fe_notice_due(st->s, st->p) || st->s->server.left ||
        st->s->server.down_at == FE_NEVER)
        return false;
    st->s->server.left = true;
    return true;
}
