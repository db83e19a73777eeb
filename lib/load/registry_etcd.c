/* A registry in etcd: the entries are listed once, and from the next revision on they are watched.
 * A watch that breaks off is begun again where it had come to; when etcd has thrown that away (it
 * was compacted), or has begun from nothing, they are listed again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "load/registry_int.h"
#include "wire/etcd.h"

static const int64_t list_wait_ns = 2 * NS_PER_S;
enum { AWAIT_MS = 5000, BODY_MAX = 8192 };

struct awaited {
    size_t count;
    void (*told)(void *arg, const char *why); /* NULL: no load waits */
    void *arg;
};

struct place {
    struct registry *registry;
    struct etcd_address address;
    struct etcd *etcd;
    struct etcd_call call;
    uv_timer_t timer; /* the next try */
    uv_timer_t limit; /* of the load that waits; 0 ms: tell it, once libcurl is off the stack */
    int64_t revision; /* up to which all is known; 0: nothing is */
    int tries;        /* that failed, in a row */
    bool anew;        /* what is known is worth nothing: list again */
    struct awaited awaited;
    char problem[320]; /* of the last try; or "" */
    int open;          /* handles */
};

static void go_on(struct place *p);

/* --- who waits for entries --- */

static void on_limit(uv_timer_t *timer)
{
    struct place *p = timer->data;
    struct awaited a = p->awaited;
    char why[512];
    bool there = registry_count_up(p->registry) >= a.count;
    snprintf(why, sizeof why, "the registry in etcd has %zu of %zu servers after %d s%s%s",
             registry_count_up(p->registry), a.count, AWAIT_MS / 1000, *p->problem ? ": " : "",
             p->problem);
    p->awaited.told = NULL;
    if (a.told)
        a.told(a.arg, there ? NULL : why);
}

static void look_for_awaited(struct place *p)
{
    if (p->awaited.told && registry_count_up(p->registry) >= p->awaited.count)
        uv_timer_start(&p->limit, on_limit, 0, 0);
}

static void await(struct registry *r, size_t count, void (*told)(void *arg, const char *why),
                  void *arg)
{
    struct place *p = r->state;
    p->awaited = (struct awaited){count, told, arg};
    uv_timer_start(&p->limit, on_limit, AWAIT_MS, 0);
    look_for_awaited(p);
}

/* --- entries --- */

/* A kv of etcd; the id is what stands behind the prefix. */
static void take(struct place *p, const cJSON *kv, bool gone)
{
    char *key = etcd_bytes(kv, "key"), *value = etcd_bytes(kv, "value");
    size_t skip = strlen(p->address.prefix);
    cJSON *entry = value ? cJSON_Parse(value) : NULL;
    if (key && strncmp(key, p->address.prefix, skip) == 0 && gone)
        registry_gone(p->registry, key + skip);
    else if (key && strncmp(key, p->address.prefix, skip) == 0 && entry)
        registry_take(p->registry, key + skip, entry);
    cJSON_Delete(entry);
    free(key);
    free(value);
}

static int64_t revision_of(const cJSON *message)
{
    return etcd_number(cJSON_GetObjectItemCaseSensitive(message, "header"), "revision");
}

/* --- listing and watching --- */

static void on_retry(uv_timer_t *timer)
{
    go_on(timer->data);
}

static void try_later(struct place *p)
{
    int64_t pause_ns = calls_pause_ns(&p->tries);
    uv_timer_start(&p->timer, on_retry, (uint64_t)(pause_ns / NS_PER_MS), 0);
}

static void on_list(struct etcd_call *c, enum etcd_answer how, const cJSON *answer)
{
    struct place *p = CONTAINER_OF(c, struct place, call);
    const cJSON *kv;
    snprintf(p->problem, sizeof p->problem, "%s", c->why);
    if (how != ETCD_OK) {
        try_later(p);
        return;
    }
    registry_look_begin(p->registry);
    cJSON_ArrayForEach(kv, cJSON_GetObjectItemCaseSensitive(answer, "kvs")) take(p, kv, false);
    registry_look_end(p->registry);
    p->revision = revision_of(answer);
    p->tries = 0;
    p->anew = false;
    look_for_awaited(p);
    go_on(p);
}

