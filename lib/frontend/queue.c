/* Policy "offline_queue": writes that could not be sent are kept, in order, and sent when the
 * server is there again: one after the other, in batches. An item leaves when it was acknowledged,
 * or when its answer says that it will never do; a refusal (503, 429) is neither. */
#include "frontend/step.h"

#include <string.h>

static struct fe_item *head(struct fe_step *st)
{
    return &st->s->queue.items[0];
}

static void drop_head(struct fe_state *s)
{
    s->queue.n--;
    memmove(s->queue.items, s->queue.items + 1, s->queue.n * sizeof *s->queue.items);
}

bool fe_queue_keep(struct fe_step *st, uint32_t intention, int attempts, bool key)
{
    struct fe_state *s = st->s;
    if (!st->p->queue.on)
        return false;
    if (s->queue.n >= st->p->queue.max) {
        fe_show(st, intention, FE_FULL);
        return false;
    }
    s->queue.items[s->queue.n++] = (struct fe_item){intention, (uint8_t)attempts, 0, key};
    fe_show(st, intention, FE_QUEUED);
    if (s->queue.at == FE_NEVER) {
        s->queue.batch = (uint16_t)st->p->queue.batch;
        s->queue.at = fe_in(st, st->p->queue.again + fe_part(st, st->p->queue.again));
    }
    return true;
}

static void send_head(struct fe_step *st)
{
    struct fe_state *s = st->s;
    struct fe_item *item = head(st);
    if (item->attempts < UINT8_MAX)
        item->attempts++;
    s->beside.sending = true;
    s->queue.at = fe_timeout_at(st);
    fe_send(st, FE_ITEM, item->intention, item->attempts, item->key);
}

static void rest(struct fe_step *st, fe_ms retry_after)
{
    fe_ms again = st->p->queue.again;
    if (retry_after > FE_LONGEST_AFTER)
        retry_after = FE_LONGEST_AFTER;
    st->s->queue.batch = (uint16_t)st->p->queue.batch;
    st->s->queue.at = fe_in(st, (retry_after > again ? retry_after : again) + fe_part(st, again));
}

/* The next item, after the batch is full a pause before it. */
static void go_on(struct fe_step *st)
{
    struct fe_state *s = st->s;
    s->queue.at = FE_NEVER;
    if (s->queue.n == 0)
        return;
    if (--s->queue.batch > 0) {
        send_head(st);
        return;
    }
    s->queue.batch = (uint16_t)st->p->queue.batch;
    s->queue.at = fe_in(st, st->p->queue.pause);
}

static void settle_head(struct fe_step *st, enum fe_word word)
{
    uint32_t intention = head(st)->intention;
    if (word == FE_GIVEN_UP)
        fe_show(st, intention, FE_ERROR);
    fe_settle(st, intention, word);
    drop_head(st->s);
}

/* It fails though the server is there: after some failures it makes way for the others. */
static void stumble(struct fe_step *st)
{
    struct fe_state *s = st->s;
    struct fe_item *item = head(st);
    if (++item->failures >= st->p->queue.tries) {
        struct fe_item last = *item;
        last.failures = 0;
        drop_head(s);
        s->queue.items[s->queue.n++] = last;
    }
    rest(st, 0);
}

/* The item under way failed without having been turned away. */
static void item_failed(struct fe_step *st, enum fe_result result, int status, fe_ms retry_after)
{
    bool touched = !fe_untouched(result, status);
    if (result == FE_STATUS && touched && status < 500) {
        settle_head(st, FE_GIVEN_UP); /* it will never do */
        go_on(st);
    } else if (touched && !head(st)->key) {
        settle_head(st, FE_GIVEN_UP); /* done or not, that is not known */
        if (st->s->queue.n)
            rest(st, retry_after);
        else
            st->s->queue.at = FE_NEVER;
    } else if (result == FE_STATUS && touched) {
        stumble(st);
    } else {
        rest(st, retry_after);
    }
}

void fe_queue_result(struct fe_step *st)
{
    struct fe_state *s = st->s;
    const struct fe_event *e = st->e;
    if (!s->beside.sending || e->intention != head(st)->intention ||
        e->attempt != head(st)->attempts)
        return; /* it timed out before */
    s->beside.sending = false;
    fe_breaker_count(st, fe_good(e) || (e->result == FE_STATUS && e->status < 500));
    if (fe_good(e)) {
        settle_head(st, FE_DELIVERED);
        go_on(st);
    } else {
        item_failed(st, e->result, e->status, e->retry_after);
    }
}

void fe_queue_tick(struct fe_step *st)
{
    struct fe_state *s = st->s;
    if (st->e->now < s->queue.at)
        return;
    if (s->beside.sending) {
        s->beside.sending = false;
        if (st->p->abort)
            fe_abort(st, FE_ITEM, head(st)->intention, head(st)->attempts);
        fe_breaker_count(st, false);
        item_failed(st, FE_TIMED_OUT, 0, 0);
    } else if (fe_notice_forbids(st)) {
        s->queue.at = s->server.down_at + fe_part(st, st->p->queue.again);
    } else if (!fe_breaker_lets(st)) {
        s->queue.at = s->server.breaker_at;
    } else {
        send_head(st);
    }
}

void fe_queue_back(struct fe_step *st)
{
    struct fe_state *s = st->s;
    if (s->queue.n && !s->beside.sending)
        s->queue.at = fe_in(st, fe_part(st, st->p->queue.pause));
}
