#include "base/unixdiag.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/sockdiag_int.h"

/* As in the kernel, where a device number has 12 bits and then 20 (include/linux/kdev_t.h). */
enum { KERNEL_MINOR_BITS = 20 };

/* One Unix socket. */
struct found {
    int state, type;
    uint32_t inode, rqueue, wqueue;
    uint32_t peer;      /* inode of the other end; 0: none */
    uint32_t dev, file; /* of the file that it is bound to; 0: none */
    const char *name;   /* as it was bound, not terminated; NULL: it has none */
    size_t name_len;
};

struct request {
    struct nlmsghdr nlh;
    struct unix_diag_req req;
};

/* `inode` 0: all in these states. */
static int send_request(struct sockdiag *d, unsigned states, uint32_t inode)
{
    struct request r = {
        .nlh = {.nlmsg_len = sizeof r,
                .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                .nlmsg_flags = (uint16_t)(NLM_F_REQUEST | (inode ? NLM_F_ACK : NLM_F_DUMP))},
        .req = {.sdiag_family = AF_UNIX,
                .udiag_states = states,
                .udiag_ino = inode,
                .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS | UDIAG_SHOW_RQLEN | UDIAG_SHOW_PEER,
                .udiag_cookie = {UINT32_MAX, UINT32_MAX}},
    };
    return sockdiag_send(d, &r);
}

static void take_attribute(const struct rtattr *a, struct found *f)
{
    const void *data = RTA_DATA(a);
    if (a->rta_type == UNIX_DIAG_NAME) {
        f->name = data;
        f->name_len = RTA_PAYLOAD(a);
    } else if (a->rta_type == UNIX_DIAG_VFS) {
        const struct unix_diag_vfs *vfs = data;
        f->file = vfs->udiag_vfs_ino;
        f->dev = vfs->udiag_vfs_dev;
    } else if (a->rta_type == UNIX_DIAG_PEER) {
        memcpy(&f->peer, data, sizeof f->peer);
    } else if (a->rta_type == UNIX_DIAG_RQLEN) {
        const struct unix_diag_rqlen *len = data;
        f->rqueue = len->udiag_rqueue;
        f->wqueue = len->udiag_wqueue;
    }
}

static struct found read_found(const void *message, size_t len)
{
    const struct unix_diag_msg *m = message;
    struct found f = {.state = m->udiag_state, .type = m->udiag_type, .inode = m->udiag_ino};
    const struct rtattr *a = (const struct rtattr *)(const void *)(m + 1);
    size_t left = len > sizeof *m ? len - sizeof *m : 0;
    for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
        take_attribute(a, &f);
    return f;
}

/* --- which one is it --- */

/* A path that leads to a file: whose file is that? A file system of layers may show another
 * device than the kernel's own, so that this does not count; the name is looked at where the file
 * is not the same either. */
static bool is_at_file(const struct found *f, ino_t file)
{
    return file && f->file == (uint32_t)file;
}

static bool has_name(const struct found *f, const char *path)
{
    size_t len = strlen(path);
    return f->name && f->name_len >= len && memcmp(f->name, path, len) == 0 &&
           (f->name_len == len || f->name[len] == '\0');
}

static bool on_device(const struct found *f, dev_t dev)
{
    return f->dev == ((uint32_t)major(dev) << KERNEL_MINOR_BITS | (uint32_t)minor(dev));
}

struct search {
    const struct unix_listener *l;
    struct sockdiag_listener *out;
    int rank; /* of what is in `out`: how sure it is */
};

enum { NOT_IT, BY_NAME, BY_FILE, BY_DEVICE };

static int rank_of(const struct found *f, const struct unix_listener *l)
{
    if (is_at_file(f, l->file))
        return on_device(f, l->dev) ? BY_DEVICE : has_name(f, l->path) ? BY_FILE : NOT_IT;
    return has_name(f, l->path) ? BY_NAME : NOT_IT;
}

static void take(struct sockdiag_listener *out, const struct found *f)
{
    *out = (struct sockdiag_listener){
        .sockets = 1, .depth = f->rqueue, .limit = f->wqueue, .inode = f->inode};
}

static void look_for(const void *message, size_t len, void *arg)
{
    struct search *s = arg;
    struct found f = read_found(message, len);
    int rank = rank_of(&f, s->l);
    if (f.state != TCP_LISTEN || rank <= s->rank)
        return;
    s->rank = rank;
    take(s->out, &f);
}

