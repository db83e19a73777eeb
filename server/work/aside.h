/* A call that blocks, on a thread of its own beside the loop. */
#ifndef SERVER_ASIDE_H
#define SERVER_ASIDE_H

#include <uv.h>

struct aside;

struct aside_job {
    void (*run)(void *arg);     /* on the thread */
    void (*done)(void *arg);    /* then, on the loop */
    void (*dropped)(void *arg); /* or, forgotten meanwhile: this, on either */
};

/* NULL: there can be no thread, and nothing is called. After `done` and `dropped` it is no more. */
struct aside *aside_start(uv_loop_t *loop, const struct aside_job *job, void *arg);
/* `done` is not called any more. The thread goes on by itself, and is not waited for. NULL is
 * harmless. The loop must run on. */
void aside_forget(struct aside *a);

#endif
