/* A thread beside the loop. */
#ifndef SERVER_THREAD_H
#define SERVER_THREAD_H

#include <pthread.h>

/* Start one that gets no signals: those are for the loop's thread. `out` is to be joined; with NULL
 * the thread goes by itself when `run` is over. 0, or an errno (pthread_create(3)). */
int thread_start(pthread_t *out, void *(*run)(void *arg), void *arg);

#endif
