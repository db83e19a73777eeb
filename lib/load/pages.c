/* All pages of a load: they begin, stop and are freed together. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "load/client.h"
#include "load/cors.h"
#include "load/group.h"
#include "load/page.h"

static char *url_of(const struct group *g, const char *path, int64_t *head_min)
{
    *head_min = (int64_t)strlen(path);
    return mem_printf("%s%s", g->address->base, path);
}

/* Lanes that a page can need at a time, and the witness's. */
static size_t most_lanes(const struct pages *all)
{
    size_t each = (size_t)all->group->plan->users.frontend->impatient.clicks + 4;
    bool asks = *all->group->plan->users.frontend->origin.at != '\0'; /* a preflight for each */
    return all->n * each * (asks ? 2 : 1) + 1;
}

static void open_one(struct pages *all, size_t i)
{
    struct group *g = all->group;
    struct page *p = &all->items[i];
    const struct fe_policy *policy = g->plan->users.frontend;
    p->group = g;
    p->pages = all;
    p->number = (int64_t)i + 1;
    p->seed = g->loads->plan->seed * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)g->index * 1000003 +
              (uint64_t)p->number;
    if (policy->queue.on)
        p->items = mem_zero((size_t)policy->queue.max, sizeof *p->items);
    uv_timer_init(g->loads->loop, &p->timer);
    /* The people do not click in step. */
    fe_ms pause = (fe_ms)(g->plan->pause_ns / 1000000);
    page_open(p, (fe_ms)((uint64_t)pause * i / all->n));
}

void pages_begin(struct group *g)
{
    struct pages *all = MEM_NEW(struct pages);
    int64_t n = g->plan->clients;
    if (g->budget >= 0 && n > g->budget)
        n = g->budget;
    all->group = g;
    all->n = all->open = (size_t)n;
    all->items = mem_zero((size_t)n, sizeof *all->items);
    if (g->plan->users.frontend->poll.on)
        all->poll_url = url_of(g, g->plan->users.frontend->poll.path, &all->poll_head);
    if (g->plan->users.witness)
        all->witness_url = url_of(g, g->plan->users.witness, &all->witness_head);
    cors_prepare(all);
    free(g->clients.all);
    g->clients.all = mem_zero(most_lanes(all), sizeof(struct client *));
    g->pages = all;
    g->clients.alive += n + 1; /* the pages, and the witness at the end */
    for (size_t i = 0; i < all->n; i++)
        open_one(all, i);
}

void pages_stop(struct group *g)
{
    struct pages *all = g->pages;
    if (!all)
        return;
    for (size_t i = 0; i < all->n; i++)
        page_end(&all->items[i]);
    for (size_t i = 0; i < all->n; i++)
        page_settle(&all->items[i]);
    witness_stop(all);
}

void pages_close(struct group *g, uv_close_cb closed)
{
    for (size_t i = 0; g->pages && i < g->pages->n; i++)
        uv_close((uv_handle_t *)&g->pages->items[i].timer, closed);
}

void pages_free(struct group *g)
{
    struct pages *all = g->pages;
    if (!all)
        return;
    for (size_t i = 0; i < all->n; i++)
        free(all->items[i].items);
    free(all->items);
    free(all->poll_url);
    free(all->witness_url);
    cors_free(all);
    free(all);
    g->pages = NULL;
}
