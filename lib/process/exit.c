/* That the target has exited, and how: as its pidfd, its keeper or /proc tells. */
#include <sys/wait.h>

#include "process/pidfd.h"
#include "process/private.h"

/* the time that a parent has to reap a process whose exit status is wanted */
enum { REAP_MS = 200 };

static void note_listener_left(struct target *t)
{
    char name[32];
    if (t->listener.now.sockets > 0 && !t->held.holder.inode && t->exit.keeper.pid &&
        t->listener.owner && t->listener.owner != t->pid)
        note_add(t->journal, NOTE_STILL_LISTENS,
                 (struct event){.pid = t->pid,
                                .owner = t->listener.owner,
                                .text = proc_name(t->listener.owner, name, sizeof name),
                                .port = t->at.port});
}

static void exited(struct target *t, int code, int signo)
{
    if (!t->is.running)
        return;
    t->is.running = false;
    lines_drain(&t->says.lines);
    holdings_end(t);
    notify_end(t);
    journal_add(t->journal, &(struct event){.kind = EVENT_TARGET_EXIT,
                                            .t_ns = t->exit.at_ns,
                                            .pid = t->pid,
                                            .exit_code = code,
                                            .exit_signal = signo});
    note_listener_left(t);
    target_let_go(t);
    target_set_pace(t);
    if (t->is.closing || t->is.failed)
        return;
    if (!t->is.ready)
        target_ready_exit(t, code, signo);
    else if (t->callbacks.exited)
        t->callbacks.exited(t->callbacks.arg, code, signo);
}

/* An attached process has exited: how, the kernel may tell once its parent has reaped it, and /proc
 * until then. */
static void learn_status(struct target *t)
{
    int status = 0;
    int rc = pidfd_exit_status(t->exit.pidfd, &status);
    if (rc != 1 && proc_zombie_status(t->pid, &status))
        rc = 1;
    if (rc == 0 && clock_ns() < t->exit.at_ns + REAP_MS * NS_PER_MS)
        return;
    bool known = rc == 1;
    exited(t, known && WIFEXITED(status) ? WEXITSTATUS(status) : -1,
           known && WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

void target_exit_tick(struct target *t)
{
    if (!t->exit.keeper.pid && t->exit.at_ns && t->is.running)
        learn_status(t);
}

/* It has exited now; how, the keeper will say. */
static void see_exit(struct target *t)
{
    if (t->exit.at_ns)
        return;
    t->exit.at_ns = clock_ns();
    if (t->exit.polled)
        uv_poll_stop(&t->exit.poll);
    listener_look(t, t->exit.at_ns);
    dependencies_end(t);
}

static void on_pidfd(uv_poll_t *poll, int status, int events)
{
    struct target *t = poll->data;
    (void)status;
    (void)events;
    see_exit(t);
    if (!t->exit.keeper.pid)
        learn_status(t);
}

static void on_keeper_ended(struct target *t)
{
    target_close_handle(&t->exit.keeper_poll);
    if (keeper_reap(&t->exit.keeper))
        note_add(t->journal, NOTE_NOT_KILLED, (struct event){0});
    if (t->exit.pidfd < 0 && !t->exit.at_ns)
        t->exit.at_ns = clock_ns(); /* nothing else will tell */
    if (t->exit.at_ns)
        exited(t, -1, 0); /* how is not known any more */
    if (t->is.closing)
        target_close_handles(t);
    else
        note_add(t->journal, NOTE_KEEPER_KILLED, (struct event){0});
}

static void on_keeper(uv_poll_t *poll, int status, int events)
{
    struct target *t = poll->data;
    struct keeper_message m;
    int rc;
    (void)status;
    (void)events;
    while ((rc = keeper_read(&t->exit.keeper, &m)) == 1) {
        if (m.what != KEEPER_EXITED)
            continue;
        see_exit(t);
        exited(t, WIFEXITED(m.value) ? WEXITSTATUS(m.value) : -1,
               WIFSIGNALED(m.value) ? WTERMSIG(m.value) : 0);
    }
    if (rc == 0)
        on_keeper_ended(t);
}

void target_exit_follow(struct target *t)
{
    t->is.running = true;
    if (t->exit.pidfd >= 0) {
        uv_poll_init(t->loop, &t->exit.poll, t->exit.pidfd);
        uv_poll_start(&t->exit.poll, UV_READABLE, on_pidfd);
        t->exit.poll.data = t;
        t->exit.polled = true;
        t->handles.open++;
    }
    if (t->exit.keeper.pid) {
        uv_poll_init(t->loop, &t->exit.keeper_poll, t->exit.keeper.fd);
        uv_poll_start(&t->exit.keeper_poll, UV_READABLE, on_keeper);
        t->exit.keeper_poll.data = t;
        t->handles.open++;
    }
}
