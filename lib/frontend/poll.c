/* Policy "poll": the page asks a status path now and then; anything but a good word is trouble. */
#include "frontend/step.h"

static fe_ms next_at(const struct fe_step *st)
{
    /* The interval counts from the poll's begin, as setInterval does. */
    const struct fe_state *s = st->s;
    fe_ms begun = s->poll_at - st->p->poll.timeout, next = begun + st->p->poll.interval;
    return next > st->e->now ? next : fe_in(st, 1);
}

static bool concluded(struct fe_step *st, bool good)
{
    struct fe_state *s = st->s;
    bool was = s->trouble;
    s->poll_at = next_at(st);
    s->polling = false;
    s->trouble = !good;
    if (was != s->trouble)
        fe_show(st, 0, good ? FE_BACK : FE_TROUBLE);
    return was && good;
}

void fe_poll_tick(struct fe_step *st)
{
    struct fe_state *s = st->s;
    if (st->e->now < s->poll_at)
        return;
    if (s->polling) {
        fe_abort(st, FE_POLL, 0, s->polls);
        concluded(st, false);
        return;
    }
    s->polls++;
    s->polling = true;
    s->poll_at = fe_in(st, st->p->poll.timeout);
    fe_send(st, FE_POLL, 0, s->polls, false);
}

bool fe_poll_result(struct fe_step *st)
{
    if (!st->s->polling || st->e->attempt != st->s->polls)
        return false;
    return concluded(st, st->e->result == FE_STATUS && st->e->status == 200);
}
