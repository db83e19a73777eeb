#include "process/watch.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "journal/journal.h"

enum { INTERVAL_MS = 10, QUICK_MS = 5, TIMEOUT_MS = 1000, LINGER_MS = 50, REPEAT_MS = 50 };

/* An answer that stays the same is a fact as well, as long as it is known when it was asked for. */
static void journal_health(struct watch *w, bool changed, int64_t asked_ns)
{
    int64_t now = clock_ns();
    if (!w->journaled || (!changed && now - w->journaled_ns < REPEAT_MS * NS_PER_MS))
        return;
    w->journaled_ns = now;
    journal_add(w->all->journal, &(struct event){.kind = EVENT_HEALTH,
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
        watch_stop(w);
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
    handles_gone(w->all->handles);
}

static void start_probe(struct watch *w, int64_t now_ns)
{
    struct watches *ws = w->all;
    int status;
    w->due_ns = now_ns + (w->journaled ? INTERVAL_MS : QUICK_MS) * NS_PER_MS;
    w->probe = probe_start(ws->loop, ws->base, w->path, on_answer, on_probe_gone, w, &status);
    if (w->probe)
        ws->handles->open++;
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

void watches_tick(struct watches *ws, int64_t now_ns, enum desertion deserted)
{
    if (deserted == DESERTED_HELD) {
        watches_cancel(ws);
        return;
    }
    for (struct watch *w = ws->first; w && !ws->ended; w = w->next) {
        /* nothing will ever answer there again, and the journal knows */
        bool hopeless = deserted && w->status == PROBE_REFUSED;
        if (w->probe)
            check_probe(w, now_ns);
        else if (!w->stopped && now_ns >= w->due_ns && !hopeless)
            start_probe(w, now_ns);
    }
}

struct watch *watches_add(struct watches *ws, const char *path)
{
    struct watch *w = MEM_NEW(struct watch);
    w->all = ws;
    w->path = mem_strdup(path);
    w->status = WATCH_UNKNOWN;
    w->next = ws->first;
    ws->first = w;
    return w;
}

void watch_stop(struct watch *w)
{
    w->stopped = true;
    if (w->probe && !probe_answered_ns(w->probe))
        probe_cancel(w->probe);
}

bool watches_cancel(struct watches *ws)
{
    bool any = false;
    for (struct watch *w = ws->first; w; w = w->next) {
        any = any || w->probe;
        if (w->probe)
            probe_cancel(w->probe);
    }
    return any;
}

void watches_free(struct watches *ws)
{
    for (struct watch *w = ws->first, *next; w; w = next) {
        next = w->next;
        free(w->path);
        free(w);
    }
}
