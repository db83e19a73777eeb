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
    lines_close(&t->lines);
    target_close_handle(&t->tick);
    if (t->exit_polled)
        target_close_handle(&t->exit_poll);
    t->exit_polled = false;
}

static void journal_orphans(struct target *t)
{
    for (int i = 0; i < t->tree.count; i++) {
        char *command = proc_command(t->tree.procs[i].pid);
        journal_add(
            t->journal,
            &(struct event){.kind = EVENT_ORPHAN, .pid = t->tree.procs[i].pid, .text = command});
        free(command);
    }
}

static void on_orphan_tick(uv_timer_t *timer)
{
    struct target *t = timer->data;
    listener_look(t, 0);
    target_read_tree(t);
    if (t->tree.count > 0 && clock_ns() < t->close_by_ns)
        return;
    if (!remains_survivor_tick(t, clock_ns()))
        return;
    target_read_tree(t);
    if (!t->killed)
        journal_orphans(t);
    remains_files(t);
    uv_timer_stop(timer);
    keeper_finish(&t->keeper);
}

void target_close(struct target *t, void (*closed)(void *arg), void *arg)
{
    if (t->closing)
        return;
    t->closing = true;
    t->closed = closed;
    t->closed_arg = arg;
    t->watches.ended = true;
    watches_cancel(&t->watches);
    target_speaks_close(t);
    uv_timer_stop(&t->tick);
    if (!t->keeper.pid) {
        target_thaw(t);
        target_close_handles(t);
    } else if (t->running) {
        target_kill(t);
        keeper_finish(&t->keeper);
    } else {
        t->close_by_ns = t->exit_ns + ORPHAN_GRACE_MS * NS_PER_MS;
        uv_timer_start(&t->tick, on_orphan_tick, 0, ORPHAN_TICK_MS);
    }
}
