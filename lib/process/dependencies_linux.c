#include "process/dependencies_int.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"

/* A search takes a hundredth of the time at most, looks a tenth. */
enum { SEARCH_MS = 200, SEARCH_COST = 100, LOOK_COST = 10 };
enum { PORTS_MOST = 256 };

const char *dependency_name(uint16_t port)
{
    static const struct {
        uint16_t port;
        const char *name;
    } rows[] = {
        {5432, "postgresql"}, {6432, "pgbouncer"},     {3306, "mysql"},    {1433, "sqlserver"},
        {1521, "oracle"},     {27017, "mongodb"},      {6379, "redis"},    {11211, "memcached"},
        {9042, "cassandra"},  {9092, "kafka"},         {5672, "rabbitmq"}, {5671, "rabbitmq"},
        {4222, "nats"},       {1883, "mqtt"},          {2379, "etcd"},     {8500, "consul"},
        {2181, "zookeeper"},  {9200, "elasticsearch"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].port == port)
            return rows[i].name;
    return "";
}

/* What one walk through the table shows. */
struct search {
    struct sockdiag_socket found[FOUND_MOST];
    int n_found;
    uint16_t listened[PORTS_MOST];  /* ports that have a listener: what is connected to one of
                                      these was accepted */
    uint32_t listeners[PORTS_MOST]; /* ... and their inodes */
    int n_listened;
    uint16_t port; /* of the target, where its clients come and go */
};

static void take(const struct sockdiag_socket *s, void *arg)
{
    struct search *all = arg;
    if (s->state == TCP_LISTEN && all->n_listened < PORTS_MOST) {
        all->listeners[all->n_listened] = s->inode;
        all->listened[all->n_listened++] = s->local_port;
    } else if (s->state == TCP_ESTABLISHED && s->inode && s->local_port != all->port &&
               s->remote_port != all->port && all->n_found < FOUND_MOST) {
        all->found[all->n_found++] = *s;
    }
}

static bool is_listened(const struct search *s, const struct held_sockets *by, uint16_t port)
{
    for (int i = 0; i < s->n_listened; i++)
        if (s->listened[i] == port && (!by || held_by(by, s->listeners[i])))
            return true;
    return false;
}

static bool is_same(const struct sockdiag_socket *a, const struct sockdiag_socket *b)
{
    return a->inode == b->inode && a->local_port == b->local_port &&
           a->remote_port == b->remote_port;
}

static bool is_known(const struct dependencies *all, const struct sockdiag_socket *s)
{
    for (int i = 0; i < all->n_open; i++)
        if (!*all->open[i].local.path && is_same(&all->open[i].socket, s))
            return true;
    return false;
}

static bool is_known_end(const struct dependencies *all, uint32_t inode)
{
    for (int i = 0; i < all->n_open; i++)
        if (*all->open[i].local.path && all->open[i].local.inode == inode)
            return true;
    return false;
}

static void address_of(const struct sockdiag_socket *s, char *out, size_t size)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    char host[INET6_ADDRSTRLEN] = "";
    bool six = s->family == AF_INET6 && memcmp(s->remote, mapped, sizeof mapped) != 0;
    const unsigned char *four = s->family == AF_INET6 ? s->remote + sizeof mapped : s->remote;
    inet_ntop(six ? AF_INET6 : AF_INET, six ? s->remote : four, host, sizeof host);
    snprintf(out, size, six ? "[%s]:%u" : "%s:%u", host, s->remote_port);
}

static void tell(struct target *t, const struct dependency *d, enum link_is is, int64_t t_ns)
{
    char address[128];
    bool local = *d->local.path;
    if (local)
        snprintf(address, sizeof address, "unix:%s", d->local.path);
    else
        address_of(&d->socket, address, sizeof address);
    journal_add(t->journal, &(struct event){.kind = EVENT_DEPENDENCY,
                                            .t_ns = t_ns,
                                            .text = local ? dependency_name_at(d->local.path)
                                                          : dependency_name(d->socket.remote_port),
                                            .how = address,
                                            .port = d->socket.local_port,
                                            .pid = d->pid,
                                            .link = is,
                                            .depth = local ? d->local.rqueue : d->socket.rqueue,
                                            .at = d->seen_ns});
}

static void add_found(struct target *t, const struct search *s, const struct held_sockets *held)
{
    struct dependencies *all = &t->seen.dependencies;
    for (int i = 0; i < s->n_found && all->n_open < DEPENDENCIES_MOST; i++) {
        const struct sockdiag_socket *found = &s->found[i];
        pid_t pid = held_by(held, found->inode);
        if (!pid || is_known(all, found) || is_listened(s, NULL, found->local_port) ||
            is_listened(s, held, found->remote_port))
            continue;
        all->open[all->n_open] =
            (struct dependency){.socket = *found, .pid = pid, .seen_ns = clock_ns()};
        tell(t, &all->open[all->n_open++], LINK_OPEN, clock_ns());
    }
}

