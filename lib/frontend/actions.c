/* Actions, and the arithmetic of times. */
#include "frontend/step.h"

#include <assert.h>

const char *const fe_call_words[] = {"request", "refresh", "item", "poll", "stream", NULL};
const char *const fe_what_words[] = {"write", "read", "hold", NULL};
const char *const fe_event_words[] = {"want", "result", "message", "notice", "tick", "leave", NULL};
const char *const fe_do_words[] = {"send", "abort", "show", "settle", NULL};
const char *const fe_words[] = {"delivered", "stale",  "given-up", "error", "queued", "full",
                                "busy",      "notice", "trouble",  "back",  NULL};

static void add(struct fe_step *st, struct fe_action a)
{
    assert(st->out->n < FE_MOST_ACTIONS); /* a step makes a handful, whatever the event */
    st->out->at[st->out->n++] = a;
}

static void send(struct fe_step *st, enum fe_call call, uint32_t intention, int attempt, bool key,
                 bool preflight)
{
    add(st, (struct fe_action){.what = FE_SEND,
                               .call = call,
                               .intention = intention,
                               .attempt = attempt,
                               .key = key,
                               .preflight = preflight,
                               .last_id = call == FE_STREAM && st->p->reconnect.last_event_id
                                              ? st->s->beside.last_id
                                              : 0});
}

void fe_send(struct fe_step *st, enum fe_call call, uint32_t intention, int attempt, bool key)
{
    send(st, call, intention, attempt, key, fe_origin_asks(st, call));
}

void fe_send_itself(struct fe_step *st, enum fe_call call, uint32_t intention, int attempt,
                    bool key)
{
    send(st, call, intention, attempt, key, false);
}

void fe_abort(struct fe_step *st, enum fe_call call, uint32_t intention, int attempt)
{
    add(st, (struct fe_action){
                .what = FE_ABORT, .call = call, .intention = intention, .attempt = attempt});
}

void fe_show(struct fe_step *st, uint32_t intention, enum fe_word word)
{
    add(st, (struct fe_action){.what = FE_SHOW, .intention = intention, .word = word});
}

void fe_settle(struct fe_step *st, uint32_t intention, enum fe_word word)
{
    add(st, (struct fe_action){.what = FE_SETTLE, .intention = intention, .word = word});
}

fe_ms fe_in(const struct fe_step *st, fe_ms span)
{
    return span < FE_NEVER - 1 - st->e->now ? st->e->now + span : FE_NEVER - 1;
}

fe_ms fe_part(const struct fe_step *st, fe_ms span)
{
    return (fe_ms)(span * st->e->random);
}
