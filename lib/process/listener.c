#include "process/private.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>

#include "base/duration.h"

/* Each look searches for further sockets on the port only this often: a few ms are time enough, and
 * the search goes through all listeners of the machine. */
enum { SEARCH_EACH = 8 };

static void first_seen(struct target *t, int64_t t_ns)
{
    char name[32] = "";
    t->listener.seen = true;
    target_read_tree(t);
    t->listener.owner = proc_tree_socket_owner(&t->seen.tree, t->pid, t->listener.now.inode);
    if (t->listener.owner)
        proc_name(t->listener.owner, name, sizeof name);
    journal_add(t->journal, &(struct event){.kind = EVENT_TARGET_LISTEN,
                                            .t_ns = t_ns,
                                            .port = t->at.port,
                                            .owner = t->listener.owner,
                                            .text = name,
                                            .limit = t->listener.now.limit});
    if (!t->listener.owner && t->plan->kind != TARGET_URL)
        note_add(t->journal, NOTE_NO_OWNER, (struct event){.port = t->at.port});
}

static void journal_listener(struct target *t, int64_t t_ns)
{
    journal_add(t->journal, &(struct event){.kind = EVENT_LISTENER,
                                            .t_ns = t_ns,
                                            .sockets = t->listener.now.sockets,
                                            .depth = t->listener.now.depth,
                                            .limit = t->listener.now.limit});
}

/* This is all that is seen of a shutdown behind a url. */
static void note_change(struct target *t, bool again)
{
    note_add(t->journal, again ? NOTE_LISTENER_AGAIN : NOTE_LISTENER_CLOSED,
             (struct event){.port = t->at.port,
                            .at = clock_ns() - t->start.ready_ns,
                            .depth = again ? 0 : t->listener.now.depth});
}

static int sum_at(struct target *t, int address, struct sockdiag_listener *out)
{
    if (t->listener.at_path.path)
        return unixdiag_listener(t->listener.diag, &t->listener.at_path, out);
    const void *at = t->listener.anywhere ? NULL : &t->at.base.addresses[address].at;
    if (t->listener.sharing.on && !t->held.holder.inode)
        return sharing_sum(t, at, out);
    bool search = !t->is.ready || t->listener.looks++ % SEARCH_EACH == 0;
    if (!search && sockdiag_listener_again(t->listener.diag, &t->listener.now, out) == 0)
        return 0;
    return sockdiag_listener(t->listener.diag, (uint16_t)t->at.port, at, out);
}

int listener_sum(struct target *t, struct sockdiag_listener *out)
{
    if (t->is.ready || t->at.base.n_addresses < 2)
        return sum_at(t, t->listener.address, out);
    int rc = 0;
    for (int i = 0; i < t->at.base.n_addresses && rc == 0; i++) {
        rc = sum_at(t, i, out);
        t->listener.address = i;
        if (rc == 0 && out->sockets)
            return 0;
    }
    t->listener.address = 0;
    return rc;
}

/* A socket of ours is the target's as long as a process of it has it. Its queue is not lost, unless
 * the target shuts it down: then it listens no more for any process (shutdown(2)). */
static void see_held(struct target *t, struct sockdiag_listener *now)
{
    if (!t->held.holder.inode)
        return;
    if (now->sockets == 0 && t->listener.seen && !t->held.holder.shut) {
        t->held.holder.shut = true;
        note_add(t->journal, NOTE_SOCKET_SHUT, (struct event){.port = t->at.port});
    }
    if (!holder_has(t, &t->held.holder))
        now->sockets = 0;
}

void listener_look(struct target *t, int64_t t_ns)
{
    struct sockdiag_listener now, *was = &t->listener.now;
    if (t->at.beside && !t->is.ready)
        return; /* the process before it listens there */
    if (!t->listener.diag || !t->at.url || listener_sum(t, &now) < 0)
        return;
    see_held(t, &now);
    if (now.sockets == was->sockets && now.depth == was->depth && now.limit == was->limit)
        return;
    bool came = was->sockets == 0, went = now.sockets == 0, again = came && t->listener.seen;
    if (now.sockets != was->sockets || now.inode != was->inode)
        t->listener.changed_ns = clock_ns();
    if (went && !t->listener.sharing.kept && (!t->held.holder.inode || t->held.holder.shut)) {
        /* what was in its queue is the number of clients that were reset: keep it in the event */
        now.depth = was->depth;
        now.limit = was->limit;
    }
    if (came && went)
        return;
    *was = now;
    t_ns = t_ns ? t_ns : clock_ns();
    if (came && !t->listener.seen)
        first_seen(t, t_ns);
    journal_listener(t, t_ns);
    if (t->plan->kind == TARGET_URL && t->is.ready && (again || went))
        note_change(t, again);
    if (went && t->callbacks.listener_closed && !t->is.closing)
        t->callbacks.listener_closed(t->callbacks.arg);
}

void target_share_port(struct target *t)
{
    struct sockdiag_listener own;
    t->listener.sharing.on = true;
    if (t->listener.diag && t->at.url) /* they are known before the other one has any */
        listener_sum(t, &own);
}

int target_connections(struct target *t)
{
    if (!t->listener.diag || !t->at.url)
        return -1;
    if (t->listener.at_path.path) {
        struct unix_counts counts;
        int rc = unixdiag_counts(t->listener.diag, &t->listener.at_path, &counts);
        return rc < 0 ? -1 : counts.connections;
    }
    int n = sockdiag_count(t->listener.diag, (uint16_t)t->at.port, SOCKDIAG_STATE(TCP_ESTABLISHED));
    return n < 0 ? -1 : n;
}

int64_t target_queue_depth(struct target *t)
{
    struct sockdiag_listener l;
    if (!t->listener.diag || !t->at.url || listener_sum(t, &l) < 0 || l.sockets == 0)
        return -1;
    return l.depth;
}
