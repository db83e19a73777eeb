#include "run/looks.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "load/fetch.h"

enum { EVERY_MS = 20, PAGE_MAX = 1024 * 1024 };

static const int64_t patience_ns = 2 * NS_PER_S;

/* A page that is fetched on a thread of libuv's pool, since libcurl waits for it. */
struct page_look {
    struct looks *all;
    enum held what;
    char *url; /* NULL: not asked for */
    struct fetch *fetch;
    struct fetch_facts facts;
    struct buf page;
    uv_work_t work;
    bool busy;
    int64_t asked_ns;
};

struct looks {
    uv_loop_t *loop;
    struct journal *journal;
    uv_timer_t timer;
    struct page_look goroutines, metrics;
    char *registry; /* file:FOLDER or etcd://…; or NULL */
    struct registry_ask {
        struct etcd_look etcd;
        uv_work_t work;
        bool busy;
        int64_t asked_ns, n;
        char state[160];
    } ask; /* of one in etcd, on a thread as well */
    int port;
    pid_t pid;
    volatile sig_atomic_t stop;
};

static void tell(struct looks *all, enum held what, int64_t t_ns, int64_t n, const char *text)
{
    journal_add(
        all->journal,
        &(struct event){.kind = EVENT_HELD, .t_ns = t_ns, .held = what, .depth = n, .text = text});
}

/* --- pages --- */

static void fetch_page(uv_work_t *work)
{
    struct page_look *l = work->data;
    fetch_get(l->fetch, l->url, "text/plain", &l->page, &l->facts);
}

static void on_gauge(void *arg, const char *name, int64_t value)
{
    struct page_look *l = arg;
    tell(l->all, HELD_METRIC, l->asked_ns, value, name);
}

static void read_goroutines(struct page_look *l)
{
    static const char head[] = "goroutine profile: total ";
    const char *at = strstr(l->page.data, head);
    if (at)
        tell(l->all, HELD_GOROUTINES, l->asked_ns, strtoll(at + strlen(head), NULL, 10), "");
    else
        tell(l->all, HELD_GOROUTINES, l->asked_ns, -1, "the answer is no goroutine profile");
}

/* As of when it was asked for: what it says is not older than that. */
static void on_page(uv_work_t *work, int status)
{
    struct page_look *l = work->data;
    char why[64];
    (void)status;
    l->busy = false;
    if (l->all->stop)
        return;
    if (l->facts.status == 200 && l->page.len) {
        if (l->what == HELD_GOROUTINES)
            read_goroutines(l);
        else
            metrics_gauges(l->page.data, on_gauge, l);
        return;
    }
    snprintf(why, sizeof why, "status %d", l->facts.status);
    tell(l->all, l->what, l->asked_ns, -1, l->facts.status ? why : l->facts.problem);
}

static void ask(struct page_look *l)
{
    if (!l->url || l->busy)
        return;
    l->busy = true;
    l->asked_ns = clock_ns();
    l->work.data = l;
    uv_queue_work(l->all->loop, &l->work, fetch_page, on_page);
}

static void page_open(struct looks *all, struct page_look *l, enum held what, char *url)
{
    struct error err = {0};
    *l = (struct page_look){.all = all, .what = what, .url = url};
    buf_init(&l->page, PAGE_MAX);
    if (!url)
        return;
    l->fetch = fetch_new(patience_ns, &all->stop, &err);
    if (l->fetch) { /* an idle connection of ours would be one more for it to close */
        fetch_forbid_reuse(l->fetch);
        return;
    }
    tell(all, what, 0, -1, err.text);
    free(l->url);
    l->url = NULL;
}

static void page_close(struct page_look *l)
{
    fetch_free(l->fetch);
    fetch_facts_free(&l->facts);
    buf_free(&l->page);
    free(l->url);
}

/* --- all of them --- */

