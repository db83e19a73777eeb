/* Paths polled while the run goes on: readiness, liveness, and the status moments. */
#include "process/private.h"

#include <stdlib.h>

#include "base/mem.h"

enum { INTERVAL_MS = 10, QUICK_MS = 5, TIMEOUT_MS = 1000, LINGER_MS = 50, REPEAT_MS = 50 };

/* An answer that stays the same is a fact as well, as long as it is known when it was asked for. */
static void journal_health(struct watch *w, bool changed, int64_t asked_ns)
{
    int64_t now = clock_ns();
    if (!w->journaled || (!changed && now - w->journaled_ns < REPEAT_MS * NS_PER_MS))
        return;
    w->journaled_ns = now;
    journal_add(w->target->journal, &(struct event){.kind = EVENT_HEALTH,
                                                    .t_ns = now,
                                                    .text = w->path,
                                                    .status = w->status,
                                                    .at = asked_ns});
}

static void set_status(struct watch *w, int status, int64_t asked_ns)
{
    bool changed = status != w->status;
    w->status = status;
    if (w->stopped)
        return;
    journal_health(w, changed, asked_ns);
    if (w->is && status == w->wanted) {
        void (*is)(void *arg) = w->is;
        target_watch_stop(w);
        is(w->arg);
    }
}

static void on_answer(void *arg, int status)
{
    struct watch *w = arg;
    set_status(w, status, probe_started_ns(w->probe));
}

static void on_probe_gone(void *arg)
{
    struct watch *w = arg;
    w->probe = NULL;
    target_handle_gone(w->target);
}

static void start_probe(struct watch *w, int64_t now_ns)
{
    struct target *t = w->target;
    int status;
    w->due_ns = now_ns + (w->journaled ? INTERVAL_MS : QUICK_MS) * NS_PER_MS;
    w->probe = probe_start(t->loop, &t->base, w->path, on_answer, on_probe_gone, w, &status);
    if (w->probe)
        t->handles++;
    else
        set_status(w, status, now_ns);
}

/* A probe that hangs: the server has it for too long, or does not close after its answer. */
static void check_probe(struct watch *w, int64_t now_ns)
{
    int64_t answered = probe_answered_ns(w->probe), started = probe_started_ns(w->probe);
    if (answered && now_ns > answered + LINGER_MS * NS_PER_MS) {
        probe_cancel(w->probe);
    } else if (!answered && now_ns > started + TIMEOUT_MS * NS_PER_MS) {
        probe_cancel(w->probe);
        set_status(w, PROBE_NO_ANSWER, started);
    }
}

/* Nothing will ever answer there again, and the journal knows. */
static bool hopeless(const struct watch *w)
{
    const struct target *t = w->target;
    return !t->running && t->listener.sockets == 0 && w->status == PROBE_REFUSED;
}

void target_watches_tick(struct target *t, int64_t now_ns)
{
    for (struct watch *w = t->watches; w && !t->closing; w = w->next) {
        if (w->probe)
            check_probe(w, now_ns);
        else if (!w->stopped && !t->frozen && now_ns >= w->due_ns && !hopeless(w))
            start_probe(w, now_ns);
    }
}

struct watch *target_watch(struct target *t, const char *path)
{
    struct watch *w = MEM_NEW(struct watch);
    w->target = t;
    w->path = mem_strdup(path);
    w->status = WATCH_UNKNOWN;
    w->next = t->watches;
    t->watches = w;
    return w;
}

void target_watch_stop(struct watch *w)
{
    w->stopped = true;
    if (w->probe && !probe_answered_ns(w->probe))
        probe_cancel(w->probe);
}

void target_watches_cancel(struct target *t)
{
    for (struct watch *w = t->watches; w; w = w->next)
        if (w->probe)
            probe_cancel(w->probe);
}

void target_watches_free(struct target *t)
{
    for (struct watch *w = t->watches, *next; w; w = next) {
        next = w->next;
        free(w->path);
        free(w);
    }
}

void target_watch_health(struct target *t)
{
    const char *paths[] = {t->plan->health_ready, t->plan->health_live};
    for (int i = 0; i < 2 && !t->closing; i++)
        if (paths[i])
            target_watch(t, paths[i])->journaled = true;
}

void target_watch_status(struct target *t, const char *path, int status, void (*is)(void *arg),
                         void *arg)
{
    if (t->closing)
        return;
    struct watch *w = target_watch(t, path);
    w->wanted = status;
    w->is = is;
    w->arg = arg;
}
