/* The end: what was left behind is written down and killed, then every handle is closed. */
#include "process/private.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* A child that is on its way out as its parent exits is no orphan: it has this time. */
enum { ORPHAN_GRACE_MS = 100, ORPHAN_TICK_MS = 2 };

void target_close_handles(struct target *t)
{
    notify_close(t);
    lines_close(&t->says.lines);
    target_close_handle(&t->pace.tick);
    if (t->exit.polled)
        target_close_handle(&t->exit.poll);
    t->exit.polled = false;
}

static void journal_orphans(struct target *t)
{
    for (int i = 0; i < t->seen.tree.count; i++) {
        char *command = proc_command(t->seen.tree.procs[i].pid);
        journal_add(t->journal, &(struct event){.kind = EVENT_ORPHAN,
                                                .pid = t->seen.tree.procs[i].pid,
                                                .text = command});
        free(command);
    }
}

static void on_orphan_tick(uv_timer_t *timer)
{
    struct target *t = timer->data;
    listener_look(t, 0);
    target_read_tree(t);
    if (t->seen.tree.count > 0 && clock_ns() < t->close.by_ns)
        return;
    if (!remains_survivor_tick(t, clock_ns()))
        return;
    target_read_tree(t);
    if (!t->is.killed)
        journal_orphans(t);
    remains_files(t);
    uv_timer_stop(timer);
    keeper_finish(&t->exit.keeper);
}

void target_close(struct target *t, void (*closed)(void *arg), void *arg)
{
    if (t->is.closing)
        return;
    t->is.closing = true;
    t->close.done = closed;
    t->close.arg = arg;
    t->watches.ended = true;
    watches_cancel(&t->watches);
    target_speaks_close(t);
    uv_timer_stop(&t->pace.tick);
    if (!t->exit.keeper.pid) {
        target_thaw(t);
        target_close_handles(t);
    } else if (t->is.running) {
        target_kill(t);
        keeper_finish(&t->exit.keeper);
    } else {
        t->close.by_ns = t->exit.at_ns + ORPHAN_GRACE_MS * NS_PER_MS;
        uv_timer_start(&t->pace.tick, on_orphan_tick, 0, ORPHAN_TICK_MS);
    }
}
