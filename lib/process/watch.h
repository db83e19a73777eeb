/* Paths polled while the run goes on: readiness, liveness, and the status moments. */
#ifndef PROCESS_WATCH_H
#define PROCESS_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "process/handles.h"
#include "process/probe.h"

struct journal;
struct watches;

enum { WATCH_UNKNOWN = -2 };

/* One path polled over and over, a connection each time. */
struct watch {
    struct watches *all;
    struct watch *next;
    char *path;          /* NULL: only connect */
    struct probe *probe; /* the one under way, or NULL */
    int64_t due_ns;      /* when to start the next */
    int status;          /* the latest; WATCH_UNKNOWN before the first */
    bool journaled;      /* health: an event at each change, and now and then without one */
    int64_t journaled_ns;
    bool stopped;
    int wanted; /* call `is` once when it answers this */
    void (*is)(void *arg);
    void *arg;
};

struct watches {
    uv_loop_t *loop;
    struct journal *journal;
    struct handles *handles;
    const struct probe_base *base;
    struct watch *first;
    bool ended; /* no probe is started any more */
};

/* A new one, without anything wanted. */
struct watch *watches_add(struct watches *ws, const char *path);
/* Does no process listen there any more, and will none? `HELD`: and yet connections would be taken,
 * for another process to come: nothing is asked. */
enum desertion { DESERTED_NOT, DESERTED, DESERTED_HELD };
void watches_tick(struct watches *ws, int64_t now_ns, enum desertion deserted);
/* Drop the probes under way; true when there were any. */
bool watches_cancel(struct watches *ws);
void watches_free(struct watches *ws);
void watch_stop(struct watch *w);

#endif
