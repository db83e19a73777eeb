/* A closing step that blocks, on a thread that may be left behind: the waiting and the working side
 * share a small record, and the last of them frees it. */
#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"
#include "server/life/steps.h"
#include "server/thread.h"

struct step_thread {
    pthread_mutex_t lock;
    int holders; /* the loop and the thread */
    bool over;
    int rc;
    int (*work)(void *arg);
    void *arg;
};

void (*step_thread_wake)(void);

static void let_go(struct step_thread *t)
{
    pthread_mutex_lock(&t->lock);
    bool last = --t->holders == 0;
    pthread_mutex_unlock(&t->lock);
    if (!last)
        return;
    pthread_mutex_destroy(&t->lock);
    free(t);
}

static void *live(void *arg)
{
    struct step_thread *t = arg;
    int rc = t->work(t->arg);
    pthread_mutex_lock(&t->lock);
    t->over = true;
    t->rc = rc;
    bool awaited = t->holders == 2;
    if (awaited && step_thread_wake)
        step_thread_wake();
    pthread_mutex_unlock(&t->lock);
    let_go(t);
    return NULL;
}

int step_thread_start(struct step *step)
{
    struct step_thread *t = MEM_NEW(struct step_thread);
    *t = (struct step_thread){.holders = 2, .work = step->row.work, .arg = step->row.arg};
    pthread_mutex_init(&t->lock, NULL);
    if (thread_start(NULL, live, t) != 0) {
        pthread_mutex_destroy(&t->lock);
        free(t);
        return -1;
    }
    step->thread = t;
    return 0;
}

void step_thread_leave(struct step *step)
{
    struct step_thread *t = step->thread;
    step->thread = NULL;
    let_go(t);
}

bool step_thread_over(struct step *step, int *rc)
{
    struct step_thread *t = step->thread;
    pthread_mutex_lock(&t->lock);
    bool over = t->over;
    *rc = t->rc;
    pthread_mutex_unlock(&t->lock);
    if (over)
        step_thread_leave(step);
    return over;
}