static void take_events(struct place *p, const cJSON *result)
{
    const cJSON *event = NULL;
    cJSON_ArrayForEach(event, cJSON_GetObjectItemCaseSensitive(result, "events"))
    {
        const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(event, "type"));
        take(p, cJSON_GetObjectItemCaseSensitive(event, "kv"), type && strcmp(type, "DELETE") == 0);
    }
    if (revision_of(result) > p->revision)
        p->revision = revision_of(result);
    look_for_awaited(p);
}

static bool on_message(struct etcd_call *c, const cJSON *message)
{
    struct place *p = CONTAINER_OF(c, struct place, call);
    const cJSON *result = cJSON_GetObjectItemCaseSensitive(message, "result");
    if (!result || cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(result, "canceled"))) {
        p->anew = true;
        return false;
    }
    if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(result, "created"))) {
        p->anew = revision_of(result) < p->revision; /* another etcd, which knows less */
        p->tries = 0;
        return !p->anew;
    }
    take_events(p, result);
    return true;
}

static void on_watch_over(struct etcd_call *c, enum etcd_answer how, const cJSON *answer)
{
    struct place *p = CONTAINER_OF(c, struct place, call);
    (void)how, (void)answer;
    if (p->anew)
        go_on(p);
    else
        try_later(p);
}

static void watch(struct place *p)
{
    struct buf body;
    buf_init(&body, BODY_MAX);
    buf_adds(&body, "{\"create_request\":{");
    etcd_add_range(&body, p->address.prefix);
    buf_addf(&body, ",\"start_revision\":\"%lld\"}}", (long long)p->revision + 1);
    p->call.done = on_watch_over;
    p->call.told = on_message;
    etcd_watch(p->etcd, &p->call, "watch", body.data);
    buf_free(&body);
}

static void list(struct place *p)
{
    struct buf body;
    buf_init(&body, BODY_MAX);
    buf_addc(&body, '{');
    etcd_add_range(&body, p->address.prefix);
    buf_addc(&body, '}');
    p->call.done = on_list;
    etcd_ask(p->etcd, &p->call, "kv/range", body.data, list_wait_ns);
    buf_free(&body);
}

static void go_on(struct place *p)
{
    if (p->revision && !p->anew)
        watch(p);
    else
        list(p);
}

/* --- from the first look to the last --- */

static int open_place(struct registry *r, uv_loop_t *loop, const char *spec, struct error *err)
{
    struct place *p = MEM_NEW(struct place);
    p->registry = r;
    if (etcd_address_read(&p->address, spec, err) < 0) {
        free(p);
        return -1;
    }
    p->etcd = etcd_open(loop, &p->address, NULL);
    if (!p->etcd) {
        etcd_address_free(&p->address);
        free(p);
        return error_set(err, ERROR_RUN, "libcurl could not be started");
    }
    uv_timer_init(loop, &p->timer);
    uv_timer_init(loop, &p->limit);
    p->timer.data = p->limit.data = p;
    p->open = 3;
    r->state = p;
    go_on(p);
    return 0;
}

static void one_closed(void *arg)
{
    struct place *p = arg;
    struct registry *r = p->registry;
    if (--p->open > 0)
        return;
    etcd_address_free(&p->address);
    free(p);
    registry_released(r);
}

static void on_handle_closed(uv_handle_t *handle)
{
    one_closed(handle->data);
}

static void close_place(struct registry *r)
{
    struct place *p = r->state;
    etcd_cancel(&p->call);
    etcd_close(p->etcd, one_closed, p);
    uv_close((uv_handle_t *)&p->timer, on_handle_closed);
    uv_close((uv_handle_t *)&p->limit, on_handle_closed);
}

const struct registry_kind registry_in_etcd = {
    .prefix = "etcd://", .open = open_place, .await = await, .close = close_place};
