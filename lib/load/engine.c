/* curl on the loop: calling it, being called by it, and the queue of jobs. */
#include <stdlib.h>

#include "base/mem.h"
#include "load/engine_int.h"
#include "load/received.h"

/* Jobs begun before the loop looks at its sockets again. */
enum { BATCH = 32 };

static void settle(struct engine *e);

/* --- calls into curl --- */

static void act(struct engine *e, curl_socket_t fd, int flags)
{
    int running;
    e->busy++;
    curl_multi_socket_action(e->multi, fd, flags, &running);
    e->busy--;
}

bool engine_busy(const struct engine *e)
{
    return e->busy > 0 || e->settling;
}

static void take_out(struct engine *e, struct engine_job *job)
{
    e->busy++;
    curl_multi_remove_handle(e->multi, job->easy);
    e->busy--;
    job->added = false;
}

static void reap(struct engine *e)
{
    while (e->touched) {
        struct engine_job *job = e->touched;
        e->touched = job->next_touched;
        job->touched = false;
        if (job->added)
            job->worked(job);
    }
    CURLMsg *msg;
    int left;
    while ((msg = curl_multi_info_read(e->multi, &left))) {
        if (msg->msg != CURLMSG_DONE)
            continue;
        CURLcode code = msg->data.result; /* the message dies with the removal */
        struct engine_job *job;
        curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, (char **)&job);
        take_out(e, job);
        if (code != CURLE_OK)
            watches_drop(job); /* what it did not tell us of */
        job->done(job, code);
    }
}

static void begin(struct engine *e, struct engine_job *job)
{
    job->queued = false;
    e->busy++;
    CURLMcode rc = curl_multi_add_handle(e->multi, job->easy);
    e->busy--;
    if (rc != CURLM_OK) {
        job->done(job, CURLE_OUT_OF_MEMORY);
        return;
    }
    job->added = true;
    /* Run it now, not with a batch of others: its times are then its own. */
    act(e, CURL_SOCKET_TIMEOUT, 0);
    reap(e);
}

static void on_kick(uv_timer_t *timer)
{
    settle(timer->data);
}

static struct engine_job *dequeue(struct engine *e)
{
    struct engine_job *job = e->first;
    e->first = job->next;
    if (!e->first)
        e->last = &e->first;
    return job;
}

/* Everything that had to wait until curl returned. */
static void settle(struct engine *e)
{
    if (e->settling || e->busy)
        return;
    e->settling = true;
    reap(e);
    if (e->wake) {
        e->wake = false;
        e->turn(e->turn_arg);
    }
    for (int i = 0; i < BATCH && e->first; i++)
        begin(e, dequeue(e));
    e->settling = false;
    if (e->first || e->wake)
        uv_timer_start(&e->kick, on_kick, 0, 0);
}

/* --- callbacks of curl --- */

static void on_timer(uv_timer_t *timer)
{
    struct engine *e = timer->data;
    act(e, CURL_SOCKET_TIMEOUT, 0);
    settle(e);
}

