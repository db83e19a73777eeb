/* Policy "poll": the page asks a status path now and then; anything but a good word is trouble.
 * Instead it may hold a status event stream open, whose loss is trouble, too. */
#include "frontend/step.h"

static fe_ms next_at(const struct fe_step *st)
{
    /* The interval counts from the poll's begin, as setInterval does. */
    const struct fe_state *s = st->s;
    fe_ms begun = s->beside.poll_at - st->p->poll.timeout, next = begun + st->p->poll.interval;
    return next > st->e->now ? next : fe_in(st, 1);
}

/* A status stream that is over, whatever its end: it is opened again as event streams are. */
static fe_ms opened_again_at(const struct fe_step *st)
{
    const struct fe_policy *p = st->p;
    fe_ms delay = p->reconnect.on ? p->reconnect.delay : p->poll.interval;
    return fe_in(st, delay + (p->reconnect.on ? fe_part(st, p->reconnect.spread) : 0));
}

/* Was there trouble, and is it over now? */
static bool heard(struct fe_step *st, bool good)
{
    struct fe_state *s = st->s;
    bool was = s->server.trouble;
    s->server.trouble = !good;
    if (was != s->server.trouble)
        fe_show(st, 0, good ? FE_BACK : FE_TROUBLE);
    return was && good;
}

static bool concluded(struct fe_step *st, bool good)
{
    struct fe_state *s = st->s;
    s->beside.poll_at = st->p->poll.stream ? opened_again_at(st) : next_at(st);
    s->beside.polling = false;
    return heard(st, good);
}

void fe_poll_tick(struct fe_step *st)
{
    struct fe_state *s = st->s;
    if (st->e->now < s->beside.poll_at)
        return;
    if (s->beside.polling) {
        fe_abort(st, FE_POLL, 0, s->beside.polls);
        concluded(st, false);
        return;
    }
    s->beside.polls++;
    s->beside.polling = true;
    s->beside.poll_at = fe_in(st, st->p->poll.timeout);
    fe_send(st, FE_POLL, 0, s->beside.polls, false);
}

bool fe_poll_result(struct fe_step *st)
{
    if (!st->s->beside.polling || st->e->attempt != st->s->beside.polls)
        return false;
    bool good = st->e->result == FE_STATUS && st->e->status == 200;
    if (!st->e->live)
        return concluded(st, good && !st->p->poll.stream);
    st->s->beside.poll_at = FE_NEVER; /* until it is lost */
    return heard(st, good);
}
