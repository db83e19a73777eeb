/* The sockets of an engine on the loop. A watch lives as long as its socket, not as long as the
 * transfer: between two requests on one connection nothing is told to epoll, which saves two system
 * calls a request. */
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "load/engine_int.h"

void engine_handle_closed(struct engine *e)
{
    if (--e->handles > 0)
        return;
    void (*closed)(void *) = e->closed;
    void *arg = e->closed_arg;
    free(e->watches);
    free(e);
    if (closed)
        closed(arg);
}

static void on_watch_closed(uv_handle_t *handle)
{
    struct engine_watch *w = handle->data;
    struct engine *e = w->engine;
    free(w);
    engine_handle_closed(e);
}

static void unlink_owner(struct engine_watch *w)
{
    if (!w->owner)
        return;
    for (struct engine_watch **p = &w->owner->watches; *p; p = &(*p)->next_mine)
        if (*p == w) {
            *p = w->next_mine;
            break;
        }
    w->owner = NULL;
}

void engine_idle(struct engine_job *job)
{
    for (struct engine_watch *w = job->watches; w; w = w->next_mine)
        if (w->polled && !w->wanted &&
            uv_poll_start(&w->poll, UV_DISCONNECT, w->engine->ready) == 0)
            w->armed = UV_DISCONNECT;
}

struct engine_watch *watch_of(struct engine *e, int fd)
{
    return (size_t)fd < e->n_watches ? e->watches[fd] : NULL;
}

struct engine_watch *watch_new(struct engine *e, struct engine_job *job, int fd)
{
    if ((size_t)fd >= e->n_watches) {
        size_t n = (size_t)fd + 64 + e->n_watches;
        e->watches = mem_resize(e->watches, n, sizeof *e->watches);
        for (size_t i = e->n_watches; i < n; i++)
            e->watches[i] = NULL;
        e->n_watches = n;
    }
    if (e->watches[fd]) /* of a socket that curl closed without a word */
        watch_close(e->watches[fd]);
    struct engine_watch *w = MEM_NEW(struct engine_watch);
    *w = (struct engine_watch){.engine = e, .owner = job, .fd = fd};
    if (job) {
        w->next_mine = job->watches;
        job->watches = w;
    }
    e->watches[fd] = w;
    return w;
}

void watch_close(struct engine_watch *w)
{
    unlink_owner(w);
    w->engine->watches[w->fd] = NULL;
    w->wanted = 0;
    if (w->polled)
        uv_close((uv_handle_t *)&w->poll, on_watch_closed);
    else
        free(w);
}

/* The connection goes with its transfer. libcurl 7.88 closes a socket that is still connecting
 * without calling CURLOPT_CLOSESOCKETFUNCTION; epoll must have forgotten it by then, or the loop
 * aborts. */
void watches_drop(struct engine_job *job)
{
    while (job->watches)
        watch_close(job->watches);
}

void watch_arm(struct engine_watch *w)
{
    if (!w->polled) {
        uv_poll_init_socket(w->engine->timer.loop, &w->poll, w->fd);
        w->poll.data = w;
        w->polled = true;
        w->engine->handles++;
    }
    if (uv_poll_start(&w->poll, w->wanted, w->engine->ready) == 0)
        w->armed = w->wanted;
}

void engine_opened(struct engine *e, struct engine_job *job, int fd)
{
    watch_new(e, job, fd);
}

void engine_close_socket(struct engine *e, int fd)
{
    struct engine_watch *w = watch_of(e, fd);
    if (w && w->owner)
        w->owner->closing(w->owner, fd);
    if (w)
        watch_close(w);
    close(fd);
}

int engine_socket(const struct engine_job *job)
{
    return job->watches ? job->watches->fd : -1;
}

void engine_forget(struct engine_job *job)
{
    while (job->watches) {
        shutdown(job->watches->fd, SHUT_RDWR);
        unlink_owner(job->watches);
    }
}
