/* The second witness of a frontend's orders: the server's own list, read when all pages are over. A
 * server that comes back late is asked some times. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "load/client.h"
#include "load/group.h"
#include "load/page.h"

enum { TRIES = 10, AGAIN_MS = 300 };

static void finish(struct pages *all)
{
    struct group *g = all->group;
    if (all->witness_over)
        return;
    all->witness_over = true;
    if (all->witness)
        client_end(all->witness->client);
    g->clients.alive--;
    group_settle(g);
}

static void tell(struct pages *all, int status, int64_t orders)
{
    struct group *g = all->group;
    journal_add(g->loads->journal,
                &(struct event){
                    .kind = EVENT_WITNESS, .load = g->index, .status = status, .depth = orders});
}

/* The intention that a member of an order names; 0: none of this load. */
static int64_t intention_in(const cJSON *order, const char *prefix)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, order)
    {
        const char *at = cJSON_IsString(member) ? strstr(member->valuestring, prefix) : NULL;
        if (at)
            return strtoll(at + strlen(prefix), NULL, 10);
    }
    return 0;
}

/* The list: the answer itself, or the first array in it. */
static const cJSON *list_in(const cJSON *root)
{
    const cJSON *member;
    if (cJSON_IsArray(root))
        return root;
    cJSON_ArrayForEach(member, root) if (cJSON_IsArray(member)) return member;
    return NULL;
}

static int64_t tell_orders(struct pages *all, const cJSON *list)
{
    struct group *g = all->group;
    char prefix[LANE_NAME];
    int64_t place = 0, mine = 0;
    const cJSON *order;

    lane_name(g, 0, prefix, sizeof prefix);
    prefix[strlen(prefix) - 1] = '\0'; /* "RRRRRRRR-L-" */
    cJSON_ArrayForEach(order, list)
    {
        int64_t intention = intention_in(order, prefix);
        place++;
        if (intention <= 0)
            continue;
        mine++;
        journal_add(g->loads->journal, &(struct event){.kind = EVENT_ORDER,
                                                       .load = g->index,
                                                       .request = intention,
                                                       .index = place});
    }
    return mine;
}

static void ask(struct pages *all)
{
    all->witness_tries++;
    lane_send(all->witness, &(struct fe_action){.what = FE_SEND, .call = FE_POLL, .attempt = 1});
}

static void on_again(uv_timer_t *timer)
{
    ask(((struct client *)timer->data)->group->pages);
}

static void on_over(struct client *c, bool reached)
{
    struct pages *all = c->group->pages;
    struct lane *l = c->lane;
    struct fe_event e;
    lane_result(l, reached, &e);
    if (e.result == FE_STATUS && e.status == 200) {
        cJSON *root = cJSON_ParseWithLength(l->answer.data ? l->answer.data : "", l->answer.len);
        const cJSON *list = list_in(root);
        /* Found first, told as a whole afterwards. */
        tell(all, e.status, list ? tell_orders(all, list) : -1);
        cJSON_Delete(root);
    } else if (all->witness_tries < TRIES && !c->group->stopping) {
        uv_timer_start(&c->timer, on_again, AGAIN_MS, 0);
        return;
    } else {
        tell(all, e.status, -1);
    }
    finish(all);
}

void witness_begin(struct pages *all)
{
    struct group *g = all->group;
    if (all->witness_tries)
        return;
    all->witness_tries = 1;
    bool gone = g->stopping && strcmp(g->why, "stop") != 0;
    if (!all->witness_url || gone) {
        finish(all);
        return;
    }
    all->witness_tries = 0;
    all->witness = lane_new(g, NULL, 0);
    all->witness->client->over = on_over;
    all->witness->url = all->witness_url;
    all->witness->head_min = all->witness_head;
    ask(all);
}

void witness_stop(struct pages *all)
{
    if (all->witness && all->witness->client->state != CLIENT_BUSY)
        finish(all);
}