static void ask_etcd(uv_work_t *work)
{
    struct looks *all = work->data;
    struct registry_ask *a = &all->ask;
    a->n = etcd_look_entries(&a->etcd, all->port, all->pid, a->state, sizeof a->state);
}

static void on_etcd(uv_work_t *work, int status)
{
    struct looks *all = work->data;
    (void)status;
    all->ask.busy = false;
    if (!all->stop)
        tell(all, HELD_REGISTRY, all->ask.asked_ns, all->ask.n, all->ask.state);
}

static void look_at_etcd(struct looks *all)
{
    if (all->ask.busy)
        return;
    all->ask.busy = true;
    all->ask.asked_ns = clock_ns();
    all->ask.work.data = all;
    uv_queue_work(all->loop, &all->ask.work, ask_etcd, on_etcd);
}

/* The last look, for which everybody waits. */
static void look_once_more(struct looks *all)
{
    struct etcd_look last;
    char state[160];
    if (etcd_look_begin(&last, all->registry, state, sizeof state) == 0) {
        int64_t n = etcd_look_entries(&last, all->port, all->pid, state, sizeof state);
        tell(all, HELD_REGISTRY, 0, n, state);
    }
    etcd_look_end(&last);
}

static void look_at_registry(struct looks *all)
{
    char state[96];
    if (!all->registry)
        return;
    if (etcd_is_address(all->registry)) {
        look_at_etcd(all);
        return;
    }
    int64_t n = registry_entries(all->registry, all->port, all->pid, state, sizeof state);
    tell(all, HELD_REGISTRY, 0, n, state);
}

static void on_timer(uv_timer_t *timer)
{
    struct looks *all = timer->data;
    ask(&all->goroutines);
    ask(&all->metrics);
    look_at_registry(all);
}

static char *page_url(const char *base, const char *where, int port)
{
    if (!where)
        return NULL;
    char *path = plan_expand(where, port);
    if (path[0] != '/')
        return path;
    size_t len = strlen(base);
    char *url =
        mem_printf("%.*s%s", (int)(len && base[len - 1] == '/' ? len - 1 : len), base, path);
    free(path);
    return url;
}

static void registry_open(struct looks *all, const char *registry)
{
    char why[160];
    all->registry = registry ? plan_expand(registry, all->port) : NULL;
    if (!all->registry || !etcd_is_address(all->registry) ||
        etcd_look_begin(&all->ask.etcd, all->registry, why, sizeof why) == 0)
        return;
    tell(all, HELD_REGISTRY, 0, -1, why);
    free(all->registry);
    all->registry = NULL;
}

struct looks *looks_begin(uv_loop_t *loop, const struct plan *plan, struct journal *journal,
                          const char *url, const char *registry, int port, pid_t pid)
{
    const struct plan_checklist *c = &plan->checklist;
    if (!c->pprof && !c->metrics && !c->registry)
        return NULL;
    struct looks *all = MEM_NEW(struct looks);
    *all = (struct looks){.loop = loop, .journal = journal, .port = port, .pid = pid};
    registry_open(all, registry);
    page_open(all, &all->goroutines, HELD_GOROUTINES, page_url(url ? url : "", c->pprof, port));
    page_open(all, &all->metrics, HELD_METRIC, page_url(url ? url : "", c->metrics, port));
    uv_timer_init(loop, &all->timer);
    all->timer.data = all;
    uv_timer_start(&all->timer, on_timer, 0, EVERY_MS);
    return all;
}

void looks_end(struct looks *all)
{
    if (!all || all->stop)
        return;
    if (all->registry && etcd_is_address(all->registry))
        look_once_more(all);
    else
        look_at_registry(all);
    all->stop = 1;
    uv_close((uv_handle_t *)&all->timer, NULL);
}

void looks_free(struct looks *all)
{
    if (!all)
        return;
    page_close(&all->goroutines);
    page_close(&all->metrics);
    if (all->registry && etcd_is_address(all->registry))
        etcd_look_end(&all->ask.etcd);
    free(all->registry);
    free(all);
}