static void look_at(const void *message, size_t len, void *arg)
{
    struct found f = read_found(message, len);
    if (f.state == TCP_LISTEN)
        take(arg, &f);
}

/* The one that was seen before, by its number: this takes some µs, a search reads the whole table.
 */
static int look_again(struct sockdiag *d, const struct unix_listener *l,
                      struct sockdiag_listener *out)
{
    int rc = send_request(d, SOCKDIAG_STATE(TCP_LISTEN), l->inode);
    if (rc == 0)
        rc = sockdiag_receive(d, look_at, out);
    return rc == -ENOENT ? 0 : rc;
}

static int search(struct sockdiag *d, struct unix_listener *l, struct sockdiag_listener *out)
{
    struct search s = {l, out, NOT_IT};
    int rc = send_request(d, SOCKDIAG_STATE(TCP_LISTEN), 0);
    if (rc == 0)
        rc = sockdiag_receive(d, look_for, &s);
    l->inode = out->inode;
    return rc;
}

int unixdiag_listener(struct sockdiag *d, struct unix_listener *l, struct sockdiag_listener *out)
{
    struct stat st;
    *out = (struct sockdiag_listener){0};
    bool leads = stat(l->path, &st) == 0;
    bool other = leads && (st.st_ino != l->file || st.st_dev != l->dev);
    if (l->inode && !other) {
        int rc = look_again(d, l, out);
        if (rc < 0 || out->sockets)
            return rc;
    }
    l->inode = 0;
    if (!leads)
        return 0; /* no client can connect, though a socket may be bound to a file of before */
    l->file = st.st_ino;
    l->dev = st.st_dev;
    return search(d, l, out);
}

/* --- connections --- */

struct count {
    const struct unix_listener *l;
    struct unix_counts *out;
};

static void count_one(const void *message, size_t len, void *arg)
{
    struct count *c = arg;
    struct found f = read_found(message, len);
    if (f.state != TCP_ESTABLISHED || rank_of(&f, c->l) == NOT_IT)
        return;
    c->out->connections++;
    c->out->unread += f.rqueue > 0;
}

int unixdiag_counts(struct sockdiag *d, const struct unix_listener *l, struct unix_counts *out)
{
    *out = (struct unix_counts){0};
    struct count c = {l, out};
    int rc = send_request(d, SOCKDIAG_STATE(TCP_ESTABLISHED), 0);
    return rc < 0 ? rc : sockdiag_receive(d, count_one, &c);
}

/* --- both ends of them --- */

static void copy_name(const struct found *f, char *out, size_t size)
{
    bool abstract = f->name_len && f->name[0] == '\0';
    size_t from = abstract ? 1 : 0, len = f->name ? strnlen(f->name + from, f->name_len - from) : 0;
    snprintf(out, size, "%s%.*s", abstract ? "@" : "", (int)len, f->name ? f->name + from : "");
}

static bool read_socket(const void *message, size_t len, struct unix_socket *out)
{
    struct found f = read_found(message, len);
    *out = (struct unix_socket){.inode = f.inode, .peer = f.peer, .rqueue = f.rqueue};
    copy_name(&f, out->path, sizeof out->path);
    return f.type == SOCK_STREAM && f.state == TCP_ESTABLISHED;
}

struct each {
    void (*each)(const struct unix_socket *s, void *arg);
    void *arg;
};

static void pass_on(const void *message, size_t len, void *arg)
{
    const struct each *e = arg;
    struct unix_socket s;
    if (read_socket(message, len, &s))
        e->each(&s, e->arg);
}

int unixdiag_each(struct sockdiag *d, void (*each)(const struct unix_socket *s, void *arg),
                  void *arg)
{
    struct each e = {each, arg};
    int rc = send_request(d, SOCKDIAG_STATE(TCP_ESTABLISHED), 0);
    return rc < 0 ? rc : sockdiag_receive(d, pass_on, &e);
}

static void keep(const void *message, size_t len, void *arg)
{
    read_socket(message, len, arg);
}

int unixdiag_look(struct sockdiag *d, uint32_t inode, struct unix_socket *now)
{
    int rc = send_request(d, SOCKDIAG_STATE(TCP_ESTABLISHED), inode);
    *now = (struct unix_socket){0};
    return rc < 0 ? rc : sockdiag_receive(d, keep, now);
}
