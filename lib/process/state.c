/* What the parts of a target share: its tree, signals to it alone, its pace, its open handles. */
#include "process/private.h"

#include <errno.h>
#include <signal.h>

#include "base/mem.h"
#include "process/pidfd.h"

enum { PACE_STARTING_MS = 2, PACE_RUNNING_MS = 5, PACE_DRAINING_MS = 1, PACE_GONE_MS = 10 };

void target_read_tree(struct target *t)
{
    if (t->keeper.pid || t->plan->kind == TARGET_URL) /* of a url: any process may be it */
        proc_tree_read(&t->tree, t->keeper.pid, false);
    else
        proc_tree_read(&t->tree, t->pid, true);
}

int target_send(struct target *t, int signo)
{
    if (t->pidfd >= 0)
        return pidfd_signal(t->pidfd, signo);
    return !t->running ? -ESRCH : kill(t->pid, signo) < 0 ? -errno : 0;
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

void target_quit(struct target *t, int signo, int64_t patience_ns)
{
    target_send(t, signo);
    t->quit_by_ns = clock_ns() + patience_ns;
}

char *target_full_path(const struct target *t, const char *path)
{
    if (path[0] == '/' || !t->plan->cwd)
        return mem_strdup(path);
    return mem_printf("%s/%s", t->plan->cwd, path);
}

void target_set_pace(struct target *t)
{
    uint64_t ms = !t->ready ? PACE_STARTING_MS : t->quick ? PACE_DRAINING_MS : PACE_RUNNING_MS;
    if (!t->running)
        ms = PACE_GONE_MS;
    if (t->closing || uv_timer_get_repeat(&t->tick) == ms)
        return;
    uv_timer_set_repeat(&t->tick, ms);
    uv_timer_again(&t->tick);
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
    t->failed = true;
    if (t->ready_watch)
        watch_stop(t->ready_watch);
    if (t->running)
        target_kill(t);
    if (t->callbacks.failed && !t->closing)
        t->callbacks.failed(t->callbacks.arg, err);
}
