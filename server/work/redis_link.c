#include "server/work/redis_link.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <hiredis/async.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/internal.h"
#include "server/work/redis_poll.h"
#include "server/work/redis_resolve.h"

/* The server may be silent for this time. */
static const int64_t silence_ns = NS_PER_S;
static const int64_t pause_first_ns = 50 * NS_PER_MS, pause_most_ns = 2 * NS_PER_S;
enum { MANY = 20000, OLDEST_MAJOR = 6, OLDEST_MINOR = 2 };

enum link_state { LINK_DOWN, LINK_RESOLVING, LINK_CONNECTING, LINK_GREETING, LINK_UP };

struct redis_link {
    struct server *server;
    const struct queue_url *url;
    const struct redis_link_events *events;
    void *ctx;
    bool says;
    enum link_state state;
    redisAsyncContext *ac;
    struct timer timer; /* down: when to try again; else the deadline of the oldest command */
    struct list sent;   /* commands, oldest first */
    int n_sent;
    int64_t pause_ns;
    char said[256];                  /* the failure that the log has already */
    struct redis_resolve *resolving; /* NULL: not now */
};

struct command {
    struct list link;
    redis_reply_fn *fn;
    void *ctx;
    int64_t until_ns;
};

bool redis_is_error(const redisReply *reply, const char *prefix)
{
    return reply && reply->type == REDIS_REPLY_ERROR &&
           strncmp(reply->str, prefix, strlen(prefix)) == 0;
}

/* --- commands --- */

static void watch_oldest(struct redis_link *l)
{
    if (list_empty(&l->sent))
        timers_clear(&l->server->timers, &l->timer);
    else
        timers_set(&l->server->timers, &l->timer,
                   CONTAINER_OF(l->sent.next, struct command, link)->until_ns);
}

/* fn is called once. */
static void answer(struct command *c, const redisReply *reply)
{
    redis_reply_fn *fn = c->fn;
    c->fn = NULL;
    if (fn)
        fn(c->ctx, reply);
}

/* hiredis calls it once for each command, also for one whose connection has been given up. */
static void on_reply(redisAsyncContext *ac, void *reply, void *data)
{
    struct redis_link *l = ac->data;
    struct command *c = data;
    list_remove(&c->link);
    if (l) {
        l->server->signals.notice(l->server);
        l->n_sent--;
        watch_oldest(l);
    }
    answer(c, reply);
    free(c);
}

static int send_now(struct redis_link *l, int64_t block_ms, redis_reply_fn *fn, void *ctx, int argc,
                    const char *const *argv)
{
    struct command *c = MEM_NEW(struct command);
    *c = (struct command){
        .fn = fn, .ctx = ctx, .until_ns = clock_ns() + block_ms * NS_PER_MS + silence_ns};
    list_init(&c->link);
    if (redisAsyncCommandArgv(l->ac, on_reply, c, argc, (const char **)(uintptr_t)argv, NULL) !=
        REDIS_OK) {
        free(c);
        return -1;
    }
    list_append(&l->sent, &c->link);
    l->n_sent++;
    watch_oldest(l);
    return 0;
}

int redis_link_send(struct redis_link *l, int64_t block_ms, redis_reply_fn *fn, void *ctx, int argc,
                    const char *const *argv)
{
    if (l->state != LINK_UP || !l->ac || l->n_sent >= MANY)
        return -1;
    return send_now(l, block_ms, fn, ctx, argc, argv);
}

bool redis_link_is_up(const struct redis_link *l)
{
    return l->state == LINK_UP;
}

/* --- the end of a connection --- */

static void answer_all(struct redis_link *l)
{
    while (!list_empty(&l->sent)) {
        struct command *c = CONTAINER_OF(l->sent.next, struct command, link);
        list_remove(&c->link); /* hiredis still has it, and frees it in on_reply */
        answer(c, NULL);
    }
    l->n_sent = 0;
}

/* Half and up to the whole of it, so that clients do not come back in step. */
static int64_t jittered(int64_t ns)
{
    uint64_t random = 0;
    (void)!getrandom(&random, sizeof random, GRND_NONBLOCK);
    return ns / 2 + (int64_t)(random % (uint64_t)(ns / 2));
}

/* The connection is no more, or is not to be: say so once, and try again after a pause. */
static void lost(struct redis_link *l, const char *why)
{
    bool was_up = l->state == LINK_UP;
    redisAsyncContext *ac = l->ac;
    if (l->says && strcmp(l->said, why) != 0)
        server_log(l->server, "queue %s: %s; it is tried again", l->url->shown, why);
    snprintf(l->said, sizeof l->said, "%s", why);
    l->state = LINK_DOWN;
    l->ac = NULL;
    if (ac) {
        ac->data = NULL;
        redisAsyncFree(ac);
    }
    answer_all(l);
    l->pause_ns = l->pause_ns ? l->pause_ns * 2 : pause_first_ns;
    l->pause_ns = l->pause_ns < pause_most_ns ? l->pause_ns : pause_most_ns;
    timers_set(&l->server->timers, &l->timer, clock_ns() + jittered(l->pause_ns));
    if (was_up)
        l->events->down(l->ctx);
}

/* hiredis frees the context after this. */
static void on_disconnect(const redisAsyncContext *ac, int status)
{
    struct redis_link *l = ac->data;
    char why[200];
    (void)status;
    if (!l)
        return;
    snprintf(why, sizeof why, "connection lost (%s)", ac->err ? ac->errstr : "closed");
    l->ac = NULL;
    lost(l, why);
}

