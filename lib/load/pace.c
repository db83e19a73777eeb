/* The open loop: request n is due at begin + (n-1)/rate, whatever became of those before it. When
 * no client is free it starts late and keeps its intended start, so that waiting is not hidden. */
#include <errno.h>

#include "base/clock.h"
#include "load/group.h"
#include "load/shapes.h"

/* Begun in one turn of the loop, so that catching up does not hold up the others. */
enum { AT_ONCE = 64 };

static int64_t due_ns(const struct group *g)
{
    return g->pace.begin_ns + (int64_t)((double)g->requests / g->plan->rate * (double)NS_PER_S);
}

static struct client *free_client(struct group *g)
{
    struct client *c = g->pace.free;
    if (c) {
        g->pace.free = c->next_free;
        return c;
    }
    if ((int64_t)g->clients.n == g->plan->clients)
        return NULL;
    c = client_new(g, (int64_t)g->clients.n + 1);
    g->clients.all[g->clients.n++] = c;
    return c;
}

static void end_free_clients(struct group *g)
{
    while (g->pace.free) {
        struct client *c = g->pace.free;
        g->pace.free = c->next_free;
        client_end(c);
    }
}

/* Start what is due, as far as clients are free. */
static void turn(struct group *g)
{
    if (!g->pace.ticker) /* ended */
        return;
    for (int i = 0; g->budget != 0 && !g->stopping; i++) {
        int64_t due = due_ns(g);
        if (due > clock_ns() || i == AT_ONCE) {
            ticker_at(g->pace.ticker, due);
            return;
        }
        struct client *c = free_client(g);
        if (!c)
            return; /* the next one that becomes free comes back here */
        client_attempt(c, group_take_request(g), due);
    }
    end_free_clients(g);
    group_settle(g);
}

static void on_tick(void *arg)
{
    turn(arg);
}

int pace_begin(struct group *g)
{
    g->pace.ticker = ticker_new(g->loads->loop, on_tick, g);
    if (!g->pace.ticker)
        return -1;
    g->pace.freed = turn;
    ticker_at(g->pace.ticker, g->pace.begin_ns);
    return 0;
}
