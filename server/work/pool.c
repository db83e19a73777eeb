#include "server/work/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/mem.h"
#include "server/thread.h"

/* How long a query may take to heed its cancellation. */
static const int64_t heed_ns = NS_PER_S;

struct worker {
    struct pool *pool;
    pthread_t thread;
    struct db *db;
    struct work *work;
};

struct pool {
    const struct db_driver *driver;
    char *place;
    uv_async_t wake; /* the loop has work to take back */
    pthread_mutex_t lock;
    pthread_cond_t more, less; /* work to do; less of it */
    struct list waiting, done;
    int64_t n_waiting, queue_max;
    int64_t n_aside; /* of those that wait or run */
    int size, threads, busy;
    int live, wanted; /* threads that have not ended, and how many are needed */
    bool temporary, closed, ending;
    void (*idle)(void *arg); /* when the last work is done; NULL: not asked for */
    void *idle_arg;
    struct worker *workers;
};

/* --- on the threads; the lock is held but in work->run --- */

static void give_back(struct pool *p, struct work *w, enum db_status status)
{
    w->status = status;
    w->state = WORK_DONE;
    p->n_aside -= w->aside;
    list_append(&p->done, &w->link);
    uv_async_send(&p->wake);
    pthread_cond_signal(&p->less);
}

static enum db_status run(struct worker *k, struct work *w)
{
    const struct db_driver *driver = k->pool->driver;
    enum db_status status = w->run(w, driver, k->db);
    if (status != DB_OK && status != DB_CANCELLED)
        snprintf(w->error, sizeof w->error, "%.255s", driver->error(k->db));
    return status;
}

static void take_work(struct worker *k)
{
    struct pool *p = k->pool;
    struct work *w = CONTAINER_OF(p->waiting.next, struct work, link);
    list_remove(&w->link);
    p->n_waiting--;
    p->busy++;
    w->state = WORK_RUNNING;
    k->work = w;
    p->driver->renew(k->db); /* under the lock: no cancel meant for this work is lost */
    pthread_mutex_unlock(&p->lock);
    enum db_status status = run(k, w);
    pthread_mutex_lock(&p->lock);
    k->work = NULL;
    p->busy--;
    give_back(p, w, status);
}

/* Nothing is tidied up: that is for the connection that is left. */
static void retire(struct worker *k)
{
    k->pool->driver->close(k->db, false);
    k->db = NULL;
}

static void *live(void *arg)
{
    struct worker *k = arg;
    struct pool *p = k->pool;
    pthread_mutex_lock(&p->lock);
    while (!p->ending && (p->live <= p->wanted || !list_empty(&p->waiting))) {
        if (list_empty(&p->waiting))
            pthread_cond_wait(&p->more, &p->lock);
        else
            take_work(k);
    }
    bool early = !p->ending;
    p->live -= early;
    pthread_mutex_unlock(&p->lock);
    if (early)
        retire(k);
    return NULL;
}

/* --- on the loop --- */

static void take_back(struct pool *p)
{
    for (;;) {
        pthread_mutex_lock(&p->lock);
        struct work *w =
            list_empty(&p->done) ? NULL : CONTAINER_OF(p->done.next, struct work, link);
        if (w) {
            list_remove(&w->link);
            w->state = WORK_NONE;
        }
        pthread_mutex_unlock(&p->lock);
        if (!w)
            return;
        w->done(w);
    }
}

/* Said once, since the pool may be gone after it. */
static void say_idle(struct pool *p)
{
    struct pool_gauge g = pool_gauge(p);
    void (*idle)(void *arg) = p->idle;
    if (!idle || g.busy > 0 || g.waiting > 0)
        return;
    p->idle = NULL;
    idle(p->idle_arg);
}

static void on_wake(uv_async_t *wake)
{
    take_back(wake->data);
    say_idle(wake->data);
}

static int start_threads(struct pool *p, struct error *err)
{
    int rc = 0;
    for (; p->threads < p->size && rc == 0; p->threads += rc == 0)
        rc = thread_start(&p->workers[p->threads].thread, live, &p->workers[p->threads]);
    p->live = p->threads;
    return rc ? error_set_errno(err, ERROR_RUN, rc, "cannot start a thread for the database") : 0;
}

/* All at once, so that no later one finds another file behind the same name. */
static int open_all(struct pool *p, struct error *err)
{
    for (int i = 0; i < p->size; i++) {
        p->workers[i].pool = p;
        p->workers[i].db = p->driver->open(p->place, err);
        if (!p->workers[i].db)
            return -1;
    }
    for (int i = 0; p->temporary && i < p->size; i++)
        p->driver->unname(p->workers[i].db);
    return 0;
}

static void init_lock(struct pool *p)
{
    pthread_condattr_t attr;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->more, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&p->less, &attr);
    pthread_condattr_destroy(&attr);
}

