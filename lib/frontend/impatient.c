/* Policies "impatient" and "disable_button": the person clicks again after a while without an
 * answer, and the page lets that through or not. */
#include "frontend/step.h"

static void next_click(struct fe_step *st)
{
    struct fe_state *s = st->s;
    bool more = st->p->impatient.after && s->hand.clicks < st->p->impatient.clicks;
    s->hand.click_at = more ? fe_in(st, st->p->impatient.after) : FE_NEVER;
}

void fe_impatient_begin(struct fe_step *st)
{
    st->s->hand.clicks = 0;
    next_click(st);
}

bool fe_impatient_click(struct fe_step *st)
{
    struct fe_state *s = st->s;
    s->hand.clicks++;
    next_click(st);
    if (s->hand.phase == FE_FAILED || (s->hand.phase != FE_HELD && !st->p->disable_button))
        return true;
    fe_show(st, s->hand.intention, FE_BUSY);
    return false;
}
