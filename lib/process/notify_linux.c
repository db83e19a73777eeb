#include "process/notify.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/whole.h"
#include "process/private.h"

enum { MESSAGE_MOST = 4096, TURN_MOST = 64, WATCHDOG_MS = 100, SOON_MS = 50 };

/* The kernel picks a name that is not in use (unix(7), autobind): no file that could be left. */
int notify_open(struct target *t, struct error *err)
{
    struct notify *n = &t->says.notify;
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    socklen_t len = sizeof at.sun_family;
    int on = 1;
    if (!t->plan->notify)
        return 0;
    n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool made = n->fd >= 0 && bind(n->fd, (struct sockaddr *)&at, len) == 0 &&
                setsockopt(n->fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) == 0;
    len = sizeof at;
    if (!made || getsockname(n->fd, (struct sockaddr *)&at, &len) < 0) {
        error_set_errno(err, ERROR_RUN, errno, "cannot make a socket for NOTIFY_SOCKET");
        if (n->fd >= 0)
            close(n->fd);
        return -1;
    }
    int name = (int)(len - sizeof at.sun_family) - 1;
    snprintf(n->address, sizeof n->address, "@%.*s", name, at.sun_path + 1);
    return 0;
}

static int64_t number_after(const char *text, const char *key)
{
    size_t len = strlen(key);
    int64_t n = 0;
    if (strncmp(text, key, len) == 0)
        whole_parse(text + len, 1, INT64_MAX / 1000, &n);
    return n;
}

/* For this time from now, systemd does not kill (EXTEND_TIMEOUT_USEC=, sd_notify(3)). */
static void extend(struct target *t, int64_t usec)
{
    if (usec && t->pace.quick && t->callbacks.extended && !t->is.closing)
        t->callbacks.extended(t->callbacks.arg, usec * 1000);
}

/* One assignment. A watchdog is fed often: not every one is written down. */
static void take_line(struct target *t, const char *line, int64_t pid)
{
    struct notify *n = &t->says.notify;
    int64_t now = clock_ns();
    bool watchdog = strcmp(line, "WATCHDOG=1") == 0;
    if (!*line || (watchdog && now - n->watchdog_ns < WATCHDOG_MS * NS_PER_MS))
        return;
    n->watchdog_ns = watchdog ? now : n->watchdog_ns;
    n->said++;
    n->stopping = n->stopping || strcmp(line, "STOPPING=1") == 0;
    journal_add(t->journal,
                &(struct event){.kind = EVENT_NOTIFIED, .t_ns = now, .pid = pid, .text = line});
    extend(t, number_after(line, "EXTEND_TIMEOUT_USEC="));
    if (strcmp(line, "READY=1") == 0)
        target_ready_notified(t, pid);
}

static void take_message(struct target *t, char *text, int64_t pid)
{
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        take_line(t, line, pid);
}

/* The sender as the kernel knows it (unix(7), SCM_CREDENTIALS); 0: it did not say. */
static int64_t sender(struct msghdr *m)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS) {
            struct ucred who;
            memcpy(&who, CMSG_DATA(c), sizeof who);
            return who.pid;
        }
    return 0;
}

/* Descriptors that come along (FDSTORE=1) are closed. */
static void close_descriptors(struct msghdr *m)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t at = 0; at + sizeof(int) <= c->cmsg_len - CMSG_LEN(0); at += sizeof(int)) {
            int fd;
            memcpy(&fd, CMSG_DATA(c) + at, sizeof fd);
            close(fd);
        }
    }
}

static bool read_message(struct target *t)
{
    char text[MESSAGE_MOST + 1];
    union {
        char bytes[CMSG_SPACE(sizeof(struct ucred)) + CMSG_SPACE(253 * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec io = {text, MESSAGE_MOST};
    struct msghdr m = {.msg_iov = &io,
                       .msg_iovlen = 1,
                       .msg_control = control.bytes,
                       .msg_controllen = sizeof control.bytes};
    ssize_t n = recvmsg(t->says.notify.fd, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (n < 0)
        return false;
    text[n] = '\0';
    int64_t pid = sender(&m);
    close_descriptors(&m);
    take_message(t, text, pid);
    return true;
}

void notify_read(struct target *t)
{
    for (int i = 0; i < TURN_MOST && t->says.notify.polled && read_message(t); i++)
        ;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    notify_read(poll->data);
}

void notify_follow(struct target *t)
{
    struct notify *n = &t->says.notify;
    if (!*n->address)
        return;
    uv_poll_init(t->loop, &n->poll, n->fd);
    n->poll.data = t;
    n->polled = true;
    t->handles.open++;
    uv_poll_start(&n->poll, UV_READABLE, on_poll);
}

/* A drain that takes a while and says nothing looks like a hang to systemctl. */
void notify_end(struct target *t)
{
    struct notify *n = &t->says.notify;
    notify_read(t);
    if (n->said && t->told.at_ns && !n->stopping &&
        clock_ns() - t->told.at_ns > SOON_MS * NS_PER_MS)
        note_add(t->journal, NOTE_NEVER_STOPPING,
                 (struct event){.pid = t->pid, .at = clock_ns() - t->told.at_ns});
}

void notify_close(struct target *t)
{
    struct notify *n = &t->says.notify;
    if (n->polled)
        target_close_handle(&n->poll);
    n->polled = false;
}
