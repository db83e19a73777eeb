#include "base/sockdiag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sockdiag_int.h"

/* The kernel keeps half-done handshakes under a state of their own that userland headers lack. */
enum { NEW_SYN_RECV = 12 };

struct walk {
    void (*each)(const struct sockdiag_socket *s, void *arg);
    void *arg;
    uint16_t port;
};

/* The filter program: accept when the local port is >= port and <= port, else reject. */
struct port_filter {
    struct rtattr attr;
    struct inet_diag_bc_op ge, ge_port, le, le_port;
} __attribute__((packed));

struct request {
    struct nlmsghdr nlh;
    struct inet_diag_req_v2 req;
    struct port_filter filter;
} __attribute__((packed, aligned(NLMSG_ALIGNTO)));

struct both {
    struct nlmsghdr nlh;
    struct inet_diag_req req;
    struct port_filter filter;
} __attribute__((packed, aligned(NLMSG_ALIGNTO)));

struct sockdiag *sockdiag_open(void)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (fd < 0)
        return NULL;
    struct sockdiag *d = MEM_NEW(struct sockdiag);
    d->fd = fd;
    return d;
}

void sockdiag_close(struct sockdiag *d)
{
    if (!d)
        return;
    close(d->fd);
    free(d);
}

static void fill_filter(struct port_filter *f, uint16_t port)
{
    /* `yes` and `no` are byte offsets to jump to; past the end by 4 rejects */
    const unsigned char op = sizeof(struct inet_diag_bc_op);
    const unsigned short all = 4 * op;
    *f = (struct port_filter){
        .attr = {.rta_type = INET_DIAG_REQ_BYTECODE, .rta_len = sizeof *f},
        .ge = {INET_DIAG_BC_S_GE, 2 * op, (unsigned short)(all + 4)},
        .ge_port = {0, 0, port},
        .le = {INET_DIAG_BC_S_LE, 2 * op, (unsigned short)(all + 4 - 2 * op)},
        .le_port = {0, 0, port},
    };
}

static unsigned kernel_states(unsigned states)
{
    bool half_done = states & SOCKDIAG_STATE(TCP_SYN_RECV);
    return half_done ? states | SOCKDIAG_STATE(NEW_SYN_RECV) : states;
}

