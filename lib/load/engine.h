/* curl_multi_socket_action on a libuv loop: the one module that knows both. A job is one easy
 * handle that is run again and again. What curl calls back from inside (a job may not be added or
 * removed there) is put off until curl has returned: jobs are queued by engine_submit and begun by
 * the loop, a batch a turn, so that thousands of them never hold up the others. */
#ifndef LOAD_ENGINE_H
#define LOAD_ENGINE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <uv.h>

struct engine;
struct engine_watch;

struct engine_job {
    CURL *easy; /* CURLOPT_PRIVATE is set by the engine */
    /* curl has just worked on it (called at least once after engine_touch). */
    void (*worked)(struct engine_job *job);
    /* It is over and out of the engine; may be submitted again. */
    void (*done)(struct engine_job *job, CURLcode code);
    /* A socket of it is about to be closed (curl may be on the stack). */
    void (*closing)(struct engine_job *job, int fd);
    /* The server has closed its idle connection; nothing was read from it. Told at most once, and
     * only when the loop was still waiting for something on it (see engine_idle). */
    void (*idle_closed)(struct engine_job *job, int fd);
    /* the engine's own */
    struct engine_job *next, *next_touched;
    struct engine_watch *watches; /* its open sockets */
    bool queued, added, touched;
};

/* `turn` is called from the loop after engine_wake, never from inside curl. */
struct engine *engine_new(uv_loop_t *loop, long connections, void (*turn)(void *arg), void *arg);
/* Close all; `closed` is called from the loop and the memory is gone. Every job must have been
 * cancelled or forgotten before. */
void engine_free(struct engine *e, void (*closed)(void *arg), void *arg);

void engine_submit(struct engine *e, struct engine_job *job);
/* Take a job out without `done`; its connection closes if it was at work. Not while engine_busy. */
void engine_cancel(struct engine *e, struct engine_job *job);
/* Call `worked` when curl returns. */
void engine_touch(struct engine *e, struct engine_job *job);
/* Lift the pause of a paced body (curl_easy_pause). */
void engine_resume(struct engine *e, struct engine_job *job);
/* The job is over and its connection stays open: watch for the server closing it. */
void engine_idle(struct engine_job *job);
/* curl or one of our callbacks from it is on the stack: jobs cannot be cancelled now, but from the
 * turn that engine_wake asks for. */
bool engine_busy(const struct engine *e);
void engine_wake(struct engine *e);

/* A socket was opened for this job (from CURLOPT_OPENSOCKETFUNCTION). */
void engine_opened(struct engine *e, struct engine_job *job, int fd);
/* The socket that was opened last for this job and is open; -1: none. */
int engine_socket(const struct engine_job *job);
/* Stop watching and close it (from CURLOPT_CLOSESOCKETFUNCTION). */
void engine_close_socket(struct engine *e, int fd);
/* The job goes away for good: its kept-alive connection is closed towards the server (FIN). */
void engine_forget(struct engine_job *job);

#endif
