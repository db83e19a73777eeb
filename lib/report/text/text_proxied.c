/* Answers that came from a proxy and from no server: how many, what its log says, what to do. */
#include "report/text/text.h"

static void one(struct text *t, const struct run_verdict *v, size_t load,
                const struct proxied_count *c)
{
    const struct plan_process *p = &v->plan.others.at[v->plan.loads[load].to.process - 1];
    struct buf b;
    buf_init(&b, 64 * 1024);
    buf_addf(&b, "%s: %lld × %d, which %s '%s' answered itself, and no server; its log: %s, ",
             v->loads[load].name, (long long)c->count, c->status, proxy_titles[p->proxy], p->name,
             c->state);
    proxy_state_say(p->proxy, c->state, c->status, &b);
    text_pad(t, 2);
    text_wrap(t, STYLE_PLAIN, 2, 4, b.data);
    buf_free(&b);
}

static void advice(struct text *t, const char *label, const char *s)
{
    text_pad(t, 4);
    text_style(t, STYLE_DIM, label);
    text_wrap(t, STYLE_PLAIN, 14, 14, s);
}

static bool is_first(const struct load_verdict *l, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (l->proxied[k].status == l->proxied[i].status)
            return false;
    return true;
}

void text_proxied(struct text *t, const struct run_verdict *v)
{
    bool any = false;
    for (size_t i = 0; i < v->n_loads; i++)
        for (size_t k = 0; k < v->loads[i].n_proxied; k++) {
            const struct proxied_count *c = &v->loads[i].proxied[k];
            const char *means = proxy_status_means(c->status);
            if (!any) {
                text_pad(t, 2);
                text_style(t, STYLE_BOLD, "answered by the proxy");
                buf_addc(t->out, '\n');
            }
            any = true;
            one(t, v, i, c);
            if (means && is_first(&v->loads[i], k)) {
                advice(t, "it means  ", means);
                advice(t, "to do     ", proxy_status_next(c->status));
            }
        }
    if (any)
        buf_addc(t->out, '\n');
}
