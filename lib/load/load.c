/* The public face of the load: all loads of one run. */
#include "load/load.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/fds.h"
#include "base/mem.h"
#include "load/group.h"
#include "load/page.h"
#include "load/shapes.h"

/* Descriptors that are not clients': journal, loop, target, reports. */
enum { SPARE = 64 };

static int check_descriptors(const struct plan *plan, struct error *err)
{
    long limit = fds_raise_limit();
    int64_t need = plan_descriptors(plan);
    if (need <= limit)
        return 0;
    error_set(err, ERROR_RUN,
              "the plan needs %lld descriptors at a time, and this process may have %ld",
              (long long)need, limit);
    return error_hint(err, "raise the hard limit (ulimit -Hn), or use at most %lld clients in all",
                      (long long)(limit > SPARE ? limit - SPARE : 1));
}

static int64_t all_clients(const struct plan *plan)
{
    int64_t n = 0;
    for (size_t i = 0; i < plan->n_loads; i++)
        n += plan->loads[i].clients;
    return n;
}

static void tell_held(struct loads *l)
{
    l->held_wanted = false;
    for (size_t i = 0; i < l->n_groups; i++)
        if (l->groups[i].counts.held && !l->groups[i].held_told) {
            l->groups[i].held_told = true;
            if (l->callbacks.held)
                l->callbacks.held(l->callbacks.arg, (int)i);
        }
}

static void abort_now(struct loads *l)
{
    l->abort_wanted = false;
    for (size_t i = 0; i < l->n_groups; i++) {
        struct group *g = &l->groups[i];
        group_stop(g, "run-ended");
        for (size_t k = 0; k < g->clients.n; k++)
            /* One that is just ending goes on to client_over, and no further. */
            if (g->clients.all[k]->state == CLIENT_BUSY && client_open(g->clients.all[k])) {
                g->shape->abort(g->clients.all[k], ENDED_RUN_ENDED);
                client_end(g->clients.all[k]);
            }
        pages_stop(g); /* now that nothing is under way */
    }
}

/* From the loop: what could not be done while curl was on the stack. */
static void on_turn(void *arg)
{
    struct loads *l = arg;
    if (l->abort_wanted)
        abort_now(l);
    if (l->held_wanted)
        tell_held(l);
}

static void free_memory(void *arg)
{
    struct loads *l = arg;
    void (*closed)(void *) = l->closed;
    void *closed_arg = l->closed_arg;
    for (size_t i = 0; i < l->n_groups; i++) {
        struct group *g = &l->groups[i];
        for (size_t k = 0; k < g->clients.n; k++) {
            lane_free(g->clients.all[k]->lane);
            free(g->clients.all[k]);
        }
        pages_free(g);
        free(g->clients.all);
        if (g->shape->finish)
            g->shape->finish(g);
    }
    free(l->groups);
    for (size_t i = 0; i < plan_process_count(l->plan); i++)
        address_close(&l->addresses[i]);
    free(l->addresses);
    free(l);
    curl_global_cleanup();
    if (closed)
        closed(closed_arg);
}

static int prepare(struct loads *l, struct error *err)
{
    const struct plan *plan = l->plan;
    l->groups = mem_zero(plan->n_loads, sizeof *l->groups);
    l->n_groups = plan->n_loads;
    for (size_t i = 0; i < l->n_groups; i++)
        group_init(&l->groups[i], l, (int)i);
    for (size_t i = 0; i < l->n_groups; i++)
        if (l->groups[i].shape->prepare && l->groups[i].shape->prepare(&l->groups[i], err) < 0)
            return -1;
    engines_init(&l->engines, l->loop, all_clients(plan), on_turn, l);
    return 0;
}

/* The address of each process that a load goes to; of a load via the registry, of the first one. */
static int find_addresses(struct loads *l, const struct loads_places *places, struct error *err)
{
    for (size_t i = 0; i < l->plan->n_loads; i++) {
        int to = l->plan->loads[i].to.process;
        if (!l->addresses[to].base && address_init(&l->addresses[to], places->urls[to], err) < 0)
            return -1;
    }
    return 0;
}

static bool all_on_loopback(const struct loads *l)
{
    for (size_t i = 0; i < l->plan->n_loads; i++)
        if (!l->addresses[l->plan->loads[i].to.process].loopback)
            return false;
    return l->plan->n_loads > 0;
}

struct loads *loads_new(uv_loop_t *loop, const struct plan *plan, const struct loads_places *places,
                        struct journal *journal, const struct loads_callbacks *callbacks,
                        struct error *err)
{
    if (check_descriptors(plan, err) < 0)
        return NULL;
    if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK) {
        error_set(err, ERROR_RUN, "libcurl could not be started");
        return NULL;
    }
    struct loads *l = MEM_NEW(struct loads);
    l->loop = loop;
    l->plan = plan;
    l->journal = journal;
    l->registry = places->registry;
    if (callbacks)
        l->callbacks = *callbacks;
    l->addresses = mem_zero(plan_process_count(plan), sizeof *l->addresses);
    if (find_addresses(l, places, err) < 0 || prepare(l, err) < 0) {
        free_memory(l);
        return NULL;
    }
    sources_init(&l->sources, all_on_loopback(l), all_clients(plan));
    return l;
}

void loads_begin(struct loads *l, int load)
{
    group_begin(&l->groups[load]);
}

void loads_release(struct loads *l, int load)
{
    group_release(&l->groups[load]);
}

void loads_release_some(struct loads *l, int load, int64_t n)
{
    group_release_some(&l->groups[load], n);
}

void loads_read_on(struct loads *l, int load)
{
    l->groups[load].reads_freely = true; /* seen when a paused transfer next looks, in ms */
}

void loads_stop(struct loads *l, int load, const char *why)
{
    group_stop(&l->groups[load], why);
}

void loads_abort(struct loads *l)
{
    if (!engines_busy(&l->engines)) {
        abort_now(l);
        return;
    }
    l->abort_wanted = true;
    engines_wake(&l->engines);
}

struct load_counts loads_counts(const struct loads *l, int load)
{
    return l->groups[load].counts;
}

bool loads_all_ended(const struct loads *l)
{
    for (size_t i = 0; i < l->n_groups; i++)
        if (!l->groups[i].counts.ended)
            return false;
    return true;
}

static void one_closed(struct loads *l)
{
    if (--l->closing == 0)
        engines_close(&l->engines, free_memory);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct client *c = handle->data;
    one_closed(c->group->loads);
}

static void on_page_closed(uv_handle_t *handle)
{
    struct page *p = handle->data;
    one_closed(p->group->loads);
}

void loads_free(struct loads *l, void (*closed)(void *arg), void *arg)
{
    if (!l)
        return;
    loads_abort(l);
    l->callbacks = (struct loads_callbacks){0};
    l->closed = closed;
    l->closed_arg = arg;
    l->closing = 1;
    for (size_t i = 0; i < l->n_groups; i++) {
        ticker_free(&l->groups[i].pace.ticker);
        l->closing += l->groups[i].pages ? (int)l->groups[i].pages->n : 0;
        pages_close(&l->groups[i], on_page_closed);
        for (size_t k = 0; k < l->groups[i].clients.n; k++) {
            l->closing++;
            uv_close((uv_handle_t *)&l->groups[i].clients.all[k]->timer, on_timer_closed);
        }
    }
    one_closed(l);
}
