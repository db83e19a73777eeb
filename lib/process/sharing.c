#include "process/sharing.h"

#include <netinet/tcp.h>

#include "process/private.h"

static bool find(struct target *t, struct holder *h)
{
    target_read_tree(t);
    h->pid = proc_tree_socket_owner(&t->seen.tree, t->pid, h->inode);
    h->fd = h->pid ? proc_descriptor_of(h->pid, h->inode) : -1;
    return h->pid != 0;
}

/* A process may hand it to a child and close it between our looks at the two: so a second look. */
bool holder_has(struct target *t, struct holder *h)
{
    if (h->pid && proc_descriptor_is(h->pid, h->fd, h->inode))
        return true;
    return h->pid && (find(t, h) || find(t, h));
}

/* --- all at the port --- */

struct seen {
    const struct sockaddr *at;
    int count;
    struct sockdiag_socket sockets[SHARING_MOST];
};

static void take(const struct sockdiag_socket *s, void *arg)
{
    struct seen *seen = arg;
    if (seen->count < SHARING_MOST && (!seen->at || sockdiag_takes(s, seen->at)))
        seen->sockets[seen->count++] = *s;
}

/* NULL: there is no room for one more. */
static struct holder *holder_of(struct target *t, uint32_t inode)
{
    struct sharing *all = &t->listener.sharing;
    for (int i = 0; i < all->count; i++)
        if (all->sockets[i].inode == inode)
            return &all->sockets[i];
    if (all->count == SHARING_MOST)
        return NULL;
    struct holder *h = &all->sockets[all->count++];
    *h = (struct holder){.inode = inode};
    find(t, h);
    return h;
}

static bool is_own(struct target *t, uint32_t inode)
{
    struct holder *h = holder_of(t, inode);
    bool had = h && h->pid, has = h && holder_has(t, h);
    t->listener.sharing.kept |= had && !has;
    return has;
}

int sharing_sum(struct target *t, const struct sockaddr *at, struct sockdiag_listener *out)
{
    struct seen seen = {.at = at};
    *out = (struct sockdiag_listener){0};
    int rc = sockdiag_each(t->listener.diag, (uint16_t)t->at.port, SOCKDIAG_STATE(TCP_LISTEN), take,
                           &seen);
    for (int i = 0; i < seen.count && rc == 0; i++)
        if (is_own(t, seen.sockets[i].inode))
            sockdiag_add(out, &seen.sockets[i]);
    return rc;
}
