#include "server/work/aside.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "server/thread.h"

struct aside {
    uv_async_t wake;
    pthread_mutex_t lock;
    int holders; /* the loop and the thread */
    bool finished, forgotten;
    const struct aside_job *job;
    void *arg;
};

static void let_go(struct aside *a)
{
    pthread_mutex_lock(&a->lock);
    bool last = --a->holders == 0;
    pthread_mutex_unlock(&a->lock);
    if (!last)
        return;
    pthread_mutex_destroy(&a->lock);
    free(a);
}

static void *work(void *arg)
{
    struct aside *a = arg;
    a->job->run(a->arg);
    pthread_mutex_lock(&a->lock);
    bool dropped = a->forgotten;
    a->finished = true;
    if (!dropped)
        uv_async_send(&a->wake); /* under the lock: it is not closed meanwhile */
    pthread_mutex_unlock(&a->lock);
    if (dropped)
        a->job->dropped(a->arg);
    let_go(a);
    return NULL;
}

static void on_closed(uv_handle_t *handle)
{
    let_go(handle->data);
}

static void on_wake(uv_async_t *wake)
{
    struct aside *a = wake->data;
    uv_close((uv_handle_t *)wake, on_closed);
    a->job->done(a->arg);
}

struct aside *aside_start(uv_loop_t *loop, const struct aside_job *job, void *arg)
{
    struct aside *a = MEM_NEW(struct aside);
    *a = (struct aside){.holders = 2, .job = job, .arg = arg};
    pthread_mutex_init(&a->lock, NULL);
    uv_async_init(loop, &a->wake, on_wake);
    a->wake.data = a;
    if (thread_start(NULL, work, a) == 0)
        return a;
    a->holders = 1;
    uv_close((uv_handle_t *)&a->wake, on_closed);
    return NULL;
}

void aside_forget(struct aside *a)
{
    if (!a)
        return;
    pthread_mutex_lock(&a->lock);
    bool finished = a->finished;
    a->forgotten = true;
    pthread_mutex_unlock(&a->lock);
    if (finished) /* `done` was on its way */
        a->job->dropped(a->arg);
    uv_close((uv_handle_t *)&a->wake, on_closed);
}
