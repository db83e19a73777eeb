#include "process/dependencies.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "process/private.h"

/* A search takes a hundredth of the time at most, looks a tenth. */
enum { SEARCH_MS = 200, SEARCH_COST = 100, LOOK_COST = 10 };
enum { SOCKETS_MOST = 4096, FOUND_MOST = 1024, PORTS_MOST = 256 };

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
    uint16_t listened[PORTS_MOST];  /* ports that somebody listens on: what is connected to one of
                                      these was accepted */
    uint32_t listeners[PORTS_MOST]; /* ... and their inodes */
    int n_listened;
    uint16_t port; /* of the target, where its clients come and go */
};

/* A socket of the target, and who holds it. */
struct held_socket {
    uint32_t inode;
    pid_t pid;
};

struct held_sockets {
    struct held_socket sockets[SOCKETS_MOST];
    int count;
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

static void add_sockets(struct held_sockets *all, pid_t pid)
{
    char path[64], link[64];
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *dir = opendir(path);
    if (!dir)
        return;
    for (struct dirent *d; (d = readdir(dir));) {
        unsigned inode;
        ssize_t n = readlinkat(dirfd(dir), d->d_name, link, sizeof link - 1);
        link[n > 0 ? n : 0] = '\0';
        if (sscanf(link, "socket:[%u]", &inode) == 1 && all->count < SOCKETS_MOST)
            all->sockets[all->count++] = (struct held_socket){inode, pid};
    }
    closedir(dir);
}

/* The process that holds it; 0: none of the target's. */
static pid_t holder(const struct held_sockets *held, uint32_t inode)
{
    for (int i = 0; i < held->count; i++)
        if (held->sockets[i].inode == inode)
            return held->sockets[i].pid;
    return 0;
}

static bool is_listened(const struct search *s, const struct held_sockets *by, uint16_t port)
{
    for (int i = 0; i < s->n_listened; i++)
        if (s->listened[i] == port && (!by || holder(by, s->listeners[i])))
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
        if (is_same(&all->open[i].socket, s))
            return true;
    return false;
}

static const char *address_of(const struct sockdiag_socket *s, char *out, size_t size)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
    char host[INET6_ADDRSTRLEN] = "";
    bool six = s->family == AF_INET6 && memcmp(s->remote, mapped, sizeof mapped) != 0;
    const unsigned char *four = s->family == AF_INET6 ? s->remote + sizeof mapped : s->remote;
    inet_ntop(six ? AF_INET6 : AF_INET, six ? s->remote : four, host, sizeof host);
    snprintf(out, size, six ? "[%s]:%u" : "%s:%u", host, s->remote_port);
    return out;
}

static void tell(struct target *t, const struct dependency *d, enum link_is is, int64_t t_ns)
{
    char address[64];
    journal_add(t->journal, &(struct event){.kind = EVENT_DEPENDENCY,
                                            .t_ns = t_ns,
                                            .text = dependency_name(d->socket.remote_port),
                                            .how = address_of(&d->socket, address, sizeof address),
                                            .port = d->socket.local_port,
                                            .pid = d->pid,
                                            .link = is,
                                            .depth = d->socket.rqueue,
                                            .at = d->seen_ns});
}

static void add_found(struct target *t, const struct search *s, const struct held_sockets *held)
{
    struct dependencies *all = &t->dependencies;
    for (int i = 0; i < s->n_found && all->n_open < DEPENDENCIES_MOST; i++) {
        const struct sockdiag_socket *found = &s->found[i];
        pid_t pid = holder(held, found->inode);
        if (!pid || is_known(all, found) || is_listened(s, NULL, found->local_port) ||
            is_listened(s, held, found->remote_port))
            continue;
        all->open[all->n_open] = (struct dependency){*found, pid, clock_ns()};
        tell(t, &all->open[all->n_open++], LINK_OPEN, clock_ns());
    }
}

/* The processes are those of the last look at the tree. */
static void search(struct target *t)
{
    static struct search s;
    static struct held_sockets held;
    s.n_found = s.n_listened = held.count = 0;
    s.port = (uint16_t)t->port;
    unsigned states = SOCKDIAG_STATE(TCP_ESTABLISHED) | SOCKDIAG_STATE(TCP_LISTEN);
    if (sockdiag_each(t->listener.diag, 0, states, take, &s) < 0 || !s.n_found)
        return;
    for (int i = 0; i < t->tree.count; i++)
        add_sockets(&held, t->tree.procs[i].pid);
    add_found(t, &s, &held);
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

/* The kernel closes what a process leaves open when it exits. */
static enum link_is at_exit(enum link_is is)
{
    return is == LINK_CLOSED ? LINK_EXIT_CLOSED : is == LINK_RESET ? LINK_EXIT_RESET : is;
}

/* True when some were closed: the others will be, too. */
static bool look_at_each(struct target *t, bool ended)
{
    struct dependencies *all = &t->dependencies;
    int left = 0, before = all->n_open;
    for (int i = 0; i < all->n_open; i++) {
        struct dependency *d = &all->open[i];
        struct sockdiag_socket now;
        int64_t t_ns = clock_ns();
        int rc = sockdiag_look(t->listener.diag, &d->socket, &now);
        enum link_is is = rc < 0 && rc != -ENOENT ? LINK_OPEN : now_is(rc, &now);
        if (is == LINK_OPEN) {
            d->socket.rqueue = rc == 0 ? now.rqueue : d->socket.rqueue;
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
    struct dependencies *all = &t->dependencies;
    if (!t->plan->dependencies || !t->listener.diag || !t->running || t->exit_ns || t->frozen)
        return;
    int64_t cpu_ns = thread_cpu_ns();
    bool due = now_ns >= all->search_ns;
    if (all->n_open && (due || (t->quick && now_ns >= all->look_ns))) {
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
