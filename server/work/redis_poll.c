#include "server/work/redis_poll.h"

#include <stdlib.h>

#include "base/mem.h"

struct poll {
    uv_poll_t handle;
    redisAsyncContext *ac; /* NULL: gone */
    int events;
};

static void on_ready(uv_poll_t *handle, int status, int events)
{
    struct poll *p = handle->data;
    if (p->ac && (status < 0 || (events & UV_READABLE)))
        redisAsyncHandleRead(p->ac); /* an error shows in what it reads, or in the connection */
    if (p->ac && status == 0 && (events & UV_WRITABLE))
        redisAsyncHandleWrite(p->ac);
}

static void want(struct poll *p, int events)
{
    p->events = events;
    if (events)
        uv_poll_start(&p->handle, events, on_ready);
    else
        uv_poll_stop(&p->handle);
}

static void add_read(void *data)
{
    struct poll *p = data;
    want(p, p->events | UV_READABLE);
}

static void del_read(void *data)
{
    struct poll *p = data;
    want(p, p->events & ~UV_READABLE);
}

static void add_write(void *data)
{
    struct poll *p = data;
    want(p, p->events | UV_WRITABLE);
}

static void del_write(void *data)
{
    struct poll *p = data;
    want(p, p->events & ~UV_WRITABLE);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void clean_up(void *data)
{
    struct poll *p = data;
    p->ac = NULL;
    uv_close((uv_handle_t *)&p->handle, on_closed);
}

int redis_poll_attach(redisAsyncContext *ac, uv_loop_t *loop)
{
    struct poll *p = MEM_NEW(struct poll);
    p->ac = ac;
    if (uv_poll_init(loop, &p->handle, ac->c.fd) < 0) {
        free(p);
        return -1;
    }
    p->handle.data = p;
    ac->ev.data = p;
    ac->ev.addRead = add_read;
    ac->ev.delRead = del_read;
    ac->ev.addWrite = add_write;
    ac->ev.delWrite = del_write;
    ac->ev.cleanup = clean_up;
    return 0;
}
