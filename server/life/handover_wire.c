/* Packets with descriptors: SCM_RIGHTS (unix(7)) on a SOCK_SEQPACKET socket, which keeps the
 * borders of messages and tells of the other end's death. */
#include "server/life/handover_wire.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
    struct cmsghdr head; /* for the alignment, cmsg(3) */
    char space[CMSG_SPACE(HANDOVER_FDS * sizeof(int))];
};

int handover_send(int fd, const char *word, const char *rest, const int *fds, int n_fds)
{
    char text[320];
    union control control = {.space = {0}};
    snprintf(text, sizeof text, "drainctl-handover %d %s %s", HANDOVER_VERSION, word, rest);
    struct iovec part = {.iov_base = text, .iov_len = strlen(text)};
    struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
    if (n_fds > 0) {
        m.msg_control = control.space;
        m.msg_controllen = CMSG_SPACE((size_t)n_fds * sizeof(int));
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN((size_t)n_fds * sizeof(int));
        memcpy(CMSG_DATA(c), fds, (size_t)n_fds * sizeof(int));
    }
    ssize_t n;
    do
        n = sendmsg(fd, &m, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : 0;
}

static void take_fds(struct msghdr *raw, struct handover_message *m)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(raw); c; c = CMSG_NXTHDR(raw, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        m->n_fds = (int)(n < HANDOVER_FDS ? n : HANDOVER_FDS);
        memcpy(m->fds, CMSG_DATA(c), (size_t)m->n_fds * sizeof(int));
    }
}

int handover_receive(int fd, struct handover_message *m)
{
    char text[320];
    union control control = {.space = {0}};
    struct iovec part = {.iov_base = text, .iov_len = sizeof text - 1};
    struct msghdr raw = {.msg_iov = &part,
                         .msg_iovlen = 1,
                         .msg_control = control.space,
                         .msg_controllen = sizeof control.space};
    ssize_t n;
    int used = 0;
    *m = (struct handover_message){.version = 0};
    do
        n = recvmsg(fd, &raw, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return n < 0 ? -errno : 0;
    text[n] = '\0';
    take_fds(&raw, m);
    if (sscanf(text, "drainctl-handover %9d %15s %n", &m->version, m->word, &used) != 2) {
        handover_close_fds(m);
        return -EPROTO;
    }
    snprintf(m->rest, sizeof m->rest, "%.*s", (int)sizeof m->rest - 1, used ? text + used : "");
    return 1;
}

void handover_close_fds(struct handover_message *m)
{
    for (int i = 0; i < m->n_fds; i++)
        close(m->fds[i]);
    m->n_fds = 0;
}

void handover_hang_up(int fd)
{
    struct handover_message m;
    shutdown(fd, SHUT_RDWR); /* from here on nothing more comes */
    for (;;) {
        int rc = handover_receive(fd, &m);
        handover_close_fds(&m);
        if (rc <= 0 && rc != -EPROTO)
            break;
    }
    close(fd);
}

pid_t handover_peer(int fd)
{
    struct ucred who = {.pid = 0};
    socklen_t size = sizeof who;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 ? who.pid : 0;
}
