/* What one load has left: its requests, the clients that wait, and when it is over. */
#include "load/group.h"
#include "load/shapes.h"

bool group_is_held(const struct group *g)
{
    return g->plan->held && !g->released;
}

/* With reuse the first request opens the connection that the client then waits on. Those of a
 * freeze that have new connections need no first one. */
bool group_makes_first(const struct group *g)
{
    const struct plan_load *p = g->plan;
    return p->reuse || p->resume.at.after_ns >= 0 || p->resume.never || g->shape->halves;
}

int64_t group_take_request(struct group *g)
{
    if (g->stopping || g->budget == 0)
        return 0;
    if (g->budget > 0)
        g->budget--;
    return ++g->requests;
}

void group_check_held(struct group *g)
{
    if (!group_is_held(g) || g->counts.held || g->stopping)
        return;
    int64_t held = g->clients.waiting + g->clients.halfway;
    if (held == 0 || held < g->clients.alive)
        return;
    g->counts.held = true;
    /* Told from the loop, never from inside loads_begin or curl. */
    g->loads->held_wanted = true;
    engines_wake(&g->loads->engines);
}

void group_settle(struct group *g)
{
    bool exhausted = g->stopping || g->budget == 0;
    /* Clients that wait for ever keep their connections, and nothing else will come of them. */
    int64_t more = g->clients.alive - (g->plan->resume.never ? g->clients.waiting : 0);
    if (!(g->counts.begun || g->stopping) || g->counts.ended || more > 0)
        return;
    if (g->pace.freed && !exhausted)
        return;
    g->counts.ended = true;
    ticker_free(&g->pace.ticker);
    struct loads *l = g->loads;
    struct event e = {.kind = EVENT_LOAD_END, .load = g->index};
    e.why = g->stopping ? g->why : g->clients.alive > 0 ? "idle" : "requests";
    journal_add(l->journal, &e);
    if (l->callbacks.ended)
        l->callbacks.ended(l->callbacks.arg, g->index);
}
