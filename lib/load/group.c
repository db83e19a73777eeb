/* The clients of one load: how many, and how all of them begin, go on and stop. */
#include "load/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "load/page.h"
#include "load/shapes.h"

void group_init(struct group *g, struct loads *l, int index)
{
    const struct plan_load *p = &l->plan->loads[index];
    *g = (struct group){.loads = l, .plan = p, .index = index, .budget = p->requests};
    g->shape = shape_table[p->shape];
    g->address = &l->addresses[p->to.process];
    g->sent.head = p->method && strcmp(p->method, "HEAD") == 0;
}

/* No client without a request to make; in a held load each makes at least two, if it can. */
static int64_t clients_needed(const struct group *g)
{
    bool two = g->plan->held && group_makes_first(g) && !g->shape->halves;
    int64_t each = (two ? 2 : 1) * (g->shape->pair ? 2 : 1);
    int64_t n = g->plan->clients;
    if (g->budget >= 0 && n > g->budget / each)
        n = g->budget / each;
    return n < 1 && g->budget != 0 ? 1 : n;
}

void group_begin(struct group *g)
{
    if (g->counts.begun || g->stopping)
        return;
    g->counts.begun = true;
    g->pace.begin_ns = clock_ns();
    struct event e = {.kind = EVENT_LOAD_START, .t_ns = g->pace.begin_ns, .load = g->index};
    journal_add(g->loads->journal, &e);
    if (g->plan->users.frontend) {
        pages_begin(g);
        return;
    }
    /* A held load waits for its release; an open loop cannot. */
    bool open_loop = g->plan->rate > 0 && !g->plan->held;
    int64_t n = open_loop ? g->plan->clients : clients_needed(g);
    g->clients.all = mem_zero((size_t)n + 1, sizeof(struct client *));
    if (open_loop) {
        if (pace_begin(g) < 0)
            group_stop(g, "no-fd");
        return;
    }
    /* All are there before the first one starts: a callback may stop the load meanwhile. */
    for (int64_t i = 0; i < n; i++)
        g->clients.all[g->clients.n++] = client_new(g, i + 1);
    for (size_t i = 0; i < g->clients.n; i++)
        if (g->clients.all[i]->state != CLIENT_ENDED)
            client_next(g->clients.all[i]);
    group_settle(g);
}

void group_release(struct group *g)
{
    if (!g->plan->held || g->released)
        return;
    g->released = true;
    g->counts.held = false;
    for (size_t i = 0; i < g->clients.n; i++) {
        struct client *c = g->clients.all[i];
        client_go_on(c);
        if (c->state == CLIENT_BUSY && g->shape->release)
            g->shape->release(c);
        if (c->state != CLIENT_HELD)
            continue;
        g->clients.waiting--;
        c->state = CLIENT_FREE;
        client_next(c);
    }
}

/* Each of them has one request to make, however soon it is answered: what is left of the budget is
 * the others'. */
void group_release_some(struct group *g, int64_t n)
{
    for (size_t i = 0; i < g->clients.n && n > 0 && !g->released; i++) {
        struct client *c = g->clients.all[i];
        if (c->state != CLIENT_HELD)
            continue;
        n--;
        g->clients.waiting--;
        c->last = true;
        c->state = CLIENT_FREE;
        int64_t request = group_take_request(g);
        if (request)
            client_attempt(c, request, 0);
        else
            client_end(c);
    }
}

static bool between_requests(const struct client *c)
{
    return c->state == CLIENT_FREE || c->state == CLIENT_PAUSED || c->state == CLIENT_HELD;
}

void group_stop(struct group *g, const char *why)
{
    if (g->stopping)
        return;
    g->stopping = true;
    g->why = why;
    g->counts.held = false;
    g->pace.free = NULL;
    for (size_t i = 0; i < g->clients.n; i++)
        if (between_requests(g->clients.all[i]))
            client_end(g->clients.all[i]);
    pages_stop(g);
    group_settle(g);
}
