/* The closed loop of one client: request, pause, request. */
#include "load/client.h"

#include "base/clock.h"
#include "base/mem.h"
#include "load/group.h"
#include "load/shapes.h"

/* After a refused connection a client waits, so that the few attempts that matter are not drowned
 * by tens of thousands of refused ones a second. */
static const int64_t BACKOFF_FIRST_NS = 10 * NS_PER_MS;
static const int64_t BACKOFF_MOST_NS = 100 * NS_PER_MS;

struct client *client_new(struct group *g, int64_t number)
{
    struct client *c = MEM_NEW(struct client);
    c->group = g;
    c->number = number;
    c->identity = ++g->loads->clients;
    c->engine = engines_of(&g->loads->engines, c->identity);
    c->attempt.phase = c->behind.phase = PHASE_NOT_STARTED;
    uv_timer_init(g->loads->loop, &c->timer);
    c->timer.data = c;
    g->clients.alive++;
    return c;
}

void client_attempt(struct client *c, int64_t request, int64_t intended_ns)
{
    c->state = CLIENT_BUSY;
    c->attempts++;
    attempt_start(c, request, intended_ns);
    if (attempt_open(&c->attempt)) /* a callback may have aborted it */
        c->group->shape->start(c);
}

static bool must_wait(const struct client *c)
{
    const struct group *g = c->group;
    return group_is_held(g) && (!group_makes_first(g) || c->attempts > 0);
}

void client_halfway(struct client *c)
{
    c->halfway = true;
    c->group->clients.halfway++;
    group_check_held(c->group);
}

void client_go_on(struct client *c)
{
    c->group->clients.halfway -= c->halfway;
    c->halfway = false;
}

bool client_open(const struct client *c)
{
    return attempt_open(&c->attempt) || attempt_open(&c->behind);
}

void client_next(struct client *c)
{
    struct group *g = c->group;
    if (c->last) {
        client_end(c);
        return;
    }
    if (must_wait(c) && !g->stopping && g->budget != 0) {
        c->state = CLIENT_HELD;
        g->clients.waiting++;
        if (g->shape->idle)
            g->shape->idle(c);
        group_check_held(g);
        group_settle(g);
        return;
    }
    int64_t request = group_take_request(g);
    if (request)
        client_attempt(c, request, 0);
    else
        client_end(c);
}

static void on_pause_over(uv_timer_t *timer)
{
    client_next(timer->data);
}

static int64_t pause_after(struct client *c, bool reached)
{
    if (reached) {
        c->backoff_ns = 0;
        return c->group->plan->pause_ns;
    }
    c->backoff_ns = c->backoff_ns ? c->backoff_ns * 2 : BACKOFF_FIRST_NS;
    if (c->backoff_ns > BACKOFF_MOST_NS)
        c->backoff_ns = BACKOFF_MOST_NS;
    return c->backoff_ns > c->group->plan->pause_ns ? c->backoff_ns : c->group->plan->pause_ns;
}

void client_over(struct client *c, bool reached)
{
    struct group *g = c->group;
    uv_timer_stop(&c->timer);
    client_go_on(c);
    if (c->over) {
        c->state = CLIENT_FREE;
        c->over(c, reached);
        return;
    }
    if (g->pace.freed) {
        c->state = CLIENT_FREE;
        c->next_free = g->pace.free;
        g->pace.free = c;
        g->pace.freed(g);
        return;
    }
    int64_t pause_ns = pause_after(c, reached);
    if (pause_ns == 0 || g->stopping || g->budget == 0) {
        client_next(c);
        return;
    }
    c->state = CLIENT_PAUSED;
    uint64_t ms = (uint64_t)((pause_ns + NS_PER_MS - 1) / NS_PER_MS);
    uv_update_time(c->timer.loop); /* the loop's clock may be old: the pause begins now */
    uv_timer_start(&c->timer, on_pause_over, ms, 0);
}

void client_end(struct client *c)
{
    struct group *g = c->group;
    if (c->state == CLIENT_ENDED)
        return;
    uv_timer_stop(&c->timer);
    client_go_on(c);
    if (c->state == CLIENT_HELD)
        g->clients.waiting--;
    c->state = CLIENT_ENDED;
    if (c->wire)
        g->shape->end(c);
    g->clients.alive--;
    group_check_held(g);
    group_settle(g);
}
