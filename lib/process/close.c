/* The end: what was left behind is written down and killed, then every handle is closed. */
#include "process/private.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* A child that is on its way out as its parent exits is no orphan: so long may that take. */
enum { ORPHAN_GRACE_MS = 100, ORPHAN_TICK_MS = 2 };

static void on_handle_closed(uv_handle_t *handle)
{
    target_handle_gone(handle->data);
}

static void close_handles(struct target *t)
{
    for (int i = 0; i < 2; i++) {
        output_drain(&t->streams[i]);
        output_close(&t->streams[i]);
    }
    target_lines_note(t);
    uv_close((uv_handle_t *)&t->tick, on_handle_closed);
    if (t->exit_polled)
        uv_close((uv_handle_t *)&t->exit_poll, on_handle_closed);
    t->exit_polled = false;
}

void target_keeper_ended(struct target *t)
{
    uv_close((uv_handle_t *)&t->keeper_poll, on_handle_closed);
    t->keeper_polled = false;
    if (keeper_reap(&t->keeper))
        note_add(t->journal, NOTE_NOT_KILLED, (struct event){0});
    if (t->pidfd < 0 && !t->exit_ns)
        t->exit_ns = clock_ns(); /* nothing else will tell */
    if (t->exit_ns)
        target_exited(t, -1, 0); /* and how, nobody can say any more */
    if (t->closing)
        close_handles(t);
    else
        note_add(t->journal, NOTE_KEEPER_KILLED, (struct event){0});
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
    target_listener_look(t, 0);
    target_read_tree(t);
    if (t->tree.count > 0 && clock_ns() < t->close_by_ns)
        return;
    if (!target_survivor_tick(t, clock_ns()))
        return;
    target_read_tree(t);
    if (!t->killed)
        journal_orphans(t);
    target_leftovers(t);
    uv_timer_stop(timer);
    keeper_finish(&t->keeper);
}

void target_kill(struct target *t)
{
    if (!t->keeper.pid)
        return;
    if (t->running)
        t->killed = true; /* its children did not outlive it by themselves */
    target_send(t, SIGKILL);
    target_read_tree(t);
    proc_tree_kill(&t->tree, t->keeper.pid);
}

void target_close(struct target *t, void (*closed)(void *arg), void *arg)
{
    if (t->closing)
        return;
    t->closing = true;
    t->closed = closed;
    t->closed_arg = arg;
    target_watches_cancel(t);
    uv_timer_stop(&t->tick);
    if (!t->keeper.pid) {
        target_thaw(t);
        close_handles(t);
    } else if (t->running) {
        target_kill(t);
        keeper_finish(&t->keeper);
    } else {
        t->close_by_ns = t->exit_ns + ORPHAN_GRACE_MS * NS_PER_MS;
        uv_timer_start(&t->tick, on_orphan_tick, 0, ORPHAN_TICK_MS);
    }
}
