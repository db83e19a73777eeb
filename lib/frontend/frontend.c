/* One step of a page: the event goes to the policies that it concerns, a row a kind. */
#include "frontend/frontend.h"

#include <string.h>

#include "frontend/step.h"

static void back(struct fe_step *st)
{
    fe_queue_back(st);
    fe_request_back(st);
}

static void want(struct fe_step *st)
{
    if (st->e->what == FE_HOLD)
        fe_stream_want(st);
    else
        fe_request_want(st);
}

static void settle_call(struct fe_step *st)
{
    switch (st->e->call) {
    case FE_REQUEST:
        fe_request_result(st);
        break;
    case FE_REFRESH:
        st->s->beside.cached = st->s->beside.cached || fe_good(st->e);
        break;
    case FE_ITEM:
        fe_queue_result(st);
        break;
    case FE_POLL:
        if (fe_poll_result(st))
            back(st);
        break;
    case FE_STREAM:
        fe_stream_result(st);
        break;
    }
}

/* After a preflight that was not allowed nothing is sent, whatever its answer was. */
static void result(struct fe_step *st)
{
    struct fe_event none;
    struct fe_step refused = *st;
    if (st->e->preflight && fe_good(st->e)) {
        fe_origin_allowed(st);
        return;
    }
    if (st->e->preflight) {
        none = *st->e;
        none.result = FE_REFUSED;
        none.status = 0;
        refused.e = &none;
    }
    fe_origin_failed(&refused);
    settle_call(&refused);
}

static void notice(struct fe_step *st)
{
    fe_notice_heard(st, st->e->left);
    if (st->p->notice.on && st->e->left == FE_NEVER)
        back(st); /* it was called off */
}

static void tick(struct fe_step *st)
{
    if (fe_notice_leaves(st))
        fe_stream_leave(st);
    fe_poll_tick(st);
    fe_request_tick(st);
    fe_queue_tick(st);
    fe_stream_tick(st);
}

void fe_step(const struct fe_policy *p, struct fe_state *s, const struct fe_event *e,
             struct fe_actions *out)
{
    static void (*const rows[])(struct fe_step *) = {
        [FE_EVENT_WANT] = want,
        [FE_EVENT_RESULT] = result,
        [FE_EVENT_MESSAGE] = fe_stream_message,
        [FE_EVENT_NOTICE] = notice,
        [FE_EVENT_TICK] = tick,
        [FE_EVENT_LEAVE] = fe_stream_close,
    };
    struct fe_step st = {p, s, e, out};
    out->n = 0;
    rows[e->kind](&st);
}

static fe_ms earlier(fe_ms a, fe_ms b)
{
    return a < b ? a : b;
}

fe_ms fe_due(const struct fe_policy *p, const struct fe_state *s)
{
    fe_ms request = earlier(earlier(s->hand.retry_at, s->hand.limit_at), s->hand.click_at);
    fe_ms beside = earlier(earlier(s->beside.poll_at, s->queue.at), s->beside.stream_at);
    return earlier(earlier(request, beside), fe_notice_due(s, p));
}

void fe_open(struct fe_state *s, const struct fe_policy *p, struct fe_item *items, fe_ms now,
             double random)
{
    memset(s, 0, sizeof *s);
    s->queue.items = items;
    s->hand.retry_at = s->hand.limit_at = s->hand.click_at = s->server.breaker_at = FE_NEVER;
    s->server.down_at = s->queue.at = s->beside.stream_at = FE_NEVER;
    /* Pages are opened at different times: without that, all would ask at the same instant. A
     * status stream is opened with its page. */
    fe_ms first = p->poll.stream ? 0 : (fe_ms)(p->poll.interval * random);
    s->beside.poll_at = p->poll.on ? now + first : FE_NEVER;
}
