/* What the target was connected to, and when the last of the connections to each was closed. */
#include "judge/dependencies.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static struct dependency_facts *find(struct run_facts *f, const struct event *e, size_t *cap)
{
    for (size_t i = 0; i < f->dependencies.n; i++)
        if (strcmp(f->dependencies.at[i].to, e->how) == 0)
            return &f->dependencies.at[i];
    MEM_GROW(f->dependencies.at, f->dependencies.n, *cap);
    f->dependencies.at[f->dependencies.n] =
        (struct dependency_facts){.name = e->text ? e->text : "", .to = e->how};
    return &f->dependencies.at[f->dependencies.n++];
}

static void on_closed(struct dependency_facts *d, const struct run_facts *f, const struct event *e)
{
    d->open -= d->open > 0;
    if (!f->t0_ns || e->t_ns < f->t0_ns)
        return;
    d->closed++;
    d->left += e->link == LINK_EXIT_CLOSED || e->link == LINK_EXIT_RESET;
    if (!d->first_ns) {
        d->first_ns = e->t_ns;
        d->first_is = (enum link_is)e->link;
    }
    d->last_ns = e->t_ns;
    d->last_is = (enum link_is)e->link;
    d->seen_ns = e->at;
}

void facts_of_dependencies(struct run_facts *f)
{
    size_t cap = 0;
    for (size_t i = 0; i < f->h->count; i++) {
        const struct event *e = &f->h->events[i];
        if (e->kind != EVENT_DEPENDENCY || !is_about(f, e) || !e->how || e->link <= LINK_NONE)
            continue;
        struct dependency_facts *d = find(f, e, &cap);
        if (e->link == LINK_OPEN)
            d->open++;
        else
            on_closed(d, f, e);
    }
}

bool dependency_is_closed(const struct dependency_facts *d)
{
    return d->closed && !d->open && !d->left && d->last_is != LINK_PEER;
}

const struct dependency_facts *dependency_closed_first(const struct run_facts *f)
{
    const struct dependency_facts *first = NULL;
    for (size_t i = 0; i < f->dependencies.n; i++) {
        const struct dependency_facts *d = &f->dependencies.at[i];
        if (dependency_is_closed(d) && (!first || d->last_ns < first->last_ns))
            first = d;
    }
    return first;
}
