#include "process/find.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <netinet/tcp.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/sockdiag.h"
#include "process/proc_info.h"
#include "process/proc_tree.h"

enum { SHOWN = 5 };

struct sockets {
    struct sockdiag_socket *items;
    size_t count, cap;
};

static void add_socket(const struct sockdiag_socket *s, void *arg)
{
    struct sockets *all = arg;
    MEM_GROW(all->items, all->count, all->cap);
    all->items[all->count++] = *s;
}

/* The listening sockets of a port; of all ports with 0. */
static struct sockets listeners(int port)
{
    struct sockets all = {0};
    struct sockdiag *d = sockdiag_open();
    if (d)
        sockdiag_each(d, (uint16_t)port, SOCKDIAG_STATE(TCP_LISTEN), add_socket, &all);
    sockdiag_close(d);
    return all;
}

/* --- candidates: processes of which one is meant --- */

/* Keep the processes of `t` that `is` wants. */
static void keep(struct proc_tree *t, bool (*is)(pid_t pid, const void *arg), const void *arg)
{
    int kept = 0;
    for (int i = 0; i < t->count; i++)
        if (is(t->procs[i].pid, arg))
            t->procs[kept++] = t->procs[i];
    t->count = kept;
}

/* Those of `t` whose parent is not one of them. */
static void keep_topmost(struct proc_tree *t)
{
    struct proc_tree *before = MEM_NEW(struct proc_tree);
    int kept = 0;
    *before = *t;
    for (int i = 0; i < before->count; i++)
        if (!proc_tree_has(before, before->procs[i].parent))
            t->procs[kept++] = before->procs[i];
    t->count = kept;
    free(before);
}

/* "4711 (node), 4712 (node), …" */
static char *list_of(const struct proc_tree *t)
{
    struct buf b;
    char name[32];
    buf_init(&b, 1024);
    for (int i = 0; i < t->count && i < SHOWN; i++)
        buf_addf(&b, "%s%d (%s)", i ? ", " : "", (int)t->procs[i].pid,
                 proc_name(t->procs[i].pid, name, sizeof name));
    if (t->count > SHOWN)
        buf_adds(&b, ", …");
    return buf_take(&b);
}

/* The only one of the candidates; `what` begins the sentence that says that there are several. */
static int only_one(struct proc_tree *t, pid_t *pid, const char *what, struct error *err)
{
    keep_topmost(t);
    if (t->count == 1) {
        *pid = t->procs[0].pid;
        return 0;
    }
    char *list = list_of(t);
    error_set(err, ERROR_RUN, "%s: %s", what, list);
    free(list);
    return error_hint(err, "give the pid of the one that you mean");
}

/* --- by port --- */

static bool holds_one(pid_t pid, const void *arg)
{
    const struct sockets *all = arg;
    for (size_t i = 0; i < all->count; i++)
        if (proc_holds_socket(pid, all->items[i].inode))
            return true;
    return false;
}

static int nobody_seen(int port, const struct sockets *all, struct error *err)
{
    if (all->count == 0) {
        error_set(err, ERROR_RUN, "no process listens on port %d of this machine", port);
        return error_hint(err, "'ss -ltn' lists the ports that are listened on");
    }
    error_set(err, ERROR_RUN, "port %d belongs to a process of user %u that cannot be looked at",
              port, (unsigned)all->items[0].uid);
    return error_hint(err, "be that user, or root");
}

int find_by_port(int port, pid_t *pid, struct error *err)
{
    struct sockets all = listeners(port);
    struct proc_tree *t = MEM_NEW(struct proc_tree);
    char what[64];
    int rc;
    proc_tree_read(t, 0, false);
    keep(t, holds_one, &all);
    snprintf(what, sizeof what, "several processes listen on port %d", port);
    rc = t->count ? only_one(t, pid, what, err) : nobody_seen(port, &all, err);
    free(t);
    free(all.items);
    return rc;
}

/* --- by name --- */

static bool is_named(pid_t pid, const void *arg)
{
    char comm[32];
    size_t len;
    if (pid == getpid())
        return false;
    if (strcmp(proc_name(pid, comm, sizeof comm), arg) == 0)
        return true;
    char *arguments = proc_arguments(pid, &len);
    const char *slash = strrchr(arguments, '/');
    bool is = strcmp(slash ? slash + 1 : arguments, arg) == 0;
    free(arguments);
    return is;
}

int find_by_name(const char *name, pid_t *pid, struct error *err)
{
    struct proc_tree *t = MEM_NEW(struct proc_tree);
    char what[128];
    int rc;
    proc_tree_read(t, 0, false);
    keep(t, is_named, name);
    snprintf(what, sizeof what, "'%.64s' could be several processes", name);
    if (t->count) {
        rc = only_one(t, pid, what, err);
    } else {
        rc = error_set(err, ERROR_RUN, "there is no process '%s'", name);
        error_hint(err, "give a pid, the name that 'ps' shows, or --port N");
    }
    free(t);
    return rc;
}

/* --- the ports of a process --- */

static int by_port(const void *a, const void *b)
{
    const struct sockdiag_socket *x = a, *y = b;
    return x->local_port != y->local_port
               ? (x->local_port > y->local_port) - (x->local_port < y->local_port)
               : (x->family > y->family) - (x->family < y->family);
}

static void set_host(struct found_port *out, const struct sockdiag_socket *s)
{
    static const unsigned char any[sizeof s->local];
    char text[INET6_ADDRSTRLEN];
    bool six = s->family == AF_INET6;
    if (memcmp(s->local, any, six ? 16 : 4) == 0)
        snprintf(text, sizeof text, six ? "::1" : "127.0.0.1");
    else
        inet_ntop(s->family, s->local, text, sizeof text);
    snprintf(out->host, sizeof out->host, six ? "[%s]" : "%s", text);
}

int find_ports(pid_t pid, int port, struct found_port *out, int max)
{
    struct sockets all = listeners(port);
    struct proc_tree *t = MEM_NEW(struct proc_tree);
    int n = 0;
    proc_tree_read(t, pid, true);
    if (all.count)
        qsort(all.items, all.count, sizeof *all.items, by_port);
    for (size_t i = 0; i < all.count && n < max; i++) {
        const struct sockdiag_socket *s = &all.items[i];
        bool again = n > 0 && out[n - 1].port == s->local_port;
        if (again || !proc_tree_socket_owner(t, pid, s->inode))
            continue;
        out[n].port = s->local_port;
        set_host(&out[n++], s);
    }
    free(t);
    free(all.items);
    return n;
}
