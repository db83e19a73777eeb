/* A last look before the run ends: what reference servers say of their pool and their queue, for
 * the expectations on those. They are asked until they are at rest, or for this time: what the last
 * answer or a client that left has set free may take an instant to come back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/clock.h"
#include "base/mem.h"
#include "load/fetch.h"
#include "run/internal.h"

enum { PAGE_MOST = 1024 * 1024, AGAIN_MS = 20 };

static const int64_t patience_ns = 2 * NS_PER_S, answer_ns = NS_PER_S;

/* What is asked of one process. */
struct rest_look {
    int process;
    enum expect_kind kind;
    char *url;
    int64_t found[HELD_COUNT]; /* -1: not told */
};

struct rest {
    struct run *run;
    uv_work_t work;
    struct rest_look *items;
    size_t n;
    volatile sig_atomic_t stop;
    bool over;
};

/* --- on a thread --- */

static void read_gauge(const cJSON *root, int64_t *found)
{
    static const struct {
        const char *key;
        enum held held;
    } keys[] = {{"size", HELD_POOL_SIZE},
                {"idle", HELD_POOL_IDLE},
                {"busy", HELD_POOL_BUSY},
                {"waiting", HELD_POOL_WAITING}};
    const cJSON *pool = cJSON_GetObjectItemCaseSensitive(root, "pool");
    const cJSON *calls = cJSON_GetObjectItemCaseSensitive(root, "upstream_calls");
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        const cJSON *n = cJSON_GetObjectItemCaseSensitive(pool, keys[i].key);
        found[keys[i].held] = cJSON_IsNumber(n) ? (int64_t)n->valuedouble : -1;
    }
    found[HELD_CALLS] = cJSON_IsNumber(calls) ? (int64_t)calls->valuedouble : -1;
}

static void read_jobs(const cJSON *root, int64_t *found)
{
    const cJSON *job;
    if (!cJSON_IsArray(root))
        return;
    found[HELD_JOBS_DONE] = found[HELD_JOBS_DOUBLED] = found[HELD_JOBS_LEFT] = 0;
    found[HELD_JOBS_LOST] = 0;
    cJSON_ArrayForEach(job, root)
    {
        const char *state = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(job, "state"));
        const cJSON *runs = cJSON_GetObjectItemCaseSensitive(job, "runs");
        bool done = state && strcmp(state, "done") == 0;
        found[done ? HELD_JOBS_DONE : HELD_JOBS_LEFT]++;
        found[HELD_JOBS_DOUBLED] += cJSON_IsNumber(runs) && runs->valuedouble > 1;
        found[HELD_JOBS_LOST] += done && cJSON_IsNumber(runs) && runs->valuedouble < 1;
    }
}

static bool is_at_rest(const struct rest_look *l)
{
    static const enum held busy[] = {HELD_POOL_BUSY, HELD_POOL_WAITING, HELD_CALLS, HELD_JOBS_LEFT};
    for (size_t i = 0; i < ARRAY_LEN(busy); i++)
        if (l->found[busy[i]] > 0)
            return false;
    return true;
}

/* False when it did not answer. */
static bool ask(struct fetch *fetch, struct rest_look *l, struct buf *page)
{
    struct fetch_facts facts = {0};
    fetch_get(fetch, l->url, "application/json", page, &facts);
    /* what it knew when it could still ask its queue is not how the run ends */
    bool told = facts.status == 200 && !facts.stale && page->data;
    cJSON *root = told ? cJSON_Parse(page->data) : NULL;
    for (int i = 0; i < HELD_COUNT; i++)
        l->found[i] = -1;
    if (root && l->kind == EXPECT_POOL)
        read_gauge(root, l->found);
    else if (root)
        read_jobs(root, l->found);
    cJSON_Delete(root);
    fetch_facts_free(&facts);
    return root != NULL;
}

static void look(uv_work_t *work)
{
    struct rest *all = work->data;
    struct error err = {0};
    struct buf page;
    struct fetch *fetch = fetch_new(answer_ns, &all->stop, &err);
    int64_t until_ns = clock_ns() + patience_ns;
    buf_init(&page, PAGE_MOST);
    if (fetch)
        fetch_forbid_reuse(fetch);
    for (size_t i = 0; fetch && i < all->n; i++)
        while (ask(fetch, &all->items[i], &page) && !is_at_rest(&all->items[i]) && !all->stop &&
               clock_ns() < until_ns)
            uv_sleep(AGAIN_MS);
    buf_free(&page);
    fetch_free(fetch);
}

/* --- on the loop --- */

static void tell(struct run *r, const struct rest_look *l)
{
    struct life *life = r->members[l->process].now;
    for (int i = 0; life && i < HELD_COUNT; i++)
        if (l->found[i] >= 0)
            journal_add(&life->journal,
                        &(struct event){.kind = EVENT_HELD, .held = i, .depth = l->found[i]});
}

static void on_looked(uv_work_t *work, int status)
{
    struct rest *all = work->data;
    (void)status;
    all->over = true;
    for (size_t i = 0; all->run->stage < STAGE_ENDING && i < all->n; i++)
        tell(all->run, &all->items[i]);
    all->run->end.check = true;
}

static bool is_listed(const struct rest *all, const struct plan_expect *e)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->items[i].process == e->whose.process && all->items[i].kind == e->kind)
            return true;
    return false;
}

static void add(struct rest *all, const struct plan_expect *e)
{
    const struct member *m = &all->run->members[e->whose.process];
    if (is_listed(all, e) || !member_running(m) || !m->now->ready)
        return;
    all->items = mem_resize(all->items, all->n + 1, sizeof *all->items);
    struct rest_look *l = &all->items[all->n++];
    *l = (struct rest_look){.process = e->whose.process, .kind = e->kind};
    l->url = e->kind == EXPECT_POOL ? mem_printf("http://127.0.0.1:%d/gauge", m->control)
                                    : mem_printf("%s/api/jobs", m->url);
    for (int i = 0; i < HELD_COUNT; i++)
        l->found[i] = -1;
}

static void begin(struct run *r)
{
    struct rest *all = r->beside.rest = MEM_NEW(struct rest);
    *all = (struct rest){.run = r, .over = true};
    for (size_t i = 0; i < r->plan->n_expects; i++)
        if (r->plan->expects[i].kind == EXPECT_POOL || r->plan->expects[i].kind == EXPECT_QUEUE)
            add(all, &r->plan->expects[i]);
    all->work.data = all;
    if (all->n)
        all->over = uv_queue_work(&r->loop, &all->work, look, on_looked) != 0;
}

bool rest_is_over(struct run *r)
{
    if (!r->beside.rest)
        begin(r);
    return r->beside.rest->over;
}

void rest_stop(struct run *r)
{
    if (r->beside.rest)
        r->beside.rest->stop = 1;
}

void rest_free(struct run *r)
{
    for (size_t i = 0; r->beside.rest && i < r->beside.rest->n; i++)
        free(r->beside.rest->items[i].url);
    if (r->beside.rest)
        free(r->beside.rest->items);
    free(r->beside.rest);
}
