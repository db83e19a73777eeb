/* Expectations on what servers keep: orders, a pool, a queue, an entry in the registry. */
#include "judge/expect.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"

/* A count that is known; or the least that it can be, in a run that is only partly there, or where
 * not all could be counted. */
static void judge_count(struct finding *g, int64_t count, bool all, const char *what)
{
    struct interval known = {(double)count, g->f->course.partial || !all ? 1e15 : (double)count};
    g->out->value = bound_judge(&g->x->bound, known);
    buf_addf(&g->observed, "%lld %s", (long long)count, what);
}

static void unknown(struct finding *g, const char *why)
{
    g->out->value = VERDICT_INCONCLUSIVE;
    buf_adds(&g->observed, why);
}

/* --- orders: by the server's own list, against what the pages were told --- */

static int64_t orders_of(const struct users_verdict *u, const char *what)
{
    const struct {
        const char *word;
        int64_t count;
    } all[] = {{"lost", u->acknowledged_lost},
               {"doubled", u->saw[SAW_DOUBLED]},
               {"reordered", u->reordered},
               {"resurrected", u->resurrected},
               {"other_reply", u->other_reply}};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (strcmp(all[i].word, what) == 0)
            return all[i].count;
    return 0;
}

static bool is_meant(const struct finding *g, size_t load)
{
    if (g->x->whose.process >= 0)
        return g->v->plan.loads[load].to.process == g->x->whose.process;
    return g->x->load < 0 || (size_t)g->x->load == load;
}

void expect_orders(struct finding *g)
{
    int64_t count = 0;
    size_t listed = 0, unread = 0;
    bound_add(&g->expected, &g->x->bound, BOUND_WORDS);
    buf_addf(&g->expected, " orders %s", g->x->record);
    for (size_t i = 0; i < g->v->n_loads; i++) {
        const struct users_verdict *u = &g->v->loads[i].users;
        if (!is_meant(g, i) || !u->any)
            continue;
        unread += !u->listed && g->v->plan.loads[i].users.witness;
        listed += u->listed;
        count += u->listed ? orders_of(u, g->x->record) : 0;
    }
    if (listed)
        judge_count(g, count, !unread, g->x->record);
    if (listed && unread)
        buf_addf(&g->observed, ", and no list was read for %zu loads", unread);
    if (!listed)
        unknown(g, "no list of orders was read: a load with a frontend needs a \"witness\"");
}

/* --- pool and queue: as the last look before the run's end has them --- */

static const struct {
    const char *word;
    enum held held;
} looks[] = {
    {"size", HELD_POOL_SIZE},       {"idle", HELD_POOL_IDLE},       {"busy", HELD_POOL_BUSY},
    {"waiting", HELD_POOL_WAITING}, {"upstream_calls", HELD_CALLS}, {"done", HELD_JOBS_DONE},
    {"doubled", HELD_JOBS_DOUBLED}, {"left", HELD_JOBS_LEFT},       {"lost", HELD_JOBS_LOST},
};

static const struct event *last_look(const struct finding *g)
{
    const struct event *last = NULL;
    enum held held = HELD_NONE;
    for (size_t i = 0; i < ARRAY_LEN(looks); i++)
        if (strcmp(looks[i].word, g->x->record) == 0)
            held = looks[i].held;
    for (size_t i = 0; i < g->f->h->count; i++) {
        const struct event *e = &g->f->h->events[i];
        if (e->kind == EVENT_HELD && e->held == (int64_t)held &&
            is_of_process(e, g->f->whose.process))
            last = e;
    }
    return last;
}

void expect_kept(struct finding *g)
{
    const struct event *last = last_look(g);
    bound_add(&g->expected, &g->x->bound, BOUND_WORDS);
    buf_addf(&g->expected, " %s", g->x->record);
    if (last)
        judge_count(g, last->depth, true, g->x->record);
    else
        unknown(g, "it did not say so at the end of the run: had it exited?");
}

/* --- registry: when its entry was marked, and gone --- */

static int64_t port_of(const struct run_facts *f)
{
    for (size_t i = 0; i < f->h->count; i++)
        if (f->h->events[i].kind == EVENT_TARGET_START && is_about(f, &f->h->events[i]))
            return f->h->events[i].port;
    return 0;
}

static bool is_entry_of(const struct event *e, int64_t port)
{
    const char *colon = e->how ? strrchr(e->how, ':') : NULL;
    return colon && strtoll(colon + 1, NULL, 10) == port;
}

void expect_registry(struct finding *g)
{
    const struct run_facts *f = g->f;
    int64_t port = port_of(f), at_ns = 0;
    bool seen = false;
    bound_add(&g->expected, &g->x->bound, BOUND_WORDS);
    buf_addf(&g->expected, " until its entry is %s", g->x->record);
    for (size_t i = 0; i < f->h->count && !at_ns; i++) {
        const struct event *e = &f->h->events[i];
        if (e->kind != EVENT_REGISTRY || !is_entry_of(e, port))
            continue;
        seen = true;
        if (e->t_ns >= f->t0_ns && strcmp(event_word(entry_words, e->entry), g->x->record) == 0)
            at_ns = e->t_ns;
    }
    if (!seen || !f->t0_ns) {
        unknown(g, seen ? "it was not told to go"
                        : "the registry was not looked at, as a load with "
                          "\"via\" does");
    } else if (!at_ns) {
        g->out->value = f->course.partial ? VERDICT_INCONCLUSIVE : VERDICT_FAILED;
        buf_addf(&g->observed, "never %s", g->x->record);
    } else {
        double ns = (double)(at_ns - f->t0_ns);
        g->out->value = bound_holds(&g->x->bound, ns) ? VERDICT_PASSED : VERDICT_FAILED;
        buf_addf(&g->observed, "%s after ", g->x->record);
        add_ms(&g->observed, ns / 1e6);
    }
}
