/* The intention in hand: from the wish through its attempts to the end. Reads and writes; an event
 * stream is reconnect.c's. */
#include "frontend/step.h"

static void idle(struct fe_state *s)
{
    s->hand.phase = FE_IDLE;
    s->hand.flying = 0;
    s->hand.retry_at = s->hand.limit_at = s->hand.click_at = FE_NEVER;
}

static void settle(struct fe_step *st, enum fe_word word)
{
    fe_settle(st, st->s->hand.intention, word);
    idle(st->s);
}

/* What is under way no longer counts; with `abort` it is ended as well. */
static void drop_flying(struct fe_step *st)
{
    struct fe_state *s = st->s;
    if (s->hand.flying && st->p->abort)
        fe_abort(st, FE_REQUEST, s->hand.intention, s->hand.attempts);
    s->hand.ignored = s->hand.attempts;
    s->hand.flying = 0;
    s->hand.limit_at = FE_NEVER;
}

/* May it be sent again without doubling anything? */
static bool safe(const struct fe_step *st)
{
    const struct fe_state *s = st->s;
    return s->hand.what == FE_READ || fe_key_for(st->p, FE_WRITE) || !s->server.touched;
}

static void give_up(struct fe_step *st, bool harmless)
{
    struct fe_state *s = st->s;
    if (fe_cache_last(st)) {
        idle(s);
    } else if (s->hand.what == FE_WRITE && harmless &&
               fe_queue_keep(st, s->hand.intention, s->hand.attempts,
                             fe_key_for(st->p, FE_WRITE))) {
        idle(s);
    } else {
        fe_show(st, s->hand.intention, FE_ERROR);
        s->hand.phase = FE_FAILED;
        s->hand.retry_at = s->hand.limit_at = FE_NEVER;
        if (s->hand.click_at == FE_NEVER)
            settle(st, FE_GIVEN_UP);
    }
}

static void failed(struct fe_step *st, enum fe_result result, int status, fe_ms retry_after)
{
    struct fe_state *s = st->s;
    bool harmless = safe(st);
    if (!harmless || !fe_retry_wants(st->p, s->hand.tries, result, status)) {
        give_up(st, harmless && (result != FE_STATUS || status >= 500 || status == 429));
        return;
    }
    s->hand.retry_at = fe_in(st, fe_retry_delay(st->p, s->hand.tries, retry_after, st->e->random));
    if (result == FE_OPEN && s->hand.retry_at < s->server.breaker_at)
        s->hand.retry_at = s->server.breaker_at;
    s->hand.tries++;
    s->hand.phase = FE_WAITING;
}

static void begin(struct fe_step *st)
{
    struct fe_state *s = st->s;
    s->hand.retry_at = FE_NEVER;
    if (!fe_breaker_lets(st)) {
        if (s->hand.flying == 0)
            failed(st, FE_OPEN, 0, 0);
        return;
    }
    s->hand.attempts++;
    s->hand.flying++;
    s->hand.phase = FE_FLYING;
    s->hand.limit_at = fe_timeout_at(st);
    fe_send(st, FE_REQUEST, s->hand.intention, s->hand.attempts, fe_key_for(st->p, s->hand.what));
}

/* Maintenance is near: a write goes to the queue, all else waits until it should be over. */
static void hold(struct fe_step *st)
{
    struct fe_state *s = st->s;
    fe_show(st, s->hand.intention, FE_NOTICE);
    if (s->hand.what == FE_WRITE &&
        fe_queue_keep(st, s->hand.intention, 0, fe_key_for(st->p, FE_WRITE))) {
        idle(s);
        return;
    }
    s->hand.phase = FE_HELD;
    s->hand.retry_at = s->server.down_at + fe_part(st, 1000);
}

void fe_request_want(struct fe_step *st)
{
    struct fe_state *s = st->s;
    if (s->hand.phase != FE_IDLE) { /* one thing at a time */
        fe_show(st, st->e->intention, FE_BUSY);
        return;
    }
    s->hand.intention = st->e->intention;
    s->hand.what = st->e->what;
    s->hand.cache = st->e->cache;
    s->hand.attempts = s->hand.ignored = s->hand.tries = 0;
    s->server.touched = false;
    idle(s);
    if (fe_cache_first(st, st->e->cache))
        return;
    /* Behind what is queued, or the order would be lost. */
    if (s->hand.what == FE_WRITE && s->queue.n &&
        fe_queue_keep(st, s->hand.intention, 0, fe_key_for(st->p, FE_WRITE)))
        return;
    fe_impatient_begin(st);
    if (fe_notice_forbids(st))
        hold(st);
    else
        begin(st);
}

void fe_request_result(struct fe_step *st)
{
    struct fe_state *s = st->s;
    const struct fe_event *e = st->e;
    bool good = fe_good(e);

    if (e->intention != s->hand.intention || s->hand.phase == FE_IDLE ||
        e->attempt <= s->hand.ignored)
        return; /* too late: the page no longer waits for it */
    s->hand.flying--;
    if (!good && !fe_untouched(e->result, e->status))
        s->server.touched = true;
    fe_breaker_count(st, good || (e->result == FE_STATUS && e->status < 500));
    if (good) {
        s->beside.cached = s->beside.cached || s->hand.what == FE_READ;
        if (s->hand.flying)
            drop_flying(st);
        settle(st, FE_DELIVERED);
    } else if (s->hand.flying == 0 && s->hand.phase == FE_FLYING) {
        s->hand.limit_at = FE_NEVER;
        failed(st, e->result, e->status, e->retry_after);
    }
}

void fe_request_tick(struct fe_step *st)
{
    struct fe_state *s = st->s;
    if (st->e->now >= s->hand.limit_at) {
        drop_flying(st);
        s->server.touched = true;
        fe_breaker_count(st, false);
        failed(st, FE_TIMED_OUT, 0, 0);
    }
    if (st->e->now >= s->hand.click_at && fe_impatient_click(st)) {
        if (s->hand.phase == FE_FAILED)
            s->hand.tries = 0;
        begin(st);
    }
    if (st->e->now >= s->hand.retry_at)
        begin(st);
}

void fe_request_back(struct fe_step *st)
{
    struct fe_state *s = st->s;
    if (s->hand.phase == FE_HELD)
        s->hand.retry_at = fe_in(st, fe_part(st, 1000));
}