static int send_request(struct sockdiag *d, int family, uint16_t port, unsigned states)
{
    struct request r = {
        .nlh = {.nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .req = {.sdiag_family = (unsigned char)family,
                .sdiag_protocol = IPPROTO_TCP,
                .idiag_states = kernel_states(states)},
    };
    r.nlh.nlmsg_len = sizeof r - (port ? 0 : sizeof r.filter);
    fill_filter(&r.filter, port);
    return sockdiag_send(d, &r);
}

/* The request as it was before SOCK_DIAG_BY_FAMILY, which the kernel still takes: it knows no
 * family, and so IPv4 and IPv6 come from one walk through the table. */
static int send_both(struct sockdiag *d, uint16_t port, unsigned states)
{
    struct both r = {
        .nlh = {.nlmsg_type = TCPDIAG_GETSOCK, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .req = {.idiag_family = AF_INET, .idiag_states = kernel_states(states)},
    };
    r.nlh.nlmsg_len = sizeof r - (port ? 0 : sizeof r.filter);
    fill_filter(&r.filter, port);
    return sockdiag_send(d, &r);
}

int sockdiag_send(struct sockdiag *d, void *request)
{
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    struct nlmsghdr *h = request;
    h->nlmsg_seq = ++d->seq;
    ssize_t n = sendto(d->fd, h, h->nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof kernel);
    return n < 0 ? -errno : 0;
}

/* The kernel says IPV6_V6ONLY of each listener of AF_INET6, without being asked. */
static bool is_v6only(const struct inet_diag_msg *m, size_t len)
{
    const struct rtattr *a = (const struct rtattr *)(const void *)(m + 1);
    size_t left = len > sizeof *m ? len - sizeof *m : 0;
    for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
        if (a->rta_type == INET_DIAG_SKV6ONLY)
            return *(const unsigned char *)RTA_DATA(a) != 0;
    return false;
}

static void report(const void *message, size_t len, void *arg)
{
    const struct inet_diag_msg *m = message;
    const struct walk *w = arg;
    uint16_t local = ntohs(m->id.idiag_sport);
    if (w->port && local != w->port)
        return;
    struct sockdiag_socket s = {
        .state = m->idiag_state == NEW_SYN_RECV ? TCP_SYN_RECV : m->idiag_state,
        .family = m->idiag_family,
        .local_port = local,
        .remote_port = ntohs(m->id.idiag_dport),
        .rqueue = m->idiag_rqueue,
        .wqueue = m->idiag_wqueue,
        .inode = m->idiag_inode,
        .uid = m->idiag_uid,
        .device = m->id.idiag_if,
        .v6only = is_v6only(m, len),
    };
    memcpy(s.local, m->id.idiag_src, sizeof s.local);
    memcpy(s.remote, m->id.idiag_dst, sizeof s.remote);
    w->each(&s, w->arg);
}

/* 1 when the answer is complete, 0 when more is to come, -errno. */
static int read_messages(struct sockdiag *d, ssize_t len, sockdiag_message *each, void *arg)
{
    unsigned left = (unsigned)len;
    struct nlmsghdr *h = (struct nlmsghdr *)(void *)d->reply;
    for (; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
        if (h->nlmsg_seq != d->seq)
            continue; /* the rest of an earlier dump that was given up */
        if (h->nlmsg_type == NLMSG_DONE)
            return 1;
        if (h->nlmsg_type == NLMSG_ERROR) { /* 0: the acknowledgement that was asked for */
            int rc = ((struct nlmsgerr *)NLMSG_DATA(h))->error;
            return rc ? rc : 1;
        }
        if (h->nlmsg_type == SOCK_DIAG_BY_FAMILY || h->nlmsg_type == TCPDIAG_GETSOCK)
            each(NLMSG_DATA(h), NLMSG_PAYLOAD(h, 0), arg);
    }
    return 0;
}

int sockdiag_receive(struct sockdiag *d, sockdiag_message *each, void *arg)
{
    int rc = 0;
    while (rc == 0) {
        ssize_t n = recv(d->fd, d->reply, sizeof d->reply, 0);
        if (n < 0 && errno == EINTR)
            continue;
        rc = n < 0 ? -errno : n == 0 ? -EPROTO : read_messages(d, n, each, arg);
    }
    return rc < 0 ? rc : 0;
}

static int dump(struct sockdiag *d, int family, uint16_t port, unsigned states, struct walk *w)
{
    int rc = send_request(d, family, port, states);
    return rc < 0 ? rc : sockdiag_receive(d, report, w);
}

int sockdiag_each(struct sockdiag *d, uint16_t port, unsigned states,
                  void (*each)(const struct sockdiag_socket *s, void *arg), void *arg)
{
    struct walk w = {each, arg, port};
    int rc = send_both(d, port, states);
    return rc < 0 ? rc : sockdiag_receive(d, report, &w);
}

/* --- one socket --- */

struct wanted {
    const struct sockdiag_socket *is;
    struct sockdiag_socket *now;
    bool found;
};

/* For a connection that is gone the kernel answers with the listener at its port. */
static void take_wanted(const struct sockdiag_socket *s, void *arg)
{
    struct wanted *w = arg;
    bool listens = s->state == TCP_LISTEN;
    if (listens != (w->is->state == TCP_LISTEN) || s->remote_port != w->is->remote_port)
        return;
    *w->now = *s;
    w->found = true;
}

int sockdiag_look(struct sockdiag *d, const struct sockdiag_socket *s, struct sockdiag_socket *now)
{
    struct wanted wanted = {.is = s, .now = now};
    struct walk w = {take_wanted, &wanted, s->local_port};
    struct request r = {
        .nlh = {.nlmsg_len = sizeof r - sizeof r.filter,
                .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
        .req = {.sdiag_family = (unsigned char)s->family,
                .sdiag_protocol = IPPROTO_TCP,
                .idiag_states = UINT32_MAX,
                .id = {.idiag_sport = htons(s->local_port),
                       .idiag_dport = htons(s->remote_port),
                       .idiag_if = s->device,
                       .idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}},
    };
    memcpy(r.req.id.idiag_src, s->local, sizeof s->local);
    memcpy(r.req.id.idiag_dst, s->remote, sizeof s->remote);
    int rc = sockdiag_send(d, &r);
    rc = rc < 0 ? rc : sockdiag_receive(d, report, &w);
    return rc < 0 ? rc : wanted.found ? 0 : -ENOENT;
}

/* --- listeners --- */

static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

/* The IPv4 address in one of AF_INET6, or NULL. */
static const unsigned char *mapped_in(const unsigned char *six)
{
    return memcmp(six, mapped, sizeof mapped) == 0 ? six + sizeof mapped : NULL;
}

static bool is_any(const unsigned char *address, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (address[i])
            return false;
    return true;
}

static bool takes_four(const struct sockdiag_socket *s, const unsigned char *four)
{
    const unsigned char *own = s->family == AF_INET ? s->local : mapped_in(s->local);
    if (own)
        return is_any(own, 4) || memcmp(own, four, 4) == 0;
    return is_any(s->local, 16) && !s->v6only;
}

bool sockdiag_takes(const struct sockdiag_socket *s, const struct sockaddr *at)
{
    const struct sockaddr_in *in = (const void *)at;
    const struct sockaddr_in6 *in6 = (const void *)at;
    const unsigned char *six = (const unsigned char *)&in6->sin6_addr;
    if (at->sa_family == AF_INET)
        return takes_four(s, (const unsigned char *)&in->sin_addr);
    if (mapped_in(six))
        return takes_four(s, mapped_in(six));
    return s->family == AF_INET6 && (is_any(s->local, 16) || memcmp(s->local, six, 16) == 0);
}

struct listeners {
    const struct sockaddr *at;
    struct sockdiag_listener *sum;
};

void sockdiag_add(struct sockdiag_listener *sum, const struct sockdiag_socket *s)
{
    if (sum->sockets++ == 0) {
        sum->inode = s->inode;
        sum->first = *s;
    }
    sum->depth += s->rqueue;
    sum->limit += s->wqueue;
}

static void add_listener(const struct sockdiag_socket *s, void *arg)
{
    const struct listeners *all = arg;
    if (!all->at || sockdiag_takes(s, all->at))
        sockdiag_add(all->sum, s);
}

int sockdiag_listener(struct sockdiag *d, uint16_t port, const struct sockaddr *at,
                      struct sockdiag_listener *out)
{
    *out = (struct sockdiag_listener){0};
    struct listeners all = {at, out};
    return sockdiag_each(d, port, SOCKDIAG_STATE(TCP_LISTEN), add_listener, &all);
}

int sockdiag_listener_again(struct sockdiag *d, const struct sockdiag_listener *was,
                            struct sockdiag_listener *out)
{
    struct sockdiag_socket now;
    int rc = was->sockets == 1 ? sockdiag_look(d, &was->first, &now) : -ENOENT;
    if (rc == 0 && now.inode != was->inode)
        rc = -ENOENT;
    if (rc == 0)
        *out = (struct sockdiag_listener){1, now.rqueue, now.wqueue, now.inode, now};
    return rc;
}

static void add_one(const struct sockdiag_socket *s, void *arg)
{
    (void)s;
    ++*(int *)arg;
}

int sockdiag_count(struct sockdiag *d, uint16_t port, unsigned states)
{
    int count = 0;
    int rc = sockdiag_each(d, port, states, add_one, &count);
    return rc < 0 ? rc : count;
}

int sockdiag_count_family(struct sockdiag *d, int family, uint16_t port, unsigned states)
{
    int count = 0;
    struct walk w = {add_one, &count, port};
    int rc = dump(d, family, port, states, &w);
    return rc < 0 ? rc : count;
}
