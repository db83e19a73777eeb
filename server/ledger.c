/* Ledger lines are gathered and written once a turn of the loop, so that 18,000 requests do not
 * cost 90,000 system calls. */
#include "server/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/fds.h"
#include "base/json_out.h"
#include "base/whole.h"

enum { PENDING_MAX = 16 << 20, LINES_MAX = 64 << 20, FLUSH_AT = 1 << 20 };

static const char *const words[] = {
    [LEDGER_ACCEPTED] = "accepted", [LEDGER_READ] = "read", [LEDGER_ANSWERED] = "answered",
    [LEDGER_WRITTEN] = "written",   [LEDGER_CUT] = "cut",   [LEDGER_LATER] = "later",
    [LEDGER_DONE] = "done",         [LEDGER_LOST] = "lost", [LEDGER_GONE] = "gone",
};

static int open_inherited(struct ledger *l, const char *where, struct error *err)
{
    int64_t fd;
    if (!whole_parse(where + 3, 0, INT_MAX, &fd) || fcntl((int)fd, F_GETFD) < 0) {
        error_set(err, ERROR_USAGE, "ledger descriptor '%s' is not open", where);
        return error_hint(err, "pass an open descriptor, as in `--ledger fd:3 3>ledger.jsonl`");
    }
    fcntl((int)fd, F_SETFD, FD_CLOEXEC);
    l->fd = (int)fd;
    return 0;
}

int ledger_open(struct ledger *l, const char *where, bool keep, struct error *err)
{
    *l = (struct ledger){.fd = -1, .kept = keep};
    buf_init(&l->pending, PENDING_MAX);
    buf_init(&l->lines, LINES_MAX);
    if (!where)
        return 0;
    if (strncmp(where, "fd:", 3) == 0)
        return open_inherited(l, where, err);
    l->fd = open(where, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (l->fd < 0)
        return error_set_errno(err, ERROR_RUN, errno, "cannot open the ledger '%s'", where);
    l->owned = true;
    return 0;
}

static struct buf *lines_of(struct ledger *l)
{
    return l->fd >= 0 ? &l->pending : &l->lines;
}

static void add_facts(struct buf *b, int64_t at_ns, enum ledger_what what, int status)
{
    buf_adds(b, ",\"at\":");
    buf_add_int(b, at_ns);
    buf_adds(b, ",\"what\":\"");
    buf_adds(b, words[what]);
    buf_adds(b, "\",\"status\":");
    buf_add_int(b, status);
}

/* The line in `b` from `begin` on is whole. */
static void end_line(struct ledger *l, const struct buf *b, size_t begin)
{
    if (l->kept && l->fd >= 0)
        buf_add(&l->lines, b->data + begin, b->len - begin);
    if (l->pending.len >= FLUSH_AT)
        ledger_flush(l);
}

void ledger_add(struct ledger *l, int64_t attempt, int64_t at_ns, enum ledger_what what, int status)
{
    if (attempt < 0 || (l->fd < 0 && !l->kept))
        return;
    struct buf *b = lines_of(l);
    size_t begin = b->len;
    buf_adds(b, "{\"a\":");
    buf_add_int(b, attempt);
    add_facts(b, at_ns, what, status);
    buf_adds(b, "}\n");
    end_line(l, b, begin);
}

void ledger_add_other(struct ledger *l, int64_t number, const char *method, const char *target,
                      int64_t at_ns, enum ledger_what what, int status)
{
    if (!l->all || (l->fd < 0 && !l->kept))
        return;
    struct buf *b = lines_of(l);
    size_t begin = b->len;
    buf_adds(b, "{\"n\":");
    buf_add_int(b, number);
    add_facts(b, at_ns, what, status);
    buf_adds(b, ",\"method\":");
    json_escape(b, method, strlen(method));
    buf_adds(b, ",\"target\":");
    json_escape(b, target, strlen(target));
    buf_adds(b, "}\n");
    end_line(l, b, begin);
}

void ledger_flush(struct ledger *l)
{
    if (l->fd < 0 || l->pending.len == 0)
        return;
    /* a ledger that cannot be written must not take the server down: the joining side sees gaps */
    if (fds_write_all(l->fd, l->pending.data, l->pending.len) < 0)
        l->fd = -1;
    buf_reset(&l->pending);
}

void ledger_close(struct ledger *l)
{
    ledger_flush(l);
    if (l->owned && l->fd >= 0)
        close(l->fd);
    buf_free(&l->pending);
    buf_free(&l->lines);
    l->fd = -1;
}
