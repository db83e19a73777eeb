/* The simulator's life: wishes, attempts, answers, and an outage in the middle. */
#include "frontend/storm.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "frontend/storm_int.h"

/* So long a preflight's answer counts when its server does not say (Fetch, "CORS-preflight fetch":
 * five seconds). */
enum { PREFLIGHT_MS = 5000 };

struct storm {
    const struct storm_plan *plan;
    struct storm_client *clients;
    struct storm_wheel wheel;
    struct storm_server server;
    struct storm_counts counts;
    struct fe_item *items; /* the queue of the client in hand, at its full size */
    uint64_t seed;
    fe_ms now;
    bool cutting; /* what begins now was under way when the server went */
};

static double chance(struct storm *st) /* splitmix64 (Steele, Lea, Flood 2014) */
{
    uint64_t z = st->seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static void step(struct storm *st, struct storm_client *c, struct fe_event e);

static fe_ms due_at(const struct storm *st, const struct storm_client *c)
{
    fe_ms due = fe_due(&st->plan->policy, &c->state);
    if (c->want_at < due)
        due = c->want_at;
    return c->answer_at < due ? c->answer_at : due;
}

/* --- attempts --- */

/* A client that holds a stream is served when it is open again; for all others each answer counts.
 * No client is hit by an outage before it begins. */
static bool matters(const struct storm *st, enum fe_call call)
{
    if (st->now < st->plan->before)
        return false;
    return st->plan->what == FE_HOLD ? call == FE_STREAM : call != FE_POLL;
}

/* An answer was given; `useful`: to a page that waits for it. */
static void answered(struct storm *st, struct storm_client *c, enum fe_call call, bool useful)
{
    count_answer(&st->counts, st->now, useful);
    if (useful && matters(st, call))
        count_served(&st->counts, st->now, c);
}

/* What the page no longer waits for is answered all the same. */
static void abandon(struct storm *st, struct storm_client *c)
{
    if (c->answer_at != FE_NEVER && c->shell[0] == ANSWER_OK)
        answered(st, c, (enum fe_call)c->shell[1], false);
    c->answer_at = FE_NEVER;
}

/* A poll, a preflight, and what is sent beside a request that waits, is answered at once: a client
 * here has room for one answer that is still to come. */
static void answer_now(struct storm *st, struct storm_client *c, const struct fe_action *a,
                       bool taken)
{
    if (taken && a->call != FE_POLL && !a->preflight)
        answered(st, c, a->call, true);
    step(st, c,
         (struct fe_event){.kind = FE_EVENT_RESULT,
                           .call = a->call,
                           .intention = a->intention,
                           .attempt = a->attempt,
                           .preflight = a->preflight,
                           .max_age = PREFLIGHT_MS,
                           .result = taken ? FE_STATUS : FE_REFUSED,
                           .status = taken ? 200 : 0});
}

static void send(struct storm *st, struct storm_client *c, const struct fe_action *a)
{
    fe_ms answer_at = st->now + 1;
    bool waits = c->answer_at != FE_NEVER, taken;

    if (!st->cutting)
        count_attempt(&st->counts, st->now);
    /* A health path waits behind nothing, and is no work; nor is a preflight. */
    bool light = a->call == FE_POLL || a->preflight;
    taken = light || st->cutting ? st->server.up : server_takes(&st->server, st->now, &answer_at);
    if (!taken)
        count_refused(&st->counts, st->now);
    if (!taken && matters(st, a->call))
        count_affected(&st->counts, c);
    if (light || (waits && a->call != (enum fe_call)c->shell[1])) {
        answer_now(st, c, a, taken);
    } else if (waits && a->call == FE_REQUEST && c->state.hand.flying > 1) {
        /* A second click: the server answers in the order of arrival, so the first answer is the
         * one that is waited for, and this one is work for no client. */
        if (taken)
            answered(st, c, a->call, false);
    } else {
        abandon(st, c);
        c->answer_at = answer_at;
        c->shell[0] = taken ? ANSWER_OK : ANSWER_REFUSED;
        c->shell[1] = (uint8_t)a->call;
        c->shell[2] = (uint8_t)a->attempt;
    }
}

static void act(struct storm *st, struct storm_client *c, const struct fe_action *a)
{
    switch (a->what) {
    case FE_SEND:
        send(st, c, a);
        break;
    case FE_ABORT:
        abandon(st, c);
        break;
    case FE_SHOW:
        if (a->word == FE_QUEUED)
            st->counts.r->queued++;
        break;
    case FE_SETTLE:
        if (a->word == FE_GIVEN_UP)
            st->counts.r->given_up++;
        break;
    }
}

/* The queue of a client is kept at its size; for a step it is unfolded to the largest. */
static void unfold(struct storm *st, struct storm_client *c)
{
    struct fe_item *own = c->state.queue.items;
    size_t bytes = c->state.queue.n * sizeof *own;
    if (bytes) {
        memcpy(st->items, own, bytes);
        free(own);
        count_queue(&st->counts, -(int64_t)bytes);
    }
    c->state.queue.items = st->items;
}

static void fold(struct storm *st, struct storm_client *c)
{
    size_t bytes = c->state.queue.n * sizeof *st->items;
    c->state.queue.items = NULL;
    if (bytes) {
        c->state.queue.items = mem_resize(NULL, bytes, 1);
        memcpy(c->state.queue.items, st->items, bytes);
        count_queue(&st->counts, (int64_t)bytes);
    }
}

static void step(struct storm *st, struct storm_client *c, struct fe_event e)
{
    struct fe_actions out;
    bool queue = st->plan->policy.queue.on && c->state.queue.items != st->items;
    e.now = st->now;
    e.random = chance(st);
    st->counts.r->steps++;
    out.n = 0; /* for the analyser: fe_step sets it */
    if (queue)
        unfold(st, c);
    fe_step(&st->plan->policy, &c->state, &e, &out);
    for (int i = 0; i < out.n; i++)
        act(st, c, &out.at[i]);
    if (queue)
        fold(st, c);
}

/* --- events --- */

static void want(struct storm *st, struct storm_client *c)
{
    const struct storm_plan *p = st->plan;
    bool hold = p->what == FE_HOLD && c->state.beside.stream_phase == FE_STREAM_OFF;
    c->want_at = st->now + (hold ? 0 : p->every / 2) + (fe_ms)(p->every * chance(st));
    if (!hold && c->state.hand.phase != FE_IDLE)
        return; /* still busy with the last one */
    step(st, c,
         (struct fe_event){.kind = FE_EVENT_WANT,
                           .intention = c->state.hand.intention + 1,
                           .what = hold || p->what != FE_HOLD ? p->what : FE_READ,
                           .cache = FE_NETWORK_ONLY});
}

/* The answer, or the end, of what is under way. */
static void conclude(struct storm *st, struct storm_client *c, bool cut)
{
    struct fe_state *s = &c->state;
    bool good = !cut && c->shell[0] == ANSWER_OK;
    enum fe_call call = (enum fe_call)c->shell[1];
    struct fe_event e = {.kind = FE_EVENT_RESULT,
                         .call = call,
                         .attempt = c->shell[2],
                         .intention = call == FE_ITEM     ? s->queue.items[0].intention
                                      : call == FE_STREAM ? s->beside.stream
                                                          : s->hand.intention,
                         .result = good  ? FE_STATUS
                                   : cut ? FE_CUT_OFF
                                         : FE_REFUSED,
                         .status = good ? 200 : 0};
    if (c->shell[0] == ANSWER_OK && good)
        answered(st, c, call, e.attempt > s->hand.ignored || call != FE_REQUEST);
    if (cut && matters(st, call))
        count_affected(&st->counts, c);
    c->answer_at = FE_NEVER;
    /* With more than one click under way, all of them end here. */
    while (call == FE_REQUEST && !good && s->hand.flying > 1)
        s->hand.flying--;
    step(st, c, e);
}

static void wake(struct storm *st, struct storm_client *c)
{
    if (c->answer_at <= st->now)
        conclude(st, c, false);
    if (fe_due(&st->plan->policy, &c->state) <= st->now)
        step(st, c, (struct fe_event){.kind = FE_EVENT_TICK});
    if (c->want_at <= st->now)
        want(st, c);
}

/* All who are due in this millisecond. */
static void play_slot(struct storm *st)
{
    uint32_t client = wheel_take(&st->wheel, st->now);
    while (client != STORM_NOBODY) {
        struct storm_client *c = &st->clients[client];
        uint32_t next = c->next;
        fe_ms due;
        if (next != STORM_NOBODY)
            __builtin_prefetch(&st->clients[next]);
        if (due_at(st, c) <= st->now)
            wake(st, c);
        due = due_at(st, c);
        if (due != FE_NEVER)
            wheel_put(&st->wheel, client, st->now, due > st->now ? due : st->now + 1);
        client = next;
    }
}

/* --- the outage --- */

/* The server goes: what is under way is cut, and `open` of the clients have something under way. */
static void cut_one(struct storm *st, struct storm_client *c)
{
    bool streaming = c->state.beside.stream_phase == FE_STREAMING;
    if (st->plan->what != FE_HOLD && c->state.hand.phase == FE_IDLE && chance(st) < st->plan->open)
        want(st, c);
    if (c->answer_at != FE_NEVER)
        conclude(st, c, true);
    if (streaming) {
        c->shell[1] = FE_STREAM;
        c->shell[2] = c->state.beside.stream_attempts;
        conclude(st, c, true);
    }
}

static void cut_all(struct storm *st)
{
    wheel_init(&st->wheel, st->clients);
    st->cutting = true;
    for (uint32_t i = 0; i < st->plan->clients; i++) {
        fe_ms due;
        cut_one(st, &st->clients[i]);
        due = due_at(st, &st->clients[i]);
        if (due != FE_NEVER)
            wheel_put(&st->wheel, i, st->now - 1, due);
    }
    st->cutting = false;
    server_goes(&st->server);
}

static void open_all(struct storm *st)
{
    const struct storm_plan *p = st->plan;
    /* Streams are all open before the normal rate is measured. */
    fe_ms spread = p->what == FE_HOLD ? p->before / 2 : p->every;
    for (uint32_t i = 0; i < p->clients; i++) {
        struct storm_client *c = &st->clients[i];
        fe_open(&c->state, &p->policy, NULL, 0, chance(st));
        c->answer_at = FE_NEVER;
        c->want_at = (fe_ms)(spread * chance(st));
        wheel_put(&st->wheel, i, 0, due_at(st, c));
    }
}

static bool over(const struct storm *st)
{
    const struct storm_plan *p = st->plan;
    fe_ms back = p->before + p->outage;
    if (st->now >= back + p->longest)
        return true;
    /* Some more of ordinary life belongs to the picture. */
    return st->now >= back + 5000 && st->counts.waiting == 0 &&
           st->now >= back + st->counts.r->served_after + 1000;
}

void storm_run(const struct storm_plan *plan, struct storm_result *result)
{
    struct storm *st = MEM_NEW(struct storm);
    memset(result, 0, sizeof *result);
    st->plan = plan;
    st->seed = plan->seed;
    st->clients = mem_zero(plan->clients, sizeof *st->clients);
    st->items =
        mem_zero(plan->policy.queue.on ? (size_t)plan->policy.queue.max : 1, sizeof *st->items);
    st->server = (struct storm_server){.plan = plan, .up = true};
    st->counts = (struct storm_counts){.plan = plan, .r = result};
    count_queue(&st->counts, 0);
    wheel_init(&st->wheel, st->clients);
    open_all(st);
    for (; !over(st); st->now++) {
        if (st->now == plan->before)
            cut_all(st);
        if (st->now == plan->before + plan->outage)
            server_is_back(&st->server, st->now);
        play_slot(st);
    }
    count_end(&st->counts, st->now);
    for (uint32_t i = 0; plan->policy.queue.on && i < plan->clients; i++)
        free(st->clients[i].state.queue.items);
    free(st->items);
    free(st->clients);
    free(st);
}

void storm_free(struct storm_result *result)
{
    free(result->bins);
    result->bins = NULL;
    result->n_bins = 0;
}
