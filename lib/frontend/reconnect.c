/* Policy "reconnect": an event stream, as EventSource holds one (WHATWG HTML section 9.2): a lost
 * or refused connection is opened again after a delay, any other answer than a stream ends it for
 * good. */
#include "frontend/step.h"

static void open_stream(struct fe_step *st)
{
    struct fe_state *s = st->s;
    s->beside.stream_phase = FE_OPENING;
    s->beside.stream_at = FE_NEVER;
    if (s->beside.stream_attempts < UINT8_MAX)
        s->beside.stream_attempts++;
    fe_send(st, FE_STREAM, s->beside.stream, s->beside.stream_attempts, false);
}

static void end_for_good(struct fe_step *st)
{
    st->s->beside.stream_phase = FE_ENDED;
    st->s->beside.stream_at = FE_NEVER;
    fe_show(st, st->s->beside.stream, FE_ERROR);
    fe_settle(st, st->s->beside.stream, FE_GIVEN_UP);
}

static void open_later(struct fe_step *st, fe_ms from)
{
    struct fe_state *s = st->s;
    fe_ms delay = s->beside.stream_delay ? s->beside.stream_delay : st->p->reconnect.delay;
    s->beside.stream_phase = FE_REOPENING;
    s->beside.stream_at = from + delay + fe_part(st, st->p->reconnect.spread);
}

void fe_stream_want(struct fe_step *st)
{
    st->s->beside.stream = st->e->intention;
    st->s->beside.stream_attempts = 0;
    open_stream(st);
}

void fe_stream_result(struct fe_step *st)
{
    struct fe_state *s = st->s;
    const struct fe_event *e = st->e;
    bool live = s->beside.stream_phase == FE_OPENING || s->beside.stream_phase == FE_STREAMING;

    if (!live || e->attempt != s->beside.stream_attempts)
        return;
    if (e->result == FE_STATUS && e->status == 200) {
        s->beside.stream_phase = FE_STREAMING;
        fe_show(st, s->beside.stream, FE_DELIVERED);
    } else if (e->result == FE_STATUS || !st->p->reconnect.on) {
        end_for_good(st);
    } else {
        open_later(st, e->now);
    }
}

void fe_stream_message(struct fe_step *st)
{
    if (st->e->last_id)
        st->s->beside.last_id = st->e->last_id;
    if (st->e->retry)
        st->s->beside.stream_delay = st->e->retry;
}

void fe_stream_leave(struct fe_step *st)
{
    struct fe_state *s = st->s;
    if (s->beside.stream_phase != FE_OPENING && s->beside.stream_phase != FE_STREAMING)
        return;
    fe_abort(st, FE_STREAM, s->beside.stream, s->beside.stream_attempts);
    open_later(st, s->server.down_at);
}

void fe_stream_close(struct fe_step *st)
{
    struct fe_state *s = st->s;
    bool live = s->beside.stream_phase == FE_OPENING || s->beside.stream_phase == FE_STREAMING;
    if (!live && s->beside.stream_phase != FE_REOPENING)
        return;
    if (live)
        fe_abort(st, FE_STREAM, s->beside.stream, s->beside.stream_attempts);
    s->beside.stream_phase = FE_STREAM_OFF;
    s->beside.stream_at = FE_NEVER;
    fe_settle(st, s->beside.stream, FE_DELIVERED);
}

void fe_stream_tick(struct fe_step *st)
{
    if (st->e->now >= st->s->beside.stream_at)
        open_stream(st);
}
