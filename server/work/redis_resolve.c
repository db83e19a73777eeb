#include "server/work/redis_resolve.h"

#include <netdb.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "server/work/aside.h"

struct redis_resolve {
    struct aside *aside;
    char *host;
    char address[64];
    void (*done)(void *ctx, const char *address);
    void *ctx;
};

static void look_up(void *arg)
{
    struct redis_resolve *r = arg;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    if (getaddrinfo(r->host, NULL, &hints, &list) != 0)
        return;
    if (getnameinfo(list->ai_addr, list->ai_addrlen, r->address, sizeof r->address, NULL, 0,
                    NI_NUMERICHOST) != 0)
        r->address[0] = '\0';
    freeaddrinfo(list);
}

static void drop(void *arg)
{
    struct redis_resolve *r = arg;
    free(r->host);
    free(r);
}

static void looked_up(void *arg)
{
    struct redis_resolve *r = arg;
    r->done(r->ctx, r->address);
    drop(r);
}

struct redis_resolve *redis_resolve_start(uv_loop_t *loop, const char *host,
                                          void (*done)(void *ctx, const char *address), void *ctx)
{
    static const struct aside_job job = {look_up, looked_up, drop};
    struct redis_resolve *r = MEM_NEW(struct redis_resolve);
    *r = (struct redis_resolve){.host = mem_strdup(host), .done = done, .ctx = ctx};
    r->aside = aside_start(loop, &job, r);
    if (r->aside)
        return r;
    drop(r);
    return NULL;
}

void redis_resolve_forget(struct redis_resolve *r)
{
    if (r)
        aside_forget(r->aside);
}
