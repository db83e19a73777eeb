/* What the parts of a target share: its tree, signals to it alone, its pace, its open handles. */
#include "process/private.h"

#include <errno.h>
#include <signal.h>

#include "base/mem.h"
#include "process/pidfd.h"

enum { PACE_STARTING_MS = 2, PACE_RUNNING_MS = 5, PACE_DRAINING_MS = 1, PACE_GONE_MS = 10 };

void target_read_tree(struct target *t)
{
    if (t->exit.keeper.pid || t->plan->kind == TARGET_URL) /* of a url: any process may be it */
        proc_tree_read(&t->seen.tree, t->exit.keeper.pid, false);
    else
        proc_tree_read(&t->seen.tree, t->pid, true);
}

int target_send(struct target *t, int signo)
{
    if (t->exit.pidfd >= 0)
        return pidfd_signal(t->exit.pidfd, signo);
    return !t->is.running ? -ESRCH : kill(t->pid, signo) < 0 ? -errno : 0;
}

void target_kill(struct target *t)
{
    if (!t->exit.keeper.pid)
        return;
    if (t->is.running)
        t->is.killed = true; /* its children did not outlive it by themselves */
    target_send(t, SIGKILL);
    target_read_tree(t);
    proc_tree_kill(&t->seen.tree, t->exit.keeper.pid);
}

void target_quit(struct target *t, int signo, int64_t patience_ns)
{
    target_send(t, signo);
    t->exit.quit_by_ns = clock_ns() + patience_ns;
}

char *target_full_path(const struct target *t, const char *path)
{
    if (path[0] == '/' || !t->plan->cwd)
        return mem_strdup(path);
    return mem_printf("%s/%s", t->plan->cwd, path);
}

void target_set_pace(struct target *t)
{
    uint64_t ms = !t->is.ready    ? PACE_STARTING_MS
                  : t->pace.quick ? PACE_DRAINING_MS
                                  : PACE_RUNNING_MS;
    if (!t->is.running)
        ms = PACE_GONE_MS;
    if (t->is.closing || uv_timer_get_repeat(&t->pace.tick) == ms)
        return;
    uv_timer_set_repeat(&t->pace.tick, ms);
    uv_timer_again(&t->pace.tick);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct target *t = handle->data;
    handles_gone(&t->handles);
}

void target_close_handle(void *handle)
{
    uv_close(handle, on_handle_closed);
}

void target_fail(struct target *t, const struct error *err)
{
    t->is.failed = true;
    if (t->start.watch)
        watch_stop(t->start.watch);
    if (t->is.running)
        target_kill(t);
    if (t->callbacks.failed && !t->is.closing)
        t->callbacks.failed(t->callbacks.arg, err);
}
