/* Answers that no server gave: a proxy in front of them made them up, as its log says. */
#include "judge/facts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum proxy attempt_proxy(const struct run_verdict *v, const struct attempt *a, const char **name)
{
    int to = v->plan.loads[a->load].to.process;
    const struct plan_process *p = to > 0 ? &v->plan.others.at[to - 1] : NULL;
    if (p && p->proxy && name)
        *name = p->name;
    return p ? p->proxy : PROXY_NONE;
}

void attempts_proxied(struct run_verdict *v)
{
    for (size_t i = 0; i < v->n_attempts; i++) {
        struct attempt *a = &v->attempts[i];
        const char *state = a->proxy.said && a->proxy.said->text ? a->proxy.said->text : "";
        a->proxy.answered = a->answer.whole && a->proxy.said &&
                            a->proxy.said->status == a->status &&
                            proxy_state_is_own(attempt_proxy(v, a, NULL), state);
    }
}

static void count_state(struct load_verdict *l, const struct attempt *a)
{
    const char *state = a->proxy.said->text;
    for (size_t i = 0; i < l->n_proxied; i++)
        if (l->proxied[i].status == a->status && strcmp(l->proxied[i].state, state) == 0) {
            l->proxied[i].count++;
            return;
        }
    l->proxied = mem_resize(l->proxied, l->n_proxied + 1, sizeof *l->proxied);
    l->proxied[l->n_proxied++] = (struct proxied_count){state, a->status, 1};
}

static int by_count(const void *a, const void *b)
{
    const struct proxied_count *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return x->status != y->status ? x->status - y->status : strcmp(x->state, y->state);
}

void proxied_tally(struct run_verdict *v)
{
    for (size_t i = 0; i < v->n_attempts; i++)
        if (v->attempts[i].proxy.answered)
            count_state(&v->loads[v->attempts[i].load], &v->attempts[i]);
    for (size_t i = 0; i < v->n_loads; i++)
        if (v->loads[i].n_proxied)
            qsort(v->loads[i].proxied, v->loads[i].n_proxied, sizeof *v->loads[i].proxied,
                  by_count);
}
