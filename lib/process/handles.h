/* The open handles of a target. Its memory can go when the last one is closed. */
#ifndef PROCESS_HANDLES_H
#define PROCESS_HANDLES_H

struct handles {
    int open;
    void (*none_left)(void *arg); /* from the loop, once the last one is closed */
    void *arg;
};

/* One of them is closed. */
static inline void handles_gone(struct handles *h)
{
    if (--h->open == 0)
        h->none_left(h->arg);
}

#endif