void redis_link_renew(struct redis_link *l, const char *why)
{
    if (l->state != LINK_DOWN && l->state != LINK_RESOLVING)
        lost(l, why);
}

/* --- the beginning --- */

/* "redis_version:7.0.15" of INFO; true when it will do, else why not. */
static bool judge_version(const char *info, char *why, size_t size)
{
    const char *at = strstr(info, "redis_version:");
    int major = 0, minor = 0;
    if (!at || sscanf(at, "redis_version:%d.%d", &major, &minor) != 2) {
        snprintf(why, size, "it does not say its version");
        return false;
    }
    snprintf(why, size, "Redis %d.%d is too old, %d.%d is the oldest that will do (%s)", major,
             minor, OLDEST_MAJOR, OLDEST_MINOR,
             major < 5 ? "it has no streams" : "it has no XAUTOCLAIM");
    return major > OLDEST_MAJOR || (major == OLDEST_MAJOR && minor >= OLDEST_MINOR);
}

static void on_info(void *ctx, const redisReply *reply)
{
    struct redis_link *l = ctx;
    char why[200] = "it does not answer as Redis does";
    if (!reply)
        return;
    if (reply->type == REDIS_REPLY_ERROR)
        snprintf(why, sizeof why, "%s", reply->str);
    if (reply->type != REDIS_REPLY_STRING || !judge_version(reply->str, why, sizeof why)) {
        lost(l, why);
        return;
    }
    l->state = LINK_UP;
    l->pause_ns = 0;
    l->said[0] = '\0';
    if (l->says)
        server_log(l->server, "queue %s: connected", l->url->shown);
    l->events->up(l->ctx);
}

static void on_login(void *ctx, const redisReply *reply)
{
    char why[200];
    if (!redis_is_error(reply, ""))
        return;
    snprintf(why, sizeof why, "the password is refused (%.*s)", (int)strcspn(reply->str, " "),
             reply->str);
    lost(ctx, why);
}

static void greet(struct redis_link *l)
{
    const char *login[3] = {"AUTH"};
    int n = 1;
    l->state = LINK_GREETING;
    if (l->url->user)
        login[n++] = l->url->user;
    if (l->url->password) {
        login[n++] = l->url->password;
        send_now(l, 0, on_login, l, n, login);
    }
    if (l->ac)
        send_now(l, 0, on_info, l, 2, (const char *[]){"INFO", "server"});
}

static void on_connect(const redisAsyncContext *ac, int status)
{
    struct redis_link *l = ac->data;
    char why[200];
    if (!l)
        return;
    if (status == REDIS_OK) {
        greet(l);
        return;
    }
    snprintf(why, sizeof why, "cannot connect (%s)", ac->errstr);
    l->ac = NULL; /* hiredis frees it after this */
    lost(l, why);
}

static void connect_to(struct redis_link *l, const char *address)
{
    redisAsyncContext *ac = redisAsyncConnect(address, l->url->port);
    if (!ac || ac->err || redis_poll_attach(ac, &l->server->loop.uv) < 0) {
        if (ac)
            redisAsyncFree(ac);
        lost(l, "cannot connect (no socket)");
        return;
    }
    fcntl(ac->c.fd, F_SETFD, FD_CLOEXEC); /* hiredis does not */
    ac->data = l;
    l->ac = ac;
    l->state = LINK_CONNECTING;
    timers_set(&l->server->timers, &l->timer, clock_ns() + silence_ns);
    redisAsyncSetConnectCallback(ac, on_connect);
    redisAsyncSetDisconnectCallback(ac, on_disconnect);
}

static void on_resolved(void *ctx, const char *address)
{
    struct redis_link *l = ctx;
    l->resolving = NULL;
    if (*address)
        connect_to(l, address);
    else
        lost(l, "its host has no address");
}

/* hiredis itself would look the name up on the loop. */
static void resolve(struct redis_link *l)
{
    l->state = LINK_RESOLVING;
    l->resolving = redis_resolve_start(&l->server->loop.uv, l->url->host, on_resolved, l);
    if (!l->resolving)
        lost(l, "its host cannot be looked up");
}

static void on_timer(struct timer *t)
{
    struct redis_link *l = CONTAINER_OF(t, struct redis_link, timer);
    if (l->state == LINK_DOWN)
        resolve(l);
    else if (l->state != LINK_RESOLVING)
        lost(l, l->state == LINK_CONNECTING ? "cannot connect (no answer)"
                                            : "connection given up (no answer in time)");
}

struct redis_link *redis_link_open(struct server *s, const struct queue_url *u, bool says,
                                   const struct redis_link_events *events, void *ctx)
{
    struct redis_link *l = MEM_NEW(struct redis_link);
    *l = (struct redis_link){
        .server = s, .url = u, .events = events, .ctx = ctx, .says = says, .timer.fire = on_timer};
    list_init(&l->sent);
    resolve(l);
    return l;
}

void redis_link_close(struct redis_link *l)
{
    redisAsyncContext *ac = l->ac;
    timers_clear(&l->server->timers, &l->timer);
    redis_resolve_forget(l->resolving);
    l->state = LINK_DOWN;
    l->ac = NULL;
    if (ac) {
        ac->data = NULL;
        redisAsyncFree(ac);
    }
    answer_all(l);
    free(l);
}
