#include "server/work/redis_resolve.h"

#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"

struct redis_resolve {
    uv_async_t wake;
    pthread_mutex_t lock;
    int holders; /* the loop and the thread */
    bool forgotten;
    char *host;
    char address[64];
    void (*done)(void *ctx, const char *address); /* NULL: was called */
    void *ctx;
};

static void let_go(struct redis_resolve *r)
{
    pthread_mutex_lock(&r->lock);
    bool last = --r->holders == 0;
    pthread_mutex_unlock(&r->lock);
    if (!last)
        return;
    pthread_mutex_destroy(&r->lock);
    free(r->host);
    free(r);
}

/* --- on the thread --- */

static void *look_up(void *arg)
{
    struct redis_resolve *r = arg;
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    char address[sizeof r->address] = "";
    if (getaddrinfo(r->host, NULL, &hints, &list) == 0) {
        getnameinfo(list->ai_addr, list->ai_addrlen, address, sizeof address, NULL, 0,
                    NI_NUMERICHOST);
        freeaddrinfo(list);
    }
    pthread_mutex_lock(&r->lock);
    memcpy(r->address, address, sizeof address);
    if (!r->forgotten)
        uv_async_send(&r->wake); /* under the lock: it is not closed meanwhile */
    pthread_mutex_unlock(&r->lock);
    let_go(r);
    return NULL;
}

/* --- on the loop --- */

static void on_closed(uv_handle_t *handle)
{
    let_go(handle->data);
}

static void on_wake(uv_async_t *wake)
{
    struct redis_resolve *r = wake->data;
    void (*done)(void *ctx, const char *address) = r->done;
    r->done = NULL;
    if (done)
        done(r->ctx, r->address); /* which forgets it */
}

/* Signals are for the loop's thread. */
static int start_thread(struct redis_resolve *r)
{
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&thread, NULL, look_up, r);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc == 0)
        pthread_detach(thread);
    return rc;
}

struct redis_resolve *redis_resolve_start(uv_loop_t *loop, const char *host,
                                          void (*done)(void *ctx, const char *address), void *ctx)
{
    struct redis_resolve *r = MEM_NEW(struct redis_resolve);
    *r = (struct redis_resolve){.holders = 2, .host = mem_strdup(host), .done = done, .ctx = ctx};
    pthread_mutex_init(&r->lock, NULL);
    uv_async_init(loop, &r->wake, on_wake);
    r->wake.data = r;
    if (start_thread(r) == 0)
        return r;
    r->holders = 1;
    redis_resolve_forget(r);
    return NULL;
}

void redis_resolve_forget(struct redis_resolve *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->forgotten = true;
    pthread_mutex_unlock(&r->lock);
    r->done = NULL;
    uv_close((uv_handle_t *)&r->wake, on_closed);
}
