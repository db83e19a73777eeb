/* The engine's inside, shared by engine.c (curl) and engine_watch.c (the sockets on the loop). */
#ifndef LOAD_ENGINE_INT_H
#define LOAD_ENGINE_INT_H

#include "load/engine.h"

struct engine_watch {
    uv_poll_t poll;
    struct engine *engine;
    struct engine_job *owner;       /* or NULL */
    struct engine_watch *next_mine; /* of the same owner */
    int fd;
    int wanted;   /* UV_READABLE | UV_WRITABLE, as curl asked; 0: idle */
    int armed;    /* what epoll was told */
    bool foreign; /* opened by curl for itself: closed by it without a word to us */
    bool polled;  /* `poll` is initialised */
    bool told;    /* that the server closed it while it was idle */
};

struct engine {
    CURLM *multi;
    uv_timer_t timer;              /* curl's */
    uv_poll_cb ready;              /* a watched socket is (a handle of struct engine_watch) */
    uv_timer_t kick;               /* ours: there are queued jobs, or a turn was asked for */
    struct engine_watch **watches; /* by descriptor */
    size_t n_watches;
    struct engine_job *first, **last; /* queued */
    struct engine_job *touched;
    int busy; /* depth of calls into curl */
    bool settling, wake;
    void (*turn)(void *arg);
    void *turn_arg;
    int handles; /* not yet closed */
    void (*closed)(void *arg);
    void *closed_arg;
};

/* engine_watch.c. A handle is closed; the last one takes the engine along. */
void engine_handle_closed(struct engine *e);
struct engine_watch *watch_of(struct engine *e, int fd); /* or NULL */
struct engine_watch *watch_new(struct engine *e, struct engine_job *job, int fd);
void watch_arm(struct engine_watch *w); /* tell epoll what is wanted */
void watch_close(struct engine_watch *w);
void watches_drop(struct engine_job *job); /* before curl gives up its transfer */

#endif