struct pool *pool_open(uv_loop_t *loop, const struct pool_row *row, struct error *err)
{
    struct pool *p = MEM_NEW(struct pool);
    *p = (struct pool){.driver = row->driver,
                       .place = mem_strdup(row->place),
                       .queue_max = row->queue_max,
                       .size = row->size,
                       .live = row->size,
                       .wanted = row->size,
                       .temporary = row->temporary};
    init_lock(p);
    list_init(&p->waiting);
    list_init(&p->done);
    p->workers = mem_zero((size_t)p->size, sizeof *p->workers);
    uv_async_init(loop, &p->wake, on_wake);
    p->wake.data = p;
    if (open_all(p, err) == 0 && start_threads(p, err) == 0)
        return p;
    pool_close(p);
    return NULL;
}

int pool_submit(struct pool *p, struct work *w)
{
    pthread_mutex_lock(&p->lock);
    bool room = p->busy + p->n_waiting - p->n_aside < p->size + p->queue_max;
    bool taken = (room || w->aside) && !p->closed;
    if (taken) {
        p->n_aside += w->aside;
        w->state = WORK_WAITING;
        w->error[0] = '\0';
        list_append(&p->waiting, &w->link);
        p->n_waiting++;
        pthread_cond_signal(&p->more);
    }
    pthread_mutex_unlock(&p->lock);
    return taken ? 0 : -1;
}

/* The lock is held. */
static void cancel(struct pool *p, struct work *w)
{
    if (w->state == WORK_WAITING) {
        list_remove(&w->link);
        p->n_waiting--;
        give_back(p, w, DB_CANCELLED);
    }
    for (int i = 0; w->state == WORK_RUNNING && i < p->size; i++)
        if (p->workers[i].work == w)
            p->driver->cancel(p->workers[i].db);
}

void pool_cancel(struct pool *p, struct work *w)
{
    pthread_mutex_lock(&p->lock);
    cancel(p, w);
    pthread_mutex_unlock(&p->lock);
}

struct pool_gauge pool_gauge(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    struct pool_gauge g = {
        .size = p->size, .idle = p->live - p->busy, .busy = p->busy, .waiting = p->n_waiting};
    pthread_mutex_unlock(&p->lock);
    return g;
}

/* --- the end --- */

/* The lock is held. False: the time is over. */
static bool wait_idle(struct pool *p, int64_t until_ns)
{
    struct timespec ts = {.tv_sec = (time_t)(until_ns / NS_PER_S),
                          .tv_nsec = (long)(until_ns % NS_PER_S)};
    int rc = 0;
    while (rc == 0 && (p->busy > 0 || p->n_waiting > 0))
        rc = pthread_cond_timedwait(&p->less, &p->lock, &ts);
    return p->busy == 0 && p->n_waiting == 0;
}

int pool_finish(struct pool *p, int64_t until_ns)
{
    int cancelled = 0;
    pthread_mutex_lock(&p->lock);
    p->closed = true;
    if (!wait_idle(p, until_ns)) {
        cancelled = p->busy + (int)p->n_waiting;
        while (!list_empty(&p->waiting))
            cancel(p, CONTAINER_OF(p->waiting.next, struct work, link));
        for (int i = 0; i < p->size; i++)
            if (p->workers[i].work)
                cancel(p, p->workers[i].work);
        if (!wait_idle(p, clock_ns() + heed_ns))
            cancelled = -1;
    }
    pthread_mutex_unlock(&p->lock);
    take_back(p);
    return cancelled;
}

void pool_shrink(struct pool *p, int64_t n)
{
    n = n > 1 ? n : 1;
    pthread_mutex_lock(&p->lock);
    if (n < p->wanted) {
        p->wanted = (int)n;
        pthread_cond_broadcast(&p->more);
    }
    pthread_mutex_unlock(&p->lock);
}

void pool_drain(struct pool *p, void (*idle)(void *arg), void *arg)
{
    pthread_mutex_lock(&p->lock);
    p->closed = true;
    pthread_mutex_unlock(&p->lock);
    p->idle = idle;
    p->idle_arg = arg;
    take_back(p);
    say_idle(p);
}

static void on_closed(uv_handle_t *handle)
{
    struct pool *p = handle->data;
    pthread_cond_destroy(&p->more);
    pthread_cond_destroy(&p->less);
    pthread_mutex_destroy(&p->lock);
    free(p->place);
    free(p->workers);
    free(p);
}

void pool_close(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->ending = true;
    pthread_cond_broadcast(&p->more);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->threads; i++)
        pthread_join(p->workers[i].thread, NULL);
    for (int i = 0; i < p->size; i++)
        if (p->workers[i].db)
            p->driver->close(p->workers[i].db, !p->temporary);
    uv_close((uv_handle_t *)&p->wake, on_closed);
}
