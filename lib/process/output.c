/* Lines from a pipe. */
#include "process/output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"

enum { TURN_BYTES = 16384, DRAIN_TURNS = 64 };

static void end_line(struct output *o)
{
    if (o->len > 0 && o->text[o->len - 1] == '\r')
        o->len--;
    o->text[o->len] = '\0';
    o->len = 0;
    o->skipping = false;
    o->line(o, o->text);
}

static void add_part(struct output *o, const char *part, size_t len)
{
    size_t room = OUTPUT_LINE_MAX - o->len;
    if (o->skipping)
        return;
    o->skipping = len > room;
    size_t take = o->skipping ? room : len;
    memcpy(o->text + o->len, part, take);
    for (size_t i = o->len; i < o->len + take; i++)
        if (o->text[i] == '\0')
            o->text[i] = '?';
    o->len += take;
}

static void add_bytes(struct output *o, const char *bytes, size_t len)
{
    for (const char *end; (end = memchr(bytes, '\n', len));) {
        add_part(o, bytes, (size_t)(end - bytes));
        end_line(o);
        len -= (size_t)(end - bytes) + 1;
        bytes = end + 1;
    }
    add_part(o, bytes, len);
}

/* One bounded read, so that a flood does not keep the loop from its other work. True when there may
 * be more. */
static bool read_once(struct output *o)
{
    char bytes[TURN_BYTES];
    ssize_t n = read(o->fd, bytes, sizeof bytes);
    if (n > 0) {
        add_bytes(o, bytes, (size_t)n);
        return true;
    }
    if (n < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK))
        return errno == EINTR;
    output_close(o);
    return false;
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct output *o = CONTAINER_OF(poll, struct output, poll);
    (void)events;
    if (status < 0)
        output_close(o);
    else
        read_once(o);
}

int output_open(struct output *o, uv_loop_t *loop, int fd)
{
    int rc = uv_poll_init(loop, &o->poll, fd);
    o->fd = rc < 0 ? -1 : fd;
    if (rc == 0)
        uv_poll_start(&o->poll, UV_READABLE, on_readable);
    return rc;
}

void output_drain(struct output *o)
{
    for (int i = 0; i < DRAIN_TURNS && o->fd >= 0 && read_once(o); i++)
        ;
}

static void on_closed(uv_handle_t *handle)
{
    struct output *o = CONTAINER_OF((uv_poll_t *)handle, struct output, poll);
    o->closed(o);
}

void output_close(struct output *o)
{
    if (o->fd < 0)
        return;
    int fd = o->fd;
    o->fd = -1;
    uv_close((uv_handle_t *)&o->poll, on_closed);
    close(fd);
    if (o->len > 0 || o->skipping)
        end_line(o);
}
