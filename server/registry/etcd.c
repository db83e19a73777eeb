/* --registry etcd://HOST:PORT/services/NAME: an entry below that key, bound to a lease, which is
 * renewed in a third of its time. When the lease is lost, because etcd or the way to it was away
 * for longer, the entry is made anew. While etcd is away, the server serves on and tries again.
 *
 * One question is under way at a time; what comes next follows from what is there: no lease, an
 * entry that is not written as it is now, or the time to renew. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/registry/registry.h"
#include "wire/etcd.h"

enum { ENTRY_MAX = 4096, RENEWALS = 3 };

/* How long an answer is waited for: a third of the lease's time, but in these bounds. */
static const int64_t least_wait_ns = 500 * NS_PER_MS, most_wait_ns = 2 * NS_PER_S;
static const int64_t enter_wait_ns = NS_PER_S, leave_wait_ns = NS_PER_S;

struct etcd_entry {
    struct registry *registry;
    struct etcd_address address;
    struct etcd *etcd; /* NULL: closed, or not entered yet */
    struct etcd_call call;
    struct timer timer; /* the next renewal, or the next try */
    int64_t lease;      /* 0: none */
    int64_t ttl_ns;     /* of the lease */
    int64_t renew_ns;   /* when it is due */
    int tries;          /* that failed, in a row */
    bool written;       /* the entry is there as it is here */
    bool known;         /* it was there once */
};

static void go_on(struct etcd_entry *e);

/* --- what is sent --- */

static char *grant_body(const struct etcd_entry *e)
{
    int64_t ttl_ns = e->registry->server->options->registry.ttl_ns;
    return mem_printf("{\"TTL\":\"%lld\"}", (long long)((ttl_ns + NS_PER_S - 1) / NS_PER_S));
}

static char *put_body(const struct etcd_entry *e)
{
    const struct registry_entry *entry = &e->registry->entry;
    struct buf value, body;
    char *key = mem_printf("%s%s", e->address.prefix, entry->id);
    buf_init(&value, ENTRY_MAX);
    buf_init(&body, 4 * ENTRY_MAX);
    registry_write_entry(entry, 0, &value);
    buf_addc(&body, '{');
    etcd_add_bytes(&body, "key", key, strlen(key));
    buf_addc(&body, ',');
    etcd_add_bytes(&body, "value", value.data, value.len);
    buf_addf(&body, ",\"lease\":\"%lld\"}", (long long)e->lease);
    buf_free(&value);
    free(key);
    return buf_take(&body);
}

/* --- what comes back --- */

static void later(struct etcd_entry *e, int64_t at_ns)
{
    timers_set(&e->registry->server->timers, &e->timer, at_ns);
}

static void failed(struct etcd_entry *e, const char *why)
{
    registry_tell(e->registry, why);
    later(e, clock_ns() + calls_pause_ns(&e->tries));
}

static void lease_is_over(struct etcd_entry *e)
{
    server_log(e->registry->server, "registry: the lease is over, the entry is made anew");
    e->lease = 0;
    e->written = false;
    go_on(e);
}

static void take_lease(struct etcd_entry *e, const cJSON *answer)
{
    e->lease = etcd_number(answer, "ID");
    e->ttl_ns = etcd_ttl_ns(answer);
    e->renew_ns = clock_ns() + e->ttl_ns / RENEWALS;
}

static void entered(struct etcd_entry *e)
{
    struct server *s = e->registry->server;
    if (!e->known)
        server_log(s, "registry: entered in '%s' as %s", s->options->registry.where,
                   e->registry->entry.id);
    e->known = true;
}

static void on_granted(struct etcd_call *c, enum etcd_answer how, const cJSON *answer)
{
    struct etcd_entry *e = CONTAINER_OF(c, struct etcd_entry, call);
    if (how != ETCD_OK || etcd_number(answer, "ID") == 0) {
        failed(e, *c->why ? c->why : "etcd grants no lease");
        return;
    }
    take_lease(e, answer);
    go_on(e);
}

static void on_put(struct etcd_call *c, enum etcd_answer how, const cJSON *answer)
{
    struct etcd_entry *e = CONTAINER_OF(c, struct etcd_entry, call);
    (void)answer;
    if (how == ETCD_NOT_FOUND) {
        lease_is_over(e);
        return;
    }
    if (how != ETCD_OK) {
        e->written = false;
        failed(e, c->why);
        return;
    }
    e->tries = 0;
    entered(e);
    registry_tell(e->registry, NULL);
    go_on(e);
}

static void on_renewed(struct etcd_call *c, enum etcd_answer how, const cJSON *answer)
{
    struct etcd_entry *e = CONTAINER_OF(c, struct etcd_entry, call);
    const cJSON *result = cJSON_GetObjectItemCaseSensitive(answer, "result");
    if (how == ETCD_FAILED) {
        failed(e, c->why);
        return;
    }
    if (how == ETCD_NOT_FOUND || etcd_number(result, "TTL") <= 0) {
        lease_is_over(e);
        return;
    }
    e->tries = 0;
    registry_tell(e->registry, NULL);
    e->renew_ns = clock_ns() + e->ttl_ns / RENEWALS;
    go_on(e);
}

