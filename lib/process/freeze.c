/* Stopping the target in mid-air, so that what was a race becomes a certainty: while it is frozen
 * the kernel goes on completing handshakes and taking in bytes. */
#include "process/private.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>

enum { FREEZE_MS = 2000, SETTLE_MS = 20 };

void target_signal_tree(struct target *t, int signo)
{
    for (int i = 0; i < t->seen.tree.count; i++)
        if (t->seen.tree.procs[i].pid == t->pid)
            target_send(t, signo);
        else
            kill(t->seen.tree.procs[i].pid, signo);
}

/* SIGSTOP what runs yet; true when every thread of every process had stopped before. */
static bool stop_tree(struct target *t)
{
    bool all = true;
    target_read_tree(t);
    for (int i = 0; i < t->seen.tree.count; i++)
        all = proc_stopped(t->seen.tree.procs[i].pid) && all;
    if (!all)
        target_signal_tree(t, SIGSTOP);
    return all;
}

/* Our own probes would be counted with the load's connections: drop them, and let the target take
 * what of them lies in its queue already. */
static void quiet_probes(struct target *t)
{
    int64_t until = clock_ns() + SETTLE_MS * NS_PER_MS;
    if (!watches_cancel(&t->watches))
        return;
    while (target_queue_depth(t) > 0 && clock_ns() < until)
        poll(NULL, 0, 1);
}

int target_freeze(struct target *t)
{
    int64_t until = clock_ns() + FREEZE_MS * NS_PER_MS;
    quiet_probes(t);
    t->is.frozen = true;
    /* twice: what was forked behind the back of the first look shows in the second */
    for (int calm = 0; calm < 2;) {
        calm = stop_tree(t) ? calm + 1 : 0;
        if (calm)
            continue;
        if (clock_ns() > until) {
            target_thaw(t);
            return -ETIMEDOUT;
        }
        poll(NULL, 0, 1);
    }
    if (t->seen.tree.count > 0)
        return 0;
    t->is.frozen = false;
    return -ESRCH;
}

struct pending {
    int64_t queued, buffered;
};

static void add_pending(const struct sockdiag_socket *s, void *arg)
{
    struct pending *p = arg;
    /* a connection that is not accepted yet has no inode */
    if (s->inode == 0)
        p->queued++;
    else if (s->rqueue > 0)
        p->buffered++;
}

/* The table of Unix sockets does not have those that are not accepted: the queue's depth is
 * their number. */
static int pending_at_path(struct target *t, int64_t *queued, int64_t *buffered)
{
    struct unix_counts counts;
    int64_t depth = target_queue_depth(t);
    int rc = unixdiag_counts(t->listener.diag, &t->listener.at_path, &counts);
    *queued = depth > 0 ? depth : 0;
    *buffered = counts.unread;
    listener_look(t, 0);
    return rc;
}

int target_pending(struct target *t, int64_t *queued, int64_t *buffered)
{
    struct pending p = {0};
    if (!t->listener.diag)
        return -ENOTSUP;
    if (t->listener.at_path.path)
        return pending_at_path(t, queued, buffered);
    int rc = sockdiag_each(t->listener.diag, (uint16_t)t->at.port,
                           SOCKDIAG_STATE(TCP_ESTABLISHED) | SOCKDIAG_STATE(TCP_CLOSE_WAIT),
                           add_pending, &p);
    *queued = p.queued;
    *buffered = p.buffered;
    /* the tick may not come again before the queue is emptied or lost */
    listener_look(t, 0);
    return rc;
}

int target_thaw_main(struct target *t)
{
    int workers = t->seen.tree.count - proc_tree_has(&t->seen.tree, t->pid);
    if (t->is.frozen && workers > 0)
        target_send(t, SIGCONT);
    return t->is.frozen ? workers : 0;
}

bool target_is_handed_on(const struct target *t)
{
    const unsigned long long others = 1ULL << (SIGCHLD - 1) | 1ULL << (SIGCONT - 1);
    for (int i = 0; i < t->seen.tree.count; i++)
        if (t->seen.tree.procs[i].pid != t->pid &&
            proc_pending_signals(t->seen.tree.procs[i].pid) & ~others)
            return true;
    return false;
}

bool target_thaw(struct target *t)
{
    bool stopped = t->is.frozen;
    if (stopped)
        target_signal_tree(t, SIGCONT);
    t->is.frozen = false;
    return stopped;
}

void target_let_go(struct target *t)
{
    if (target_thaw(t))
        journal_add(t->journal, &(struct event){.kind = EVENT_THAW});
}