static void add_ends(struct target *t, const struct unix_ends *ends,
                     const struct held_sockets *held)
{
    struct dependencies *all = &t->seen.dependencies;
    struct unix_socket s;
    pid_t pid;
    for (int at = 0;
         all->n_open < DEPENDENCIES_MOST && (pid = unix_ends_next(ends, &at, held, &s));) {
        if (is_known_end(all, s.inode))
            continue;
        all->open[all->n_open] = (struct dependency){.local = s, .pid = pid, .seen_ns = clock_ns()};
        tell(t, &all->open[all->n_open++], LINK_OPEN, clock_ns());
    }
}

/* The processes are those of the last look at the tree. */
static void search(struct target *t)
{
    static struct search s;
    static struct unix_ends ends;
    static struct held_sockets held;
    s.n_found = s.n_listened = held.count = 0;
    s.port = (uint16_t)t->at.port;
    unsigned states = SOCKDIAG_STATE(TCP_ESTABLISHED) | SOCKDIAG_STATE(TCP_LISTEN);
    bool none = sockdiag_each(t->listener.diag, 0, states, take, &s) < 0 || !s.n_found;
    if (!unix_ends_find(t, &ends) && none)
        return;
    for (int i = 0; i < t->seen.tree.count; i++)
        held_add(&held, t->seen.tree.procs[i].pid);
    if (!none)
        add_found(t, &s, &held);
    add_ends(t, &ends, &held);
}

/* How a connection stands that was open. After a FIN of its own an end goes through FIN_WAIT, after
 * the other's through CLOSE_WAIT (RFC 9293 section 3.3.2); a reset leaves nothing. */
static enum link_is now_is(int found, const struct sockdiag_socket *now)
{
    if (found < 0)
        return LINK_RESET;
    if (now->state == TCP_ESTABLISHED)
        return LINK_OPEN;
    return now->state == TCP_CLOSE_WAIT || now->state == TCP_LAST_ACK ? LINK_PEER : LINK_CLOSED;
}

static enum link_is look_at_tcp(struct target *t, struct dependency *d)
{
    struct sockdiag_socket now;
    int rc = sockdiag_look(t->listener.diag, &d->socket, &now);
    enum link_is is = rc < 0 && rc != -ENOENT ? LINK_OPEN : now_is(rc, &now);
    if (is == LINK_OPEN && rc == 0)
        d->socket.rqueue = now.rqueue;
    return is;
}

/* The kernel closes what a process leaves open when it exits. */
static enum link_is at_exit(enum link_is is)
{
    return is == LINK_CLOSED ? LINK_EXIT_CLOSED : is == LINK_RESET ? LINK_EXIT_RESET : is;
}

/* True when some were closed: the others will be, too. */
static bool look_at_each(struct target *t, bool ended)
{
    struct dependencies *all = &t->seen.dependencies;
    int left = 0, before = all->n_open;
    for (int i = 0; i < all->n_open; i++) {
        struct dependency *d = &all->open[i];
        int64_t t_ns = clock_ns();
        enum link_is is = *d->local.path ? unix_end_is(t, &d->local) : look_at_tcp(t, d);
        if (is == LINK_OPEN) {
            d->seen_ns = t_ns;
            all->open[left++] = *d;
            continue;
        }
        bool ending = ended || proc_is_ending(d->pid);
        tell(t, d, ending ? at_exit(is) : is, clock_ns());
    }
    all->n_open = left;
    return left < before;
}

static int64_t thread_cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

void dependencies_look(struct target *t, int64_t now_ns)
{
    struct dependencies *all = &t->seen.dependencies;
    if (!t->plan->dependencies || !t->listener.diag || !t->is.running || t->exit.at_ns ||
        t->is.frozen)
        return;
    int64_t cpu_ns = thread_cpu_ns();
    bool due = now_ns >= all->search_ns;
    if (all->n_open && (due || (t->pace.quick && now_ns >= all->look_ns))) {
        bool closing = look_at_each(t, false);
        int64_t rest_ns = (thread_cpu_ns() - cpu_ns) * LOOK_COST;
        all->look_ns = closing ? 0 : now_ns + rest_ns;
    }
    if (!due)
        return;
    search(t);
    int64_t rest_ns = (thread_cpu_ns() - cpu_ns) * SEARCH_COST;
    all->search_ns = now_ns + (rest_ns > SEARCH_MS * NS_PER_MS ? rest_ns : SEARCH_MS * NS_PER_MS);
}

void dependencies_end(struct target *t)
{
    if (t->plan->dependencies && t->listener.diag)
        look_at_each(t, true);
}