/* With the lease goes what is bound to it. */
static void on_revoked(struct etcd_call *c, enum etcd_answer how, const cJSON *answer)
{
    struct etcd_entry *e = CONTAINER_OF(c, struct etcd_entry, call);
    (void)answer;
    registry_left(e->registry, how == ETCD_FAILED ? c->why : NULL);
}

/* --- what is asked --- */

static int64_t wait_ns(const struct etcd_entry *e)
{
    int64_t third = e->registry->server->options->registry.ttl_ns / RENEWALS;
    return third < least_wait_ns ? least_wait_ns : third > most_wait_ns ? most_wait_ns : third;
}

static void ask(struct etcd_entry *e, const char *path, const char *body, int64_t limit_ns,
                void (*done)(struct etcd_call *c, enum etcd_answer how, const cJSON *answer))
{
    timers_clear(&e->registry->server->timers, &e->timer);
    e->call.done = done;
    etcd_ask(e->etcd, &e->call, path, body, limit_ns);
}

/* About the lease. */
static void ask_lease(struct etcd_entry *e, const char *path, int64_t limit_ns,
                      void (*done)(struct etcd_call *c, enum etcd_answer how, const cJSON *answer))
{
    char *body = mem_printf("{\"ID\":\"%lld\"}", (long long)e->lease);
    ask(e, path, body, limit_ns, done);
    free(body);
}

static void grant(struct etcd_entry *e)
{
    char *body = grant_body(e);
    ask(e, "lease/grant", body, wait_ns(e), on_granted);
    free(body);
}

static void put(struct etcd_entry *e)
{
    char *body = put_body(e);
    e->written = true; /* unless it fails, or changes again */
    ask(e, "kv/put", body, wait_ns(e), on_put);
    free(body);
}

static void go_on(struct etcd_entry *e)
{
    if (etcd_asks(&e->call))
        return;
    if (!e->lease)
        grant(e);
    else if (!e->written)
        put(e);
    else if (clock_ns() >= e->renew_ns)
        ask_lease(e, "lease/keepalive", wait_ns(e), on_renewed);
    else
        later(e, e->renew_ns);
}

static void on_timer(struct timer *t)
{
    go_on(CONTAINER_OF(t, struct etcd_entry, timer));
}

/* --- in the server's life --- */

static int open_etcd(struct registry *r, struct error *err)
{
    struct etcd_entry *e = MEM_NEW(struct etcd_entry);
    r->state = e;
    e->registry = r;
    e->timer.fire = on_timer;
    return etcd_address_read(&e->address, r->server->options->registry.where, err);
}

/* One of the two questions of the entering. */
static cJSON *ask_now(struct etcd_entry *e, char **token, const char *path, char *body,
                      int64_t until_ns, struct error *err)
{
    cJSON *answer = etcd_ask_now(&e->address, token, path, body, until_ns - clock_ns(), err);
    free(body);
    return answer;
}

/* It says that it listens when it stands there, as with files; so who replaces one server after the
 * other can go by that. An etcd that is not there is not waited for any longer. */
static void enter_now(struct etcd_entry *e, char **token)
{
    struct error err = {0};
    int64_t until_ns = clock_ns() + enter_wait_ns;
    cJSON *granted = ask_now(e, token, "lease/grant", grant_body(e), until_ns, &err);
    if (granted)
        take_lease(e, granted);
    cJSON *put = e->lease ? ask_now(e, token, "kv/put", put_body(e), until_ns, &err) : NULL;
    e->written = put != NULL;
    if (put)
        entered(e);
    else
        failed(e, *err.text ? err.text : "etcd grants no lease");
    cJSON_Delete(granted);
    cJSON_Delete(put);
}

static int enter(struct registry *r, struct error *err)
{
    struct etcd_entry *e = r->state;
    char *token = NULL;
    enter_now(e, &token);
    e->etcd = etcd_open(&r->server->loop.uv, &e->address, token);
    if (!e->etcd)
        return error_set(err, ERROR_RUN, "libcurl could not be started");
    if (e->written)
        go_on(e);
    return 0;
}

/* At once, also when it waits to try again. */
static void changed(struct registry *r)
{
    struct etcd_entry *e = r->state;
    e->written = false;
    go_on(e);
}

static void leave(struct registry *r)
{
    struct etcd_entry *e = r->state;
    timers_clear(&r->server->timers, &e->timer);
    etcd_cancel(&e->call);
    if (e->lease)
        ask_lease(e, "lease/revoke", leave_wait_ns, on_revoked);
    else
        registry_left(r, NULL);
}

static void give_up(struct registry *r)
{
    struct etcd_entry *e = r->state;
    etcd_cancel(&e->call);
}

static void stop(struct registry *r)
{
    struct etcd_entry *e = r->state;
    timers_clear(&r->server->timers, &e->timer);
    etcd_cancel(&e->call);
    if (e->etcd)
        etcd_close(e->etcd, NULL, NULL);
    e->etcd = NULL;
}

static void release(struct registry *r)
{
    struct etcd_entry *e = r->state;
    etcd_address_free(&e->address);
    free(e);
}

const struct registry_driver registry_etcd = {.prefix = "etcd://",
                                              .leave_ns = 2 * NS_PER_S,
                                              .open = open_etcd,
                                              .enter = enter,
                                              .changed = changed,
                                              .leave = leave,
                                              .give_up = give_up,
                                              .stop = stop,
                                              .release = release};