static int on_timeout_change(CURLM *multi, long ms, void *arg)
{
    struct engine *e = arg;
    (void)multi;
    if (ms < 0)
        uv_timer_stop(&e->timer);
    else
        uv_timer_start(&e->timer, on_timer, (uint64_t)ms, 0);
    return 0;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct engine_watch *w = poll->data;
    struct engine *e = w->engine;
    if (status < 0) {
        /* libuv has stopped the handle. curl is not told of an error but sent to read and write:
         * an answer may lie before the reset, and errno is only to be had from the call. */
        w->armed = 0;
        events = w->wanted;
    }
    if (!w->wanted) { /* an idle connection: the next request will find out by itself */
        uv_poll_stop(&w->poll);
        w->armed = 0;
        if (w->owner && !w->told && socket_ended(w->fd) != SOCKET_OPEN) {
            w->told = true;
            w->owner->idle_closed(w->owner, w->fd);
        }
        return;
    }
    if (w->owner)
        engine_touch(e, w->owner);
    int flags = (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
                (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);
    act(e, w->fd, flags);
    if (w->wanted && w->armed != w->wanted && !uv_is_closing((uv_handle_t *)&w->poll))
        watch_arm(w);
    settle(e);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *unused)
{
    static const int wants[] = {
        [CURL_POLL_IN] = UV_READABLE,
        [CURL_POLL_OUT] = UV_WRITABLE,
        [CURL_POLL_INOUT] = UV_READABLE | UV_WRITABLE,
        [CURL_POLL_REMOVE] = 0,
    };
    struct engine *e = arg;
    struct engine_watch *w = watch_of(e, fd);
    (void)easy;
    (void)unused;
    if (!w && what == CURL_POLL_REMOVE)
        return 0;
    if (!w) {
        w = watch_new(e, NULL, fd);
        w->foreign = true;
    }
    w->wanted = wants[what];
    if (w->wanted && w->wanted != w->armed)
        watch_arm(w);
    else if (!w->wanted && w->foreign)
        watch_close(w);
    return 0;
}

/* --- jobs --- */

void engine_submit(struct engine *e, struct engine_job *job)
{
    job->next = NULL;
    job->queued = true;
    *e->last = job;
    e->last = &job->next;
    if (!e->settling)
        uv_timer_start(&e->kick, on_kick, 0, 0);
}

void engine_wake(struct engine *e)
{
    e->wake = true;
    uv_timer_start(&e->kick, on_kick, 0, 0);
}

void engine_touch(struct engine *e, struct engine_job *job)
{
    if (job->touched)
        return;
    job->touched = true;
    job->next_touched = e->touched;
    e->touched = job;
}

static void unqueue(struct engine *e, struct engine_job *job)
{
    for (struct engine_job **p = &e->first; *p; p = &(*p)->next)
        if (*p == job) {
            *p = job->next;
            break;
        }
    for (e->last = &e->first; *e->last; e->last = &(*e->last)->next)
        ;
    job->queued = false;
}

static void untouch(struct engine *e, struct engine_job *job)
{
    for (struct engine_job **p = &e->touched; *p; p = &(*p)->next_touched)
        if (*p == job) {
            *p = job->next_touched;
            break;
        }
    job->touched = false;
}

void engine_cancel(struct engine *e, struct engine_job *job)
{
    if (job->queued)
        unqueue(e, job);
    if (job->touched)
        untouch(e, job);
    if (!job->added)
        return;
    watches_drop(job);
    take_out(e, job);
}

void engine_resume(struct engine *e, struct engine_job *job)
{
    if (!job->added)
        return;
    engine_touch(e, job);
    e->busy++;
    curl_easy_pause(job->easy, CURLPAUSE_CONT);
    e->busy--;
    settle(e);
}

/* --- life --- */

struct engine *engine_new(uv_loop_t *loop, long connections, void (*turn)(void *arg), void *arg)
{
    struct engine *e = MEM_NEW(struct engine);
    e->ready = on_poll;
    e->turn = turn;
    e->turn_arg = arg;
    e->last = &e->first;
    e->multi = curl_multi_init();
    if (!e->multi)
        abort(); /* out of memory: see base/mem.h */
    curl_multi_setopt(e->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(e->multi, CURLMOPT_SOCKETDATA, e);
    curl_multi_setopt(e->multi, CURLMOPT_TIMERFUNCTION, on_timeout_change);
    curl_multi_setopt(e->multi, CURLMOPT_TIMERDATA, e);
    /* Without this, curl closes the oldest idle connection of some client when another returns. */
    curl_multi_setopt(e->multi, CURLMOPT_MAXCONNECTS, connections);
    curl_multi_setopt(e->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    uv_timer_init(loop, &e->timer);
    uv_timer_init(loop, &e->kick);
    e->timer.data = e->kick.data = e;
    e->handles = 2;
    return e;
}

static void on_timer_closed(uv_handle_t *handle)
{
    engine_handle_closed(handle->data);
}

void engine_free(struct engine *e, void (*closed)(void *arg), void *arg)
{
    e->closed = closed;
    e->closed_arg = arg;
    e->busy++;
    curl_multi_cleanup(e->multi); /* closes the idle connections through engine_close_socket */
    for (size_t i = 0; i < e->n_watches; i++)
        if (e->watches[i])
            watch_close(e->watches[i]);
    uv_close((uv_handle_t *)&e->timer, on_timer_closed);
    uv_close((uv_handle_t *)&e->kick, on_timer_closed);
}
