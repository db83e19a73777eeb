#include "load/page.h"

#include <string.h>

#include "base/clock.h"
#include "frontend/status.h"
#include "load/client.h"
#include "load/cors.h"
#include "load/group.h"
#include "load/shapes.h"
#include "load/stream.h"

static void page_step(struct page *p, struct fe_event e);
static void arm(struct page *p);

static fe_ms page_now(const struct page *p)
{
    return (fe_ms)((clock_ns() - p->opened_ns) / NS_PER_MS);
}

static double chance(struct page *p) /* splitmix64, as in the simulator */
{
    uint64_t z = p->seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static void tell(struct page *p, enum event_kind kind, uint32_t intention, int word)
{
    journal_add(p->group->loads->journal, &(struct event){.kind = kind,
                                                          .load = p->group->index,
                                                          .request = intention,
                                                          .client = p->number,
                                                          .word = word});
}

/* --- lanes --- */

/* What an event stream brought since it was last asked. */
static void hear(struct page *p, struct lane *l)
{
    struct fe_event news[STREAM_NEWS];
    int n = stream_news(l, news);
    for (int i = 0; i < n; i++)
        page_step(p, news[i]);
}

static void hear_all(struct page *p)
{
    p->news = false;
    for (struct lane *l = p->lanes; l && !p->over; l = l->next)
        hear(p, l);
}

void page_wake(struct page *p)
{
    p->news = true;
    arm(p);
}

static void on_lane_over(struct client *c, bool reached)
{
    struct lane *l = c->lane;
    struct page *p = l->page;
    struct fe_event e;
    struct fe_status status = {.left = FE_NEVER};

    lane_result(l, reached, &e);
    cors_result(l, &e);
    lane_tell_reply(l, &e);
    if (l->streams) {
        hear(p, l);
        stream_end(l, &e);
    } else if (e.call == FE_POLL && e.result == FE_STATUS) {
        fe_status_read(p->group->plan->users.frontend, e.status,
                       l->answer.data ? l->answer.data : "", l->answer.len,
                       clock_unix_ns() / NS_PER_MS, &status);
        e.status = status.well ? 200 : e.status == 200 ? 500 : e.status;
    }
    if (!l->aborted)
        page_step(p, e);
    if (status.speaks && (status.left != FE_NEVER || p->state.server.down_at != FE_NEVER))
        page_step(p, (struct fe_event){.kind = FE_EVENT_NOTICE, .left = status.left});
    page_settle(p);
}

/* A lane stays with what it was made for: its curl handle keeps its method and address. */
static struct lane *free_lane(struct page *p, enum fe_call call, bool preflight)
{
    const char *url = call == FE_POLL ? p->pages->poll_url : NULL;
    for (struct lane *l = p->lanes; l; l = l->next)
        if (l->client->state == CLIENT_FREE && l->url == url && l->preflight == preflight)
            return l;
    struct lane *l = lane_new(p->group, p, p->number);
    l->client->over = on_lane_over;
    l->url = url;
    l->preflight = preflight;
    l->streams =
        call == FE_STREAM || (call == FE_POLL && p->group->plan->users.frontend->poll.stream);
    l->head_min = p->pages->poll_head;
    l->next = p->lanes;
    p->lanes = l;
    return l;
}

static void send_on(struct page *p, const struct fe_action *a)
{
    if (!p->over)
        lane_send(free_lane(p, a->call, a->preflight), a);
}

static void abort_lanes(struct page *p, const struct fe_action *a)
{
    for (struct lane *l = p->lanes; l; l = l->next)
        if (l->client->state == CLIENT_BUSY && l->sent.call == a->call &&
            l->sent.intention == a->intention && l->sent.attempt <= a->attempt)
            l->aborted = p->aborts = true;
}

/* curl is not on the stack now. */
static void take_off(struct page *p)
{
    p->aborts = false;
    for (struct lane *l = p->lanes; l; l = l->next)
        if (l->aborted && l->client->state == CLIENT_BUSY) {
            p->group->shape->abort(l->client, ENDED_CLIENT_ABORT);
            l->client->state = CLIENT_FREE;
        }
}

/* --- what the machine says --- */

static void put_down(struct page *p)
{
    p->in_hand = false;
    p->leave_at = FE_NEVER;
    p->want_at = page_now(p) + (fe_ms)(p->group->plan->pause_ns / NS_PER_MS);
}

static void act(struct page *p, const struct fe_action *a)
{
    bool mine = p->in_hand && a->intention == p->hand;
    switch (a->what) {
    case FE_SEND:
        send_on(p, a);
        break;
    case FE_ABORT:
        abort_lanes(p, a);
        break;
    case FE_SHOW:
        tell(p, EVENT_SHOWN, a->intention, a->word);
        if (mine && a->word == FE_QUEUED)
            put_down(p);
        break;
    case FE_SETTLE:
        tell(p, EVENT_SETTLED, a->intention, a->word);
        if (mine)
            put_down(p);
        break;
    }
}

static void wish(struct page *p)
{
    const struct plan_load *plan = p->group->plan;
    bool reads = strcmp(plan->method, "GET") == 0 || strcmp(plan->method, "HEAD") == 0;
    int64_t number = group_take_request(p->group);
    p->want_at = FE_NEVER;
    if (number == 0) {
        page_settle(p);
        return;
    }
    p->in_hand = true;
    p->hand = (uint32_t)number;
    enum fe_what what = plan->users.event_stream_ns ? FE_HOLD : reads ? FE_READ : FE_WRITE;
    if (what == FE_HOLD)
        p->leave_at = page_now(p) + (fe_ms)(plan->users.event_stream_ns / NS_PER_MS);
    tell(p, EVENT_WANT, (uint32_t)number, what);
    page_step(p, (struct fe_event){.kind = FE_EVENT_WANT,
                                   .intention = (uint32_t)number,
                                   .what = what,
                                   .cache = fe_policy_cache(plan->users.frontend, plan->path)});
}

static void on_timer(uv_timer_t *timer);

static void arm(struct page *p)
{
    fe_ms due = fe_due(p->group->plan->users.frontend, &p->state), now = page_now(p);
    if (p->want_at < due)
        due = p->want_at;
    if (p->leave_at < due)
        due = p->leave_at;
    if (p->aborts || p->news)
        due = now;
    if (p->over && !p->aborts)
        due = FE_NEVER; /* and no news counts any more */
    if (due == FE_NEVER)
        uv_timer_stop(&p->timer);
    else
        uv_timer_start(&p->timer, on_timer, due > now ? due - now : 0, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct page *p = timer->data;
    if (p->aborts)
        take_off(p);
    if (p->news)
        hear_all(p);
    if (!p->over && fe_due(p->group->plan->users.frontend, &p->state) <= page_now(p))
        page_step(p, (struct fe_event){.kind = FE_EVENT_TICK});
    if (!p->over && p->leave_at <= page_now(p)) {
        p->leave_at = FE_NEVER;
        page_step(p, (struct fe_event){.kind = FE_EVENT_LEAVE});
    }
    if (!p->over && p->want_at <= page_now(p))
        wish(p);
    arm(p);
    page_settle(p);
}

static void page_step(struct page *p, struct fe_event e)
{
    struct fe_actions out;
    out.n = 0;
    e.now = page_now(p);
    e.random = chance(p);
    fe_step(p->group->plan->users.frontend, &p->state, &e, &out);
    for (int i = 0; i < out.n; i++)
        act(p, &out.at[i]);
    arm(p);
}

/* --- its life --- */

void page_open(struct page *p, fe_ms delay)
{
    p->timer.data = p;
    p->opened_ns = clock_ns();
    p->want_at = delay;
    p->leave_at = FE_NEVER;
    fe_open(&p->state, p->group->plan->users.frontend, p->items, 0, chance(p));
    arm(p);
}

static bool lane_busy(const struct page *p, bool polls_too)
{
    for (const struct lane *l = p->lanes; l; l = l->next)
        if (l->client->state == CLIENT_BUSY && (polls_too || l->sent.call != FE_POLL))
            return true;
    return false;
}

void page_end(struct page *p)
{
    if (p->over)
        return;
    p->over = true;
    p->want_at = p->leave_at = FE_NEVER;
    p->group->clients.alive--;
    p->pages->open--;
    for (struct lane *l = p->lanes; l; l = l->next)
        if (l->client->state == CLIENT_BUSY && (l->streams || l->sent.call == FE_POLL))
            l->aborted = p->aborts = true;
    arm(p);
}

void page_settle(struct page *p)
{
    bool wishes = p->in_hand || p->want_at != FE_NEVER || p->state.queue.n;
    if (!p->over && !wishes && !lane_busy(p, false))
        page_end(p);
    if (!p->over)
        return;
    for (struct lane *l = p->lanes; l; l = l->next)
        if (l->client->state == CLIENT_FREE)
            client_end(l->client);
    if (!lane_busy(p, true) && p->pages->open == 0)
        witness_begin(p->pages);
}
